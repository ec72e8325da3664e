// The channels of the settings, each under a name that is stable and holds no secret. The log is told by whoever runs the evaluation and is none of them.
import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { gatewayTokens } from "../deliver/gateway-token.store.ts";
import type { Resolver } from "../routing/resolver.client.ts";
import { sendMail } from "./mail.client.ts";
import type { Channel } from "./post.store.ts";
import { postSlack, postWebhook } from "./webhook.client.ts";

export interface ChannelDeps {
	readonly db: Db;
	readonly clock: Clock;
	readonly resolver: Resolver;
	/** Folder of the data: the key of access tokens lies there. */
	readonly data: string;
}

export function channelsOf(config: Config, of: ChannelDeps): Channel[] {
	const { webhook, slack, mail } = config.alerts;
	const tokens = gatewayTokens({ db: of.db, clock: of.clock, folder: of.data });
	return [
		...webhook.map(
			(to) =>
				({
					name: `webhook:${place(to.url)}`,
					send: (message, id) => postWebhook(to, message, { id, clock: of.clock }),
				}) satisfies Channel,
		),
		...slack.map(({ url }) => ({ name: `slack:${place(url)}`, send: (message) => postSlack(url, message) }) satisfies Channel),
		...(mail?.to ?? []).map(
			(to) =>
				({
					name: `mail:${to}`,
					send: (message, id) => sendMail({ config, resolver: of.resolver, tokens }, to, message, id),
				}) satisfies Channel,
		),
	];
}

/** Host and a mark of the rest: the path of a web address is often the secret. */
function place(url: string): string {
	return `${new URL(url).host}#${createHash("sha256").update(url).digest("hex").slice(0, 8)}`;
}

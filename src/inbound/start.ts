// The listener with what it needs, put together for the daemon. Decides nothing.
import path from "node:path";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { setting } from "../db/setting.store.ts";
import { textOf } from "../errors.ts";
import type { RuleSet } from "../replies/rule-set.ts";
import { lettersIn } from "./letters.file.ts";
import { type Listener, type ListenerOptions, listenInbound } from "./listener.server.ts";
import type { Mailboxes } from "./named.ts";
import { TakeIn, type Taken } from "./take-in.ts";
import { readTls } from "./tls.file.ts";

export interface InboundApp {
	readonly db: Db;
	readonly clock: Clock;
	/** Asked each time, since both may be read again. */
	readonly config: Config;
	readonly rules: RuleSet;
	/** The folder of the database; letters go into one beside it. */
	readonly data: string;
	readonly log: {
		info(facts: Readonly<Record<string, unknown>>, words: string): void;
		warn(facts: Readonly<Record<string, unknown>>, words: string): void;
		error(facts: Readonly<Record<string, unknown>>, words: string): void;
	};
}

export interface Inbound extends Listener {
	/** What came since the start. */
	counts(): ReadonlyMap<Taken, number>;
}

/** Listens on [inbound] listen; null: it is off. Throws the inbound-* errors. */
export async function startInbound(app: InboundApp, bounds?: ListenerOptions["bounds"]): Promise<Inbound | null> {
	const { listen, tls } = app.config.inbound;
	if (listen === null) return null;
	const secret = await setting(app.db, "secret", app.clock);
	const takeIn = new TakeIn(app, { secret, letters: lettersIn(path.join(app.data, "inbound")) });
	const listener = await listenInbound({
		...listen,
		name: app.config.sources[0]?.ehlo ?? "localhost",
		tls: await readTls(tls),
		// Room for the report around a newsletter that comes back whole.
		sizeMax: app.config.limits.messageMax + 1_048_576,
		mailboxes: () => mailboxesOf(app.config, secret),
		takeIn,
		trouble: (error) =>
			app.log.error({ error: textOf(error) }, "a bounce or complaint could not be recorded: its sender was asked to try again"),
		...(bounds === undefined ? {} : { bounds }),
	});
	return { ...listener, counts: () => takeIn.counts() };
}

function mailboxesOf({ identities, gateways, inbound }: Config, secret: string): Mailboxes {
	const domains = [...identities.map((one) => one.returnPath), ...gateways.map((one) => one.returnPath ?? "")];
	return {
		secret,
		// A gateway's return path may be an address.
		domains: new Set(domains.map((one) => one.slice(one.lastIndexOf("@") + 1).toLowerCase()).filter((one) => one !== "")),
		complaints: new Set(inbound.complaints),
	};
}

// One round of telling people: what is new becomes incidents and messages, the log is told at once, the channels as far as they answer.
import type { Config } from "../config/types.ts";
import { type ChannelDeps, channelsOf } from "./channels.ts";
import { evaluate } from "./incident.store.ts";
import { type AlertMessage, headline, testMessage } from "./message.ts";
import { type Channel, type Sent, sendDue, sendNow } from "./post.store.ts";

export interface TellDeps extends ChannelDeps {
	readonly config: Config;
	readonly log: {
		info(facts: Readonly<Record<string, unknown>>, words: string): void;
		warn(facts: Readonly<Record<string, unknown>>, words: string): void;
		error(facts: Readonly<Record<string, unknown>>, words: string): void;
	};
}

/** Does one round. The answer is for the log of jobs. */
export async function tell(deps: TellDeps, channels: readonly Channel[] = channelsOf(deps.config, deps)): Promise<string> {
	const { db, config, clock, log } = deps;
	const names = channels.map((channel) => channel.name);
	const { messages } = await evaluate(db, { channels: names, least: config.alerts.level, clock });
	for (const message of messages) logMessage(message, log);
	const { sent, failed } = await sendDue(db, channels, clock);
	for (const { channel, error, final } of failed)
		if (final) log.error({ channel, error }, "an alert was given up");
		else log.warn({ channel, error }, "an alert could not be sent; it is tried again");
	const parts = [
		...(messages.length > 0 ? [`${messages.length} told`] : []),
		...(sent > 0 ? [`${sent} sent`] : []),
		...(failed.length > 0 ? [`${failed.length} could not be sent`] : []),
	];
	return parts.length === 0 ? "nothing new" : parts.join(", ");
}

/** A test to each channel, now. */
export async function testChannels(deps: TellDeps): Promise<readonly { readonly channel: string; readonly result: Sent }[]> {
	const message = testMessage(deps.clock.now());
	const channels = channelsOf(deps.config, deps);
	return Promise.all(
		channels.map(async (channel) => ({ channel: channel.name, result: await sendNow(deps.db, channel, message, deps.clock) })),
	);
}

function logMessage(message: AlertMessage, log: TellDeps["log"]): void {
	for (const one of message.incidents) {
		const { id, subject, text, did, todo, since } = one;
		const facts = { incident: id, kind: message.kind, subject, since: new Date(since).toISOString(), did, todo };
		const words = `alert: ${headline({ ...message, incidents: [one] })}: ${text}`;
		if (message.what === "recovered" || message.level === "info") log.info(facts, words);
		else if (message.level === "critical") log.error(facts, words);
		else log.warn(facts, words);
	}
}

// What is told, in one shape for all channels, and in words. Pure.
import { z } from "zod";
import type { AlertLevel } from "../log/alert-kinds.ts";
import { LEVELS } from "./incident.ts";

export const WHATS = ["opened", "reminded", "recovered", "test", "digest"] as const;
export type What = (typeof WHATS)[number];

const shape = z.object({
	what: z.enum(WHATS),
	/** A kind of alert; "test", "digest". */
	kind: z.string(),
	level: z.enum(LEVELS),
	/** A few words: "mail server refuses us". */
	title: z.string(),
	/** When it was decided to tell it. Milliseconds. */
	at: z.number(),
	/** Lines before the incidents; "" for none. */
	text: z.string(),
	incidents: z.array(
		z.object({
			id: z.number(),
			subject: z.string(),
			level: z.enum(LEVELS),
			text: z.string(),
			did: z.string(),
			todo: z.string(),
			since: z.number(),
			times: z.number(),
			recoveredAt: z.number().nullable(),
		}),
	),
});

export type AlertMessage = Readonly<z.infer<typeof shape>>;

/** Reads a message from the text it was kept as; null when it is damaged. */
export function readMessage(text: string): AlertMessage | null {
	try {
		return shape.parse(JSON.parse(text));
	} catch {
		return null;
	}
}

/** One line: what happened to what. */
export function headline(message: AlertMessage): string {
	const { incidents, title, what } = message;
	const [first] = incidents;
	if (first === undefined) return title;
	const which = incidents.length === 1 ? first.subject : `${incidents.length} at once`;
	switch (what) {
		case "opened":
			return `${levelWord(message.level)}${title}: ${which}`;
		case "reminded":
			return `still: ${title}: ${which}`;
		case "recovered":
			return `over: ${title}: ${which}`;
		case "test":
		case "digest":
			return title;
	}
}

/** The whole message in lines, without its headline. */
export function wordsOf(message: AlertMessage): string {
	const blocks = message.incidents.map((one) =>
		[
			one.text,
			`  since ${utc(one.since)}${one.recoveredAt === null ? "" : `, over at ${utc(one.recoveredAt)}`}${one.times > 1 ? `, said ${one.times} times` : ""}`,
			...(one.did === "" || one.recoveredAt !== null ? [] : [`  Wellsent: ${one.did}`]),
			...(one.todo === "" || one.recoveredAt !== null ? [] : [`  To do: ${one.todo}`]),
			...(one.recoveredAt === null && message.what !== "digest" && one.id > 0
				? [`  No reminders: wellsent alerts ack ${one.id}`]
				: []),
		].join("\n"),
	);
	return [...(message.text === "" ? [] : [message.text]), ...blocks].join("\n\n");
}

function levelWord(level: AlertLevel): string {
	return level === "info" ? "" : `${level}: `;
}

/** "2026-11-21 09:00 UTC" */
export const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** What `wellsent alerts test` sends. */
export function testMessage(at: number): AlertMessage {
	const text = "This is a test of the alerts of Wellsent, sent by hand. Nothing is wrong.";
	return { what: "test", kind: "test", level: "info", title: "a test of alerts", at, text, incidents: [] };
}

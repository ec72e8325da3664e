// Whether a reader's finished message may go, by [limits]. Pure. The check before the start has measured the worst reader; this is for what changed since:
// readers were added, fields filled, limits lowered.
import type { Config } from "../config/types.ts";
import type { ReadyMessage } from "../deliver/engine.ts";

export type Fit =
	| { readonly kind: "ready"; readonly message: ReadyMessage }
	/** `limit`: the key of [limits]. */
	| { readonly kind: "forbidden"; readonly limit: "message_max" | "html_max"; readonly why: string };

interface Finished {
	readonly mailFrom: string;
	readonly raw: readonly Buffer[];
	/** Bytes of the whole. */
	readonly size: number;
	readonly needsSmtpUtf8: boolean;
	readonly sizes: { readonly html: number; readonly htmlEncoded: number };
}

export function fitOrNot(message: Finished, limits: Config["limits"]): Fit {
	const { htmlMax, messageMax, onHtmlMax } = limits;
	const html = Math.max(message.sizes.html, message.sizes.htmlEncoded);
	if (message.size >= messageMax)
		return {
			kind: "forbidden",
			limit: "message_max",
			why: `the message has ${message.size} bytes, [limits] message_max allows ${messageMax}`,
		};
	if (html >= htmlMax && onHtmlMax === "block")
		return {
			kind: "forbidden",
			limit: "html_max",
			why: `the HTML has ${html} bytes, [limits] html_max allows ${htmlMax}`,
		};
	const { mailFrom, raw, size, needsSmtpUtf8 } = message;
	return { kind: "ready", message: { mailFrom, chunks: raw, size, needsSmtpUtf8 } };
}

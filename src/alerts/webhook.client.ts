// Posts a message to a web address: as JSON signed by Standard Webhooks, or as Slack and those that follow it take it. Trouble is an answer.
import type { Clock } from "../clock.ts";
import { codeOf, textOf } from "../errors.ts";
import { type AlertMessage, headline, wordsOf } from "./message.ts";
import type { Sent } from "./post.store.ts";
import { webhookHeaders } from "./signature.ts";

/** Standard Webhooks advises 15 to 30 s; ours wait for nothing that long. */
const PATIENCE_MS = 15_000;
/** Of an answer that says why not. */
const TOLD = 200;

/** `{type: "alert.opened", timestamp, data}`, with the three headers of the specification. */
export async function postWebhook(
	to: { readonly url: string; readonly secret: string | null },
	message: AlertMessage,
	of: { readonly id: string; readonly clock: Clock },
): Promise<Sent> {
	const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
	const { what, at, ...rest } = message;
	const body = JSON.stringify({
		type: `alert.${what}`,
		timestamp: iso(at),
		data: {
			...rest,
			headline: headline(message),
			incidents: message.incidents.map((one) => ({ ...one, since: iso(one.since), recoveredAt: iso(one.recoveredAt) })),
		},
	});
	return post(to.url, body, { ...webhookHeaders({ id: of.id, at: of.clock.now(), body, secret: to.secret }) });
}

/** `{text}` with Slack's three escapes (https://docs.slack.dev/messaging/formatting-message-text). */
export async function postSlack(url: string, message: AlertMessage): Promise<Sent> {
	const plain = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
	const text = `*${plain(headline(message))}*\n${plain(wordsOf(message))}`.trimEnd();
	return post(url, JSON.stringify({ text }), {});
}

async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<Sent> {
	try {
		const answer = await fetch(url, {
			method: "POST",
			body,
			headers: { "content-type": "application/json", "user-agent": "Wellsent", ...headers },
			// Followed, a redirect would turn the post into a GET elsewhere.
			redirect: "manual",
			signal: AbortSignal.timeout(PATIENCE_MS),
		});
		const text = (await answer.text()).replace(/\s+/g, " ").trim().slice(0, TOLD);
		if (answer.ok) return { ok: true, detail: `${answer.status}` };
		const detail = `answered ${answer.status}${text === "" ? "" : `: ${text}`}`;
		// 410: the receiver is gone for good (Standard Webhooks, "operational considerations").
		return answer.status === 410 ? { ok: false, detail, final: true } : { ok: false, detail };
	} catch (error) {
		return { ok: false, detail: reason(error) };
	}
}

/** What lies behind "fetch failed". */
function reason(error: unknown): string {
	if (error instanceof Error && error.name === "TimeoutError") return `no answer within ${PATIENCE_MS / 1_000} s`;
	const cause = error instanceof Error ? error.cause : undefined;
	const code = codeOf(cause);
	const text = cause === undefined ? textOf(error) : textOf(cause);
	return text === "" ? code || "the connection failed" : text;
}

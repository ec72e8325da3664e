// The signature of a webhook by the Standard Webhooks specification (https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md):
// HMAC-SHA-256 over "id.timestamp.body", base64, with "v1," in front. Pure.
import { createHmac } from "node:crypto";

export interface WebhookHeaders {
	/** The same for every try of one message: the receiver drops what it has seen. */
	readonly "webhook-id": string;
	/** Seconds since 1970, of this try: the receiver refuses what is old, so that a recorded post is of no use. */
	readonly "webhook-timestamp": string;
	readonly "webhook-signature"?: string;
}

/** The three headers; without a secret there is no signature. `at`: milliseconds. */
export function webhookHeaders(of: { id: string; at: number; body: string; secret: string | null }): WebhookHeaders {
	const timestamp = String(Math.floor(of.at / 1_000));
	const head = { "webhook-id": of.id, "webhook-timestamp": timestamp };
	if (of.secret === null) return head;
	const mac = createHmac("sha256", keyOf(of.secret)).update(`${of.id}.${timestamp}.${of.body}`).digest("base64");
	return { ...head, "webhook-signature": `v1,${mac}` };
}

/** "whsec_" + base64, as the specification writes secrets; any other text is taken as it is. */
function keyOf(secret: string): Buffer {
	return secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret, "utf8");
}

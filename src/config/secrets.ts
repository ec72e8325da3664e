// Takes secrets out of words that somebody else has chosen: a mail server that repeats the command it does not know, a token endpoint that repeats the request.
// Pure. Settings are masked by explain.ts, which knows their keys.

/** What stands in the place of a secret. */
export const MASK = "••••";
/** Shorter ones would take ordinary words out of every reply. */
const LEAST = 4;

/** The text without those secrets: as they are, percent-encoded, or inside a word in base64 (as logins travel). Null is no secret. */
export function withoutSecrets(text: string, secrets: readonly (string | null)[]): string {
	const known = secrets.filter((secret) => secret !== null && secret.length >= LEAST) as string[];
	if (known.length === 0) return text;
	let clean = text;
	for (const secret of known.toSorted((a, b) => b.length - a.length))
		for (const form of new Set([secret, encodeURIComponent(secret), new URLSearchParams([["", secret]]).toString().slice(1)]))
			clean = clean.replaceAll(form, MASK);
	return clean.replace(/[A-Za-z0-9+/]{8,}={0,2}/g, (word) => {
		const plain = Buffer.from(word, "base64").toString("utf8");
		return known.some((secret) => plain.includes(secret)) ? MASK : word;
	});
}

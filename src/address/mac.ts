// The signature in the return paths and links we hand out: a keyed hash, shortened, in letters that survive any mail system.
// Does not keep or make the secret: it is an argument.
import { createHmac, timingSafeEqual } from "node:crypto";

/** RFC 4648 base32 in lower case. Not base64: servers and people fold the case of addresses, and then base64 is another value. */
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * HMAC-SHA256 of `value`, its first `letters` × 5 bits as lower-case base32.
 * `purpose` keeps the uses apart: a mac made for a link is worthless in a return path.
 */
export function macOf(purpose: string, value: string, secret: string, letters: number): string {
	const digest = createHmac("sha256", secret).update(`${purpose}\n${value}`).digest();
	let bits = 0;
	let held = 0;
	let text = "";
	for (const byte of digest) {
		held = (held << 8) | byte;
		bits += 8;
		while (bits >= 5 && text.length < letters) {
			bits -= 5;
			text += ALPHABET.charAt((held >> bits) & 31);
		}
		held &= (1 << bits) - 1;
	}
	return text;
}

/** Equal or not, in a time that does not tell how many letters were right. */
export function sameMac(given: string, made: string): boolean {
	const a = Buffer.from(given, "utf8");
	const b = Buffer.from(made, "utf8");
	return a.length === b.length && timingSafeEqual(a, b);
}

/** A whole number ≥ 0 in base 36, or null when the text is not exactly what `toString(36)` writes (so each number has one spelling). */
export function numberFromBase36(text: string): number | null {
	const value = Number.parseInt(text, 36);
	return Number.isSafeInteger(value) && value >= 0 && value.toString(36) === text ? value : null;
}

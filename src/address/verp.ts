// Variable envelope return paths: the MAIL FROM of each delivery names the delivery, so that a bounce needs no guessing.
// Does not look anything up: whether the delivery exists is the caller's question.
import { fail } from "../errors.ts";
import { macOf, numberFromBase36, sameMac } from "./mac.ts";

/** 80 bits: nobody guesses one, and the local part stays under 32 octets of the 64 that RFC 5321 section 4.5.3.1.1 allows. */
const MAC_LETTERS = 16;
const PURPOSE = "verp";
const FORM = /^b-([0-9a-z]{1,11})-([a-z2-7]{16})$/;

/**
 * The return path of a delivery: `b-<id in base 36>-<mac>@<domain>`, only [a-z0-9-] in the local part.
 * The mac (HMAC-SHA256, 80 bits) keeps strangers from inventing bounces that suppress readers. The domain is not under it, so that
 * bounces still count after the return path moved to another domain. An id that is not a whole number ≥ 0 is an `internal` error.
 */
export function encodeVerp(input: { readonly deliveryId: number; readonly domain: string; readonly secret: string }): string {
	const { deliveryId, domain, secret } = input;
	if (!Number.isSafeInteger(deliveryId) || deliveryId < 0) fail("internal", { detail: `return path for delivery ${deliveryId}` });
	const id = deliveryId.toString(36);
	return `b-${id}-${macOf(PURPOSE, id, secret, MAC_LETTERS)}@${domain.toLowerCase()}`;
}

/**
 * The delivery that a return path names, or null when it is not one of ours or its mac is wrong.
 * Case does not matter: some servers fold the case of the addresses they bounce to. The domain, if there is one, is not judged.
 */
export function decodeVerp(address: string, secret: string): { deliveryId: number } | null {
	const at = address.lastIndexOf("@");
	const match = FORM.exec((at < 0 ? address : address.slice(0, at)).toLowerCase());
	const id = match?.[1];
	const mac = match?.[2];
	if (id === undefined || mac === undefined) return null;
	const deliveryId = numberFromBase36(id);
	if (deliveryId === null || !sameMac(mac, macOf(PURPOSE, id, secret, MAC_LETTERS))) return null;
	return { deliveryId };
}

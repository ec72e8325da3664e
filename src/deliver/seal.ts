// Seals a text with AES-256-GCM, bound to what it is for. Pure but for the nonce it is given.
import { createCipheriv, createDecipheriv } from "node:crypto";

const TAG = 16;
const NONCE = 12;

/** `nonce`: 12 random bytes, never used twice with one key. `purpose` must be the same when it is opened. */
export function seal(text: string, of: { readonly key: Buffer; readonly purpose: string; readonly nonce: Buffer }): string {
	const cipher = createCipheriv("aes-256-gcm", of.key, of.nonce);
	cipher.setAAD(Buffer.from(of.purpose));
	const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
	return Buffer.concat([of.nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

/** The text; null when the key is another one or the seal was tampered with. */
export function unseal(sealed: string, of: { readonly key: Buffer; readonly purpose: string }): string | null {
	const bytes = Buffer.from(sealed, "base64");
	if (bytes.length < NONCE + TAG) return null;
	try {
		const decipher = createDecipheriv("aes-256-gcm", of.key, bytes.subarray(0, NONCE), { authTagLength: TAG });
		decipher.setAAD(Buffer.from(of.purpose));
		decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
		return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString("utf8");
	} catch {
		return null;
	}
}

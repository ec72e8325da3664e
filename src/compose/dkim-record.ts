// New DKIM keys and the DNS record that publishes one. Writes no files and asks no DNS.
import { createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

/** A fresh private key as PEM (PKCS #8). RSA has 2048 bits: 1024 is weak (RFC 8301), 4096 does not fit one DNS string pair everywhere. */
export async function generateDkimKey(
	type: "rsa" | "ed25519",
): Promise<{ readonly privatePem: string; readonly key: KeyObject }> {
	const { privateKey } = type === "rsa" ? await generate("rsa", { modulusLength: 2048 }) : await generate("ed25519");
	return { privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), key: privateKey };
}

export interface DkimDnsRecord {
	/** "s1._domainkey.example.com" */
	readonly name: string;
	/** The value in one piece, as most DNS panels want it. */
	readonly value: string;
	/** As a line of a zone file; a TXT string holds at most 255 bytes (RFC 1035 section 3.3). */
	readonly zoneLine: string;
}

/** The TXT record for a private (or public) key (RFC 6376 section 3.6.1; RFC 8463 section 4 for Ed25519: the bare 32 bytes). */
export function dkimDnsRecord(input: {
	readonly selector: string;
	readonly domain: string;
	readonly key: KeyObject;
}): DkimDnsRecord {
	const { selector, domain, key } = input;
	const spki = (key.type === "private" ? createPublicKey(key) : key).export({ type: "spki", format: "der" });
	const value =
		key.asymmetricKeyType === "ed25519"
			? `v=DKIM1; k=ed25519; p=${spki.subarray(-32).toString("base64")}`
			: `v=DKIM1; k=rsa; p=${spki.toString("base64")}`;
	const name = `${selector}._domainkey.${domain}`;
	const strings = (value.match(/.{1,250}/g) ?? []).map((piece) => `"${piece}"`).join(" ");
	return { name, value, zoneLine: `${name}. IN TXT ( ${strings} )` };
}

// Loads the DKIM keys of an identity from their PEM files. Says what is wrong with a key before the first message needs it.
import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { DkimKeyConfig } from "../config/types.ts";
import { codeOf, type Finding, fail, textOf } from "../errors.ts";
import type { DkimKey } from "./sign.ts";

/**
 * Reads and parses all keys. Throws `dkim-key-unusable` for a missing file, something that is no private key, another kind than RSA or
 * Ed25519, and RSA below 1024 bits (RFC 8301 section 3.2: verifiers must not take them). RSA below 2048 bits is a warning.
 */
export async function loadDkimKeys(
	configs: readonly DkimKeyConfig[],
): Promise<{ readonly keys: readonly DkimKey[]; readonly warnings: readonly Finding[] }> {
	const warnings: Finding[] = [];
	const keys = await Promise.all(
		configs.map(async ({ selector, domain, keyFile }): Promise<DkimKey> => {
			const refuse = (detail: string, cause?: unknown) =>
				fail("dkim-key-unusable", { file: keyFile, selector, detail }, { cause });
			const pem = await readFile(keyFile).catch((error: unknown) =>
				refuse(codeOf(error) === "ENOENT" ? "the file does not exist" : textOf(error), error),
			);
			const key = parseKey(pem) ?? refuse("it is not a private key in PEM form without a passphrase");
			if (key.asymmetricKeyType === "ed25519") return { selector, domain, algorithm: "ed25519-sha256", key };
			if (key.asymmetricKeyType !== "rsa")
				return refuse(`it is a key of the kind ${key.asymmetricKeyType}; DKIM knows RSA and Ed25519`);
			const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
			if (bits < 1024) return refuse(`an RSA key of ${bits} bits is refused everywhere (RFC 8301)`);
			if (bits < 2048)
				warnings.push({
					where: keyFile,
					what: `the RSA key has ${bits} bits`,
					fix: "Publish a key of 2048 bits under a new selector and switch to it.",
				});
			return { selector, domain, algorithm: "rsa-sha256", key };
		}),
	);
	return { keys, warnings };
}

function parseKey(pem: Buffer): KeyObject | null {
	try {
		return createPrivateKey(pem);
	} catch {
		// OpenSSL's words ("DECODER routines::unsupported") help nobody.
		return null;
	}
}

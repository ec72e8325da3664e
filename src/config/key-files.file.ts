// Whether the DKIM keys that wellsent.toml names can sign: there, readable, private, of a kind that DKIM has, and not open to
// every user of the machine. It reads and judges; nothing of a key is kept or shown.
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { codeOf } from "../errors.ts";
import { type Mistake, tablesOf, textAt } from "./raw.ts";
import { parseKeyFile } from "./values.ts";

const CREATE = "`wellsent init` makes one; `openssl genrsa -out keys/s1.pem 2048` too";

/** Reads every key file of every identity, relative to `root`. A finding is a mistake, or a warning (open permissions, short key). */
export async function checkKeyFiles(
	raw: unknown,
	root: string,
): Promise<{ readonly mistakes: readonly Mistake[]; readonly warnings: readonly Mistake[] }> {
	const mistakes: Mistake[] = [];
	const warnings: Mistake[] = [];
	const keys = tablesOf(raw, ["identity"]).flatMap(({ path }) => tablesOf(raw, [...path, "dkim"]));
	for (const { path } of keys) {
		const named = parseKeyFile(textAt(raw, [...path, "key"]) ?? "");
		if (!named.ok) continue;
		const at = [...path, "key"];
		const found = await readKey(isAbsolute(named.value) ? named.value : join(root, named.value), named.value);
		if (found.mistake) mistakes.push({ path: at, ...found.mistake });
		for (const warning of found.warnings) warnings.push({ path: at, ...warning });
	}
	return { mistakes, warnings };
}

interface Words {
	readonly what: string;
	readonly fix: string;
}

async function readKey(file: string, shown: string): Promise<{ mistake: Words | null; warnings: readonly Words[] }> {
	let pem: string;
	let mode: number;
	try {
		mode = (await stat(file)).mode;
		pem = await readFile(file, "utf8");
	} catch (error) {
		return { mistake: unreadable(codeOf(error), shown), warnings: [] };
	}
	const judged = judge(pem, shown);
	// Windows has no such bits: there the mode says nothing.
	const open = process.platform !== "win32" && (mode & 0o077) !== 0;
	const warning = { what: `${shown} can be read by other users of this machine`, fix: `run \`chmod 600 ${shown}\`` };
	return { mistake: judged.mistake, warnings: [...judged.warnings, ...(open && judged.mistake === null ? [warning] : [])] };
}

function unreadable(code: string, shown: string): Words {
	switch (code) {
		case "ENOENT":
		case "ENOTDIR":
			return { what: `the key file ${shown} does not exist`, fix: `paths start from the folder of wellsent.toml; ${CREATE}` };
		case "EISDIR":
			return { what: `${shown} is a folder`, fix: 'write the name of the key file in it, e.g. "file:keys/s1.pem"' };
		case "EACCES":
		case "EPERM":
			return {
				what: `the key file ${shown} may not be read by this user`,
				fix: `run \`chown\` and \`chmod 600\` on it for the user that runs Wellsent`,
			};
		default:
			return { what: `the key file ${shown} cannot be read (${code})`, fix: "see whether the disk is in order" };
	}
}

/** What can be said of the text of a key file. */
function judge(pem: string, shown: string): { mistake: Words | null; warnings: readonly Words[] } {
	let key: KeyObject;
	try {
		key = createPrivateKey(pem);
	} catch {
		return { mistake: notPrivate(pem, shown), warnings: [] };
	}
	const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
	if (key.asymmetricKeyType !== "rsa" && key.asymmetricKeyType !== "ed25519")
		return {
			mistake: {
				what: `${shown} is a key of the kind ${key.asymmetricKeyType}, which DKIM does not have`,
				fix: `use RSA or Ed25519: ${CREATE}`,
			},
			warnings: [],
		};
	// RFC 8301 section 3.2: verifiers need not consider less than 1024 bits, signers should use at least 2048.
	if (key.asymmetricKeyType === "rsa" && bits < 1024)
		return {
			mistake: {
				what: `${shown} has ${bits} bits, and receivers ignore signatures of less than 1024`,
				fix: `use 2048 bits: ${CREATE}`,
			},
			warnings: [],
		};
	const short = key.asymmetricKeyType === "rsa" && bits < 2048;
	return {
		mistake: null,
		warnings: short ? [{ what: `${shown} has only ${bits} bits`, fix: "use 2048 bits for the next key" }] : [],
	};
}

function notPrivate(pem: string, shown: string): Words {
	if (/ENCRYPTED/.test(pem))
		return {
			what: `${shown} is protected by a passphrase`,
			fix: `write it without one: \`openssl pkey -in ${shown} -out plain.pem\`, and chmod 600`,
		};
	try {
		createPublicKey(pem);
		return { what: `${shown} is a public key, which cannot sign`, fix: "name the private key; the public one goes into DNS" };
	} catch {
		return { what: `${shown} is not a private key in PEM`, fix: `it must begin with -----BEGIN PRIVATE KEY-----; ${CREATE}` };
	}
}

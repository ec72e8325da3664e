// Makes the files of a new installation: wellsent.toml and two DKIM keys. Nothing is replaced unless that was asked for, and the settings are proved to load.
import { createPublicKey } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { generateDkimKey } from "../compose/dkim-record.ts";
import { type DnsRecord, dnsRecords } from "../config/dns-records.ts";
import { loadConfig } from "../config/load.file.ts";
import { starterConfig } from "../config/starter.ts";
import { fail } from "../errors.ts";
import { writeNewFile } from "./files.file.ts";

export interface SetupWishes {
	readonly domain: string;
	readonly from: string;
	readonly name: string | null;
	readonly address: string;
	readonly publicAddress: string | null;
	readonly ehlo: string;
	readonly returnPath: string;
	readonly unsubscribe: string | null;
	readonly warmup: string | null;
	/** Folder to write into, relative to `cwd`. */
	readonly dir: string;
	readonly cwd: string;
	readonly force: boolean;
}

/** RSA is what every receiver verifies; Ed25519 beside it is shorter and stronger where it is understood (RFC 8463). */
const KEYS = [
	{ selector: "s1", type: "rsa", file: "keys/s1.pem" },
	{ selector: "e1", type: "ed25519", file: "keys/e1.pem" },
] as const;

/** Writes everything, or nothing when a wish is wrong. Throws file-exists, file-unwritable, and config-invalid with what is wrong. */
export async function createSetup(
	of: SetupWishes,
): Promise<{ readonly domain: string; readonly files: readonly string[]; readonly records: readonly DnsRecord[] }> {
	const folder = path.resolve(of.cwd, of.dir);
	const names = ["wellsent.toml", ...KEYS.map((key) => key.file)];
	const before = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => null)));
	names.forEach((name, at) => {
		if (before[at] !== null && !of.force) fail("file-exists", { file: path.join(folder, name) });
	});
	const keys = await Promise.all(KEYS.map(async (key) => ({ ...key, ...(await generateDkimKey(key.type)) })));
	const files: string[] = [];
	try {
		for (const key of keys) files.push(await writeNewFile(folder, key.file, key.privatePem, { mode: 0o600, replace: of.force }));
		files.push(await writeNewFile(folder, "wellsent.toml", settingsText(of), { replace: of.force }));
		await loadConfig({ file: path.join(folder, "wellsent.toml"), cwd: of.cwd, env: {} });
	} catch (error) {
		// What was there before and was to be replaced is gone with --force; nothing else is left behind.
		await Promise.all(files.map((file) => rm(file, { force: true })));
		throw error;
	}
	const records = dnsRecords({
		domain: of.domain.toLowerCase(),
		returnPath: of.returnPath.toLowerCase(),
		ehlo: of.ehlo.toLowerCase(),
		addresses: [of.publicAddress ?? of.address],
		dkim: keys.map(({ selector, type, key }) => {
			const spki = createPublicKey(key).export({ type: "spki", format: "der" });
			return { selector, type, publicKey: (type === "ed25519" ? spki.subarray(-32) : spki).toString("base64") };
		}),
		reports: `dmarc@${of.domain.toLowerCase()}`,
	});
	return { domain: of.domain.toLowerCase(), files: [...files].reverse(), records };
}

function settingsText(of: SetupWishes): string {
	const [first, second] = KEYS;
	return starterConfig({
		domain: of.domain,
		from: of.from,
		name: of.name,
		address: of.address,
		publicAddress: of.publicAddress,
		ehlo: of.ehlo,
		selector: first.selector,
		keyFile: first.file,
		moreKeys: [{ selector: second.selector, keyFile: second.file }],
		returnPath: of.returnPath,
		unsubscribe: of.unsubscribe,
		warmup: of.warmup,
	});
}

// The key that seals access tokens: 32 random bytes in a file of the data folder that only Wellsent's user may read. A copy of the database alone
// (a backup, a support case) then gives away no account.
import { randomBytes } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { codeOf, fail } from "../errors.ts";

const BYTES = 32;

/** The key; made when there is none. Throws gateway-key-unusable. */
export async function gatewayKey(folder: string): Promise<Buffer> {
	const file = path.join(folder, "gateway.key");
	try {
		// Two programs that begin together: the first one's stays.
		await writeFile(file, randomBytes(BYTES).toString("base64"), { mode: 0o600, flag: "wx" });
	} catch (error) {
		if (codeOf(error) !== "EEXIST") fail("gateway-key-unusable", { file, detail: codeOf(error) }, { cause: error });
	}
	try {
		await chmod(file, 0o600);
		const key = Buffer.from(await readFile(file, "utf8"), "base64");
		if (key.length === BYTES) return key;
	} catch (error) {
		fail("gateway-key-unusable", { file, detail: codeOf(error) }, { cause: error });
	}
	return fail("gateway-key-unusable", { file, detail: "it does not hold 32 bytes in base64" });
}

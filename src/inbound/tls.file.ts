// Reads the certificate of [inbound] tls. Does not look into it: Node refuses what does not fit together.
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { Config } from "../config/types.ts";
import { fail, textOf } from "../errors.ts";

/** Key and certificate, PEM, proved to belong together; null: none is named. Throws inbound-certificate. */
export async function readTls(tls: Config["inbound"]["tls"]): Promise<{ readonly key: string; readonly cert: string } | null> {
	if (tls === null) return null;
	const read = (key: string, file: string) =>
		readFile(file, "utf8").catch((error) => fail("inbound-certificate", { key, file, detail: textOf(error) }, { cause: error }));
	const pair = { cert: await read("tls.cert", tls.certFile), key: await read("tls.key", tls.keyFile) };
	try {
		createSecureContext(pair);
	} catch (error) {
		return fail("inbound-certificate", { key: "tls", file: tls.certFile, detail: textOf(error) }, { cause: error });
	}
	return pair;
}

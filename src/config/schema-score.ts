// [score]: a spam filter of one's own that says beforehand what it thinks of a newsletter. Defaults and meanings, as in schema.ts.
import { isIP } from "node:net";
import { z } from "zod";
import { about, text } from "./parts.ts";
import { type Parsed, right, wrong } from "./units.ts";
import { parseLine } from "./values.ts";

export const score = z
	.strictObject({
		rspamd: text(parseRspamd)
			.optional()
			.meta(
				about("Web address of an rspamd (its normal worker, port 11333).", '"http://127.0.0.1:11333"', {
					otherwise: "none: the built-in look at the content alone",
					secret: "password",
				}),
			),
		password: text(parseLine)
			.optional()
			.meta(
				about("Password of that rspamd, where it asks for one (its controller does).", `"\${RSPAMD_PASSWORD}"`, {
					otherwise: "none",
					secret: "all",
				}),
			),
		spamd: text(parseSpamd)
			.optional()
			.meta(about("Address and port of a spamd (SpamAssassin).", '"127.0.0.1:783"', { otherwise: "none" })),
	})
	.prefault({})
	.meta(about("A spam filter that `wellsent campaign check --score` asks.", 'rspamd = "http://127.0.0.1:11333"'));

/** An http or https address without a query; the slash at the end goes. */
export function parseRspamd(written: string): Parsed<string> {
	const url = URL.canParse(written) ? new URL(written) : null;
	if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
		return wrong("is not the web address of an rspamd", 'write it like "http://127.0.0.1:11333"');
	return right(written.replace(/\/+$/, ""));
}

/** "127.0.0.1:783", "spam.example.com" (port 783), "[::1]:783". */
export function parseSpamd(written: string): Parsed<{ readonly host: string; readonly port: number }> {
	const match = /^(?:\[([0-9a-f:]+)\]|([a-z0-9.-]+))(?::(\d{1,5}))?$/i.exec(written);
	const host = match?.[1] ?? match?.[2] ?? "";
	const port = Number(match?.[3] ?? 783);
	const good = match !== null && port >= 1 && port <= 65_535 && (match[1] === undefined || isIP(host) === 6);
	return good ? right({ host, port }) : wrong(`"${written}" is not an address with a port`, 'write it like "127.0.0.1:783"');
}

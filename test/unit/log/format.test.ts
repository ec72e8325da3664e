import { describe, expect, it } from "vitest";
import { logCsv, logCsvHeader, logJson } from "../../../src/log/format.ts";
import { response } from "../../integration/api/rows.ts";

describe("a row of the log for scripts", () => {
	it("has exactly the fields of the contract as JSON, in their order", () => {
		expect(Object.keys(logJson(response()))).toEqual(
			"at campaign to domain site route source mxHost mxAddress port attempt seq stage code enhanced text class scope action rule tls durationMs bytes".split(
				" ",
			),
		);
	});

	it("tells the time as ISO 8601 and TLS as an object", () => {
		const row = logJson(response({ at: Date.UTC(2026, 11, 1, 9, 0, 0, 5) }));
		expect(row.at).toBe("2026-12-01T09:00:00.005Z");
		expect(row.tls).toEqual({ version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", verified: true });
	});

	it("has a CSV line with as many cells as the header", () => {
		const cells = logCsvHeader().trimEnd().split(",").length;
		expect(logCsv(response()).trimEnd().split(",")).toHaveLength(cells);
		expect(
			logCsv(response({ tls: null, enhanced: null }))
				.trimEnd()
				.split(","),
		).toHaveLength(cells);
	});

	it.each([
		["=HYPERLINK(1)", "'=HYPERLINK(1)"],
		["+1", "'+1"],
		["-1", "'-1"],
		["@SUM(A1)", "'@SUM(A1)"],
		["\t=1", `"'\t=1"`],
	])("does not let a spreadsheet run a server's reply %j", (text, cell) => {
		const line = logCsv(response({ text }));
		expect(line.includes(`,${cell},`) || line.includes(`,${cell.replace(/^"|"$/g, "")},`)).toBe(true);
		expect(line).not.toContain(`,${text},`);
	});

	it("keeps a reply of several lines and quotation marks in one cell", () => {
		expect(logCsv(response({ text: 'no "entry"\nsecond, line' }))).toContain('"no ""entry""\nsecond, line"');
	});
});

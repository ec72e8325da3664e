import { describe, expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load.file.ts";
import { parseRspamd, parseSpamd } from "../../../src/config/schema-score.ts";
import { readRspamd, readSpamd, scoreFinding } from "../../../src/reputation/score.ts";
import { REPORT, RSPAMD } from "../../support/filters.ts";

describe("rspamd", () => {
	test("score, threshold, action and rules are read, the heaviest first", () => {
		const score = readRspamd(RSPAMD);
		expect(score).toMatchObject({ kind: "scored", score: 7.4, threshold: 15, action: "add header" });
		expect(score.kind === "scored" && score.rules.map((rule) => `${rule.score} ${rule.name}`)).toEqual([
			"5.5 URI_PHISHED",
			"2.1 MIME_HTML_ONLY",
			"-0.2 R_DKIM_ALLOW",
		]);
		expect(scoreFinding(score)).toMatchObject({
			id: "score",
			level: "warn",
			what: "7.4 of 15 (add header): URI_PHISHED 5.5, MIME_HTML_ONLY 2.1",
		});
	});

	test.each([
		["no action", "ok"],
		["greylist", "warn"],
		["add header", "warn"],
		["reject", "fail"],
	])("%s is %s", (action, level) => expect(scoreFinding(readRspamd({ ...RSPAMD, action })).level).toBe(level));

	test.each([[null], [[]], ["text"], [{ error: "cannot parse" }], [{ is_skipped: true }]])("%j is no score", (answer) => {
		expect(scoreFinding(readRspamd(answer))).toMatchObject({ id: "score", level: "unknown" });
	});
});

describe("spamd", () => {
	test("the table of REPORT is read, with descriptions over two lines", () => {
		const score = readSpamd(REPORT);
		expect(score).toMatchObject({ kind: "scored", score: 6.2, threshold: 5, action: "spam" });
		expect(score.kind === "scored" && score.rules).toEqual([
			{ name: "URIBL_BLACK", score: 5.7, description: "Contains an URL listed in the URIBL blacklist [URIs: bad.example]" },
			{ name: "HTML_MESSAGE", score: 0.5, description: "BODY: HTML included in message" },
			{ name: "DKIM_VALID", score: -0.1, description: "Message has at least one valid DKIM signature" },
		]);
		expect(scoreFinding(score).level).toBe("fail");
	});

	test("the names of SYMBOLS are read", () => {
		const score = readSpamd(
			"SPAMD/1.1 0 EX_OK\r\nContent-length: 30\r\nSpam: False ; 1.1 / 5.0\r\n\r\nHTML_MESSAGE,MIME_HTML_ONLY\r\n",
		);
		expect(score.kind === "scored" && score.rules.map(({ name }) => name)).toEqual(["HTML_MESSAGE", "MIME_HTML_ONLY"]);
		expect(scoreFinding(score)).toMatchObject({ level: "ok", what: "1.1 of 5 (ham): HTML_MESSAGE, MIME_HTML_ONLY" });
	});

	test.each([["HTTP/1.1 400 Bad Request\r\n\r\n"], ["SPAMD/1.0 76 Bad header line\r\n"], ["SPAMD/1.1 0 EX_OK\r\n\r\n"], [""]])(
		"%j is no score",
		(answer) => {
			expect(readSpamd(answer).kind).toBe("failed");
		},
	);
});

test.each([
	["127.0.0.1:783", { host: "127.0.0.1", port: 783 }],
	["spam.example.com", { host: "spam.example.com", port: 783 }],
	["[::1]:1783", { host: "::1", port: 1783 }],
	["http://x", null],
	["127.0.0.1:99999", null],
])("spamd = %s", (text, expected) => {
	const parsed = parseSpamd(text);
	expect(parsed.ok ? parsed.value : null).toEqual(expected);
});

test("rspamd = takes a web address without a query, and config is without a filter unless told", async () => {
	expect(parseRspamd("http://127.0.0.1:11333/")).toEqual({ ok: true, value: "http://127.0.0.1:11333" });
	expect(parseRspamd("127.0.0.1:11333").ok).toBe(false);
	expect((await loadConfig({ cwd: "/nonexistent", env: {} })).score).toEqual({ rspamd: null, password: null, spamd: null });
});

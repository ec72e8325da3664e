// `campaign check --score`: rspamd and spamd are shown the finished message of the worst reader, as it will come from its source.
import { expect, test } from "vitest";
import { checkCampaign } from "../../../src/campaign/check.ts";
import { scoreCampaign } from "../../../src/campaign/score.ts";
import type { Config } from "../../../src/config/types.ts";
import { fakeRspamd, fakeSpamd } from "../../support/filters.ts";
import { rehearse } from "../../support/rehearsal.ts";

const WORLD = {
	zones: "good.test MX 10 mx1.good.test\n1.0.0.127.in-addr.arpa PTR mta1.sender.test",
	hosts: { "mx1.good.test": {} },
	readers: [{ email: "kim@good.test" }, { email: "lee@good.test", name: "A reader with a name that is long" }],
	begin: false,
	engine: false,
} as const;

async function scored(score: Config["score"]) {
	await using r = await rehearse({ ...WORLD, config: (config) => ({ ...config, score }) });
	const campaign = await r.campaign();
	const counts = r.sandbox.arrivals.totals();
	const answer = await scoreCampaign(r.app, campaign, await checkCampaign(r.app, campaign));
	expect(r.sandbox.arrivals.totals()).toEqual(counts);
	return answer;
}

test("rspamd is told address, EHLO, name and envelope, and its rules come back", async () => {
	await using filter = await fakeRspamd();
	const { scores, findings } = await scored({ rspamd: `http://127.0.0.1:${filter.port}`, password: "q1", spamd: null });
	expect(filter.seen).toHaveLength(1);
	const [seen] = filter.seen;
	expect(seen?.url).toBe("/checkv2");
	expect(seen?.headers).toMatchObject({
		ip: "127.0.0.1",
		helo: "mta1.sender.test",
		hostname: "mta1.sender.test",
		rcpt: "lee@good.test",
		password: "q1",
	});
	expect(seen?.headers["from"]).toMatch(/@bounces\.sender\.test$/);
	expect(seen?.body).toMatch(/^DKIM-Signature: /);
	expect(seen?.body).toContain("A reader with a name that is long");
	expect(scores).toMatchObject([{ by: "rspamd", score: 7.4, rules: [{ name: "URI_PHISHED" }, {}, {}] }]);
	expect(findings).toMatchObject([{ id: "score", level: "warn", subject: "score by rspamd" }]);
});

test("spamd reads the source from a Received field, and its report comes back", async () => {
	await using filter = await fakeSpamd();
	const { findings } = await scored({ rspamd: null, password: null, spamd: { host: "127.0.0.1", port: filter.port } });
	expect(filter.seen.map(({ command }) => command)).toEqual(["REPORT"]);
	expect(filter.seen[0]?.message).toMatch(
		/^Return-Path: <[^>]+@bounces\.sender\.test>\r\nReceived: from mta1\.sender\.test \(mta1\.sender\.test \[127\.0\.0\.1\]\)\r\n/,
	);
	expect(findings).toMatchObject([{ level: "fail", what: "6.2 of 5 (spam): URIBL_BLACK 5.7, HTML_MESSAGE 0.5" }]);
});

test("a spamd that knows no REPORT is asked for SYMBOLS", async () => {
	await using filter = await fakeSpamd({ SYMBOLS: "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.5 / 5.0\r\n\r\nHTML_MESSAGE\r\n" });
	const { findings } = await scored({ rspamd: null, password: null, spamd: { host: "127.0.0.1", port: filter.port } });
	expect(filter.seen.map(({ command }) => command)).toEqual(["REPORT", "SYMBOLS"]);
	expect(findings).toMatchObject([{ level: "ok", what: "0.5 of 5 (ham): HTML_MESSAGE" }]);
});

test("a filter that cannot be asked is unknown, and so is none", async () => {
	await using broken = await fakeRspamd({ nothing: true }, 503);
	const { findings } = await scored({
		rspamd: `http://127.0.0.1:${broken.port}`,
		password: null,
		spamd: { host: "127.0.0.1", port: 9 },
	});
	expect(findings).toMatchObject([
		{ id: "score", level: "unknown", what: "no score: the answer names no score" },
		{ id: "score", level: "unknown", what: "no score: ECONNREFUSED" },
	]);
	expect((await scored({ rspamd: null, password: null, spamd: null })).findings).toMatchObject([
		{ level: "unknown", fix: expect.stringContaining("[score] rspamd") },
	]);
});

// What findings come to: the checklist of the providers, the check of a campaign, and alerts on change.
import { describe, expect, test } from "vitest";
import { BULK_RULES, BULK_SOURCES, bulkChecklist } from "../../../src/reputation/bulk-rules.ts";
import { change, type KeptReport } from "../../../src/reputation/preflight.store.ts";
import type { PreflightFinding, PreflightReport } from "../../../src/reputation/preflight-finding.ts";
import { campaignVerdict } from "../../../src/reputation/preflight-verdict.ts";

const finding = (text: string, subject = "identity @example.com"): PreflightFinding => {
	const [level = "", id = ""] = text.split(" ");
	return { id, level: level as PreflightFinding["level"], subject, what: `${id} it is`, fix: level === "ok" ? "" : `do ${id}` };
};
const GOOD = ["ok spf", "ok dkim", "ok dmarc", "ok dmarc-aligned", "ok ptr", "ok tls", "ok one-click", "ok from"];

describe("the checklist for bulk senders", () => {
	const states = (texts: string[]) =>
		Object.fromEntries(
			bulkChecklist(
				"@example.com",
				texts.map((text) => finding(text)),
			).map((row) => [`${row.provider} ${row.topic}`, row.state]),
		);

	test("where all is in order, only what nobody can ask from here stays unknown", () => {
		const open = Object.entries(states(GOOD)).filter(([, state]) => state !== "passed");
		expect(open).toEqual([
			["google complaints", "unknown"],
			["yahoo complaints", "unknown"],
			["microsoft opt-in", "unknown"],
			["naver opt-in", "unknown"],
		]);
	});

	test.each([
		["fail spf-fail", "google spf", "failed"],
		["unknown spf", "google spf", "unknown"],
		["warn spf-lookups", "google spf", "passed"],
		["fail dmarc-missing", "microsoft dmarc", "failed"],
		["warn one-click-missing", "yahoo one-click", "failed"],
		["fail ptr-missing", "naver ptr", "failed"],
	])("%s: %s is %s", (text, rule, state) => {
		const without = GOOD.filter((good) => text.includes("lookups") || !text.split(" ")[1]?.startsWith(good.split(" ")[1] ?? "?"));
		expect(states([...without, text])[rule]).toBe(state);
	});

	test("one key that verifies is enough, whatever became of the one beside it", () => {
		expect(states([...GOOD, "fail dkim-record-missing"])["google dkim"]).toBe("passed");
	});

	test("nothing looked at is unknown, not passed", () => {
		expect(states([])["google spf"]).toBe("unknown");
	});

	test("what failed is told with what to publish, and each rule with its source", () => {
		const row = bulkChecklist("@example.com", [finding("fail spf-missing")]).find((one) => one.topic === "spf");
		expect(row).toMatchObject({ because: "spf-missing it is", fix: "do spf-missing", source: BULK_SOURCES.google.url });
		for (const { provider } of BULK_RULES) expect(BULK_SOURCES[provider].url).toMatch(/^https:/);
	});
});

describe("the check of a campaign", () => {
	const PUBLIC = ["203.0.113.10"];
	const reports = (identity: string[], source: string[] = ["ok ptr"]): PreflightReport[] => [
		{ kind: "source", subject: "mta1", findings: source.map((text) => finding(text, "source mta1")) },
		{ kind: "identity", subject: "@example.com", findings: identity.map((text) => finding(text)) },
	];
	const says = (identity: string[], source?: string[], addresses = PUBLIC) =>
		campaignVerdict(reports(identity, source), addresses).map(({ level, id }) => `${level} ${id}`);

	test.each<{ name: string; identity: string[]; source?: string[]; expected: string[] }>([
		{ name: "all in order", identity: GOOD, expected: ["ok preflight"] },
		{ name: "no PTR", identity: GOOD, source: ["fail ptr-missing"], expected: ["fail ptr-missing"] },
		{ name: "port blocked", identity: GOOD, source: ["fail port-blocked"], expected: ["fail port-blocked"] },
		{ name: "SPF fails, DKIM holds", identity: ["fail spf-fail", "ok dkim"], expected: ["warn spf-fail"] },
		{ name: "DKIM mismatch", identity: ["ok spf", "fail dkim-mismatch"], expected: ["fail dkim-mismatch"] },
		{
			name: "DKIM mismatch beside a key that holds",
			identity: ["ok spf", "ok dkim", "fail dkim-mismatch"],
			expected: ["warn dkim-mismatch"],
		},
		{
			name: "neither SPF nor DKIM",
			identity: ["fail spf-missing", "fail dkim-record-missing"],
			expected: ["warn spf-missing", "warn dkim-record-missing", "fail unauthenticated"],
		},
		{
			name: "DNS is silent about DKIM",
			identity: ["fail spf-missing", "unknown dkim"],
			expected: ["warn spf-missing", "unknown preflight-unknown"],
		},
		{ name: "not aligned", identity: ["fail dmarc-not-aligned"], expected: ["fail dmarc-not-aligned"] },
		{ name: "no DMARC", identity: ["ok spf", "ok dkim", "fail dmarc-missing"], expected: ["warn dmarc-missing"] },
		{ name: "small things", identity: ["warn spf-lookups", "warn dmarc-no-reports"], expected: ["warn preflight-warn"] },
		{
			name: "never looked at blacklists and ports",
			identity: [...GOOD, "unknown blacklist"],
			source: ["unknown port"],
			expected: ["ok preflight"],
		},
		{ name: "the only source is listed", identity: GOOD, source: ["fail blacklist-listed"], expected: ["fail blacklist-listed"] },
		{ name: "the domain is listed", identity: [...GOOD, "fail blacklist-listed"], expected: ["fail blacklist-listed"] },
	])("$name: $expected", ({ identity, source, expected }) => expect(says(identity, source)).toEqual(expected));

	test("a listed source among clean ones does not keep a campaign back: its lanes are held, the others send", () => {
		const two = [
			...reports(GOOD, ["fail blacklist-listed"]),
			{ kind: "source", subject: "mta2", findings: [finding("ok ptr", "source mta2")] } as const,
		];
		expect(campaignVerdict(two, PUBLIC).map(({ level, id }) => `${level} ${id}`)).toEqual(["warn blacklist-listed"]);
	});

	test("mail from loopback reaches only this machine: missing records do not keep it back", () => {
		expect(says(["fail spf-missing", "fail dkim-record-missing"], ["unknown ptr"], ["127.0.0.1"])).toEqual([
			"warn spf-missing",
			"warn dkim-record-missing",
			"unknown preflight-unknown",
		]);
	});
});

describe("alerts", () => {
	const kept = (...texts: string[]): KeptReport => {
		const findings = texts.map((text) => finding(text));
		return {
			kind: "identity",
			subject: "@example.com",
			checkedAt: 1,
			passed: !texts.some((text) => text.startsWith("fail")),
			findings,
		};
	};
	test.each<{ name: string; before: KeptReport | undefined; after: KeptReport; kind: string | null }>([
		{ name: "the first look passes", before: undefined, after: kept("ok spf"), kind: null },
		{ name: "the first look fails", before: undefined, after: kept("fail spf-fail"), kind: "preflight-failed" },
		{ name: "it begins to fail", before: kept("ok spf"), after: kept("fail spf-fail"), kind: "preflight-failed" },
		{ name: "it still fails", before: kept("fail spf-fail"), after: kept("fail spf-fail"), kind: null },
		{
			name: "it fails by something new",
			before: kept("fail spf-fail"),
			after: kept("fail spf-fail", "fail dkim-mismatch"),
			kind: "preflight-failed",
		},
		{ name: "it fails by less", before: kept("fail spf-fail", "fail dkim-mismatch"), after: kept("fail spf-fail"), kind: null },
		{ name: "it passes again", before: kept("fail spf-fail"), after: kept("ok spf"), kind: "preflight-passed" },
		{ name: "a silent resolver is no failure", before: kept("ok spf"), after: kept("unknown spf"), kind: null },
	])("$name: $kind", ({ before, after, kind }) => expect(change(before, after, 5)?.kind ?? null).toBe(kind));
});

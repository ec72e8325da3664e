import { describe, expect, it } from "vitest";
import type { Reading } from "../../../src/reputation/decode.ts";
import { CALM_MS, type Change, follow, type KnownListing, type KnownState } from "../../../src/reputation/history.ts";
import { flippedZones, judgeZone } from "../../../src/reputation/proof.ts";
import { zoneNamed } from "../../../src/reputation/zones/all.ts";

const NOW = 1_000_000_000;
const HALF_HOUR = 1_800_000;
const listed = (severity: "critical" | "minor" = "minor"): Reading => ({
	state: "listed",
	codes: ["127.0.0.2"],
	meaning: "x",
	severity,
});
const clean: Reading = { state: "clean", codes: [], meaning: "" };
const unknown: Reading = { state: "unknown", why: "TIMEOUT", kind: "silent" };
const was = (state: KnownState["state"], agreeing: number): KnownState => ({
	state,
	agreeing,
	codes: [],
	checkedAt: NOW - HALF_HOUR,
});
const listing = (over: Partial<KnownListing> = {}): KnownListing => ({
	id: 7,
	severity: "minor",
	codes: ["127.0.0.2"],
	firstSeen: NOW - 10 * HALF_HOUR,
	lastSeen: NOW - HALF_HOUR,
	clearedAt: null,
	quiet: false,
	cameBack: false,
	...over,
});

describe("the history of a listing", () => {
	const none: Change = { kind: "none" };
	it.each<{
		name: string;
		before: KnownState | null;
		reading: Reading;
		confirmed?: boolean;
		listing?: KnownListing;
		change: Change;
	}>([
		{ name: "the first check that sees it opens nothing", before: was("clean", 3), reading: listed(), change: none },
		{
			name: "the second one opens it, seen since the first",
			before: was("listed", 1),
			reading: listed(),
			change: { kind: "open", firstSeen: NOW - HALF_HOUR, quiet: false },
		},
		{
			name: "a second look at once counts as the second check",
			before: was("clean", 3),
			reading: listed("critical"),
			confirmed: true,
			change: { kind: "open", firstSeen: NOW, quiet: false },
		},
		{
			name: "found at the very first look, it is recorded quietly",
			before: null,
			reading: listed(),
			change: { kind: "open", firstSeen: NOW, quiet: true },
		},
		{
			name: "but a critical one is told",
			before: null,
			reading: listed("critical"),
			confirmed: true,
			change: { kind: "open", firstSeen: NOW, quiet: false },
		},
		{ name: "an unknown answer breaks the row of checks that agree", before: was("unknown", 0), reading: listed(), change: none },
		{ name: "an unknown answer closes nothing", before: was("clean", 1), reading: unknown, listing: listing(), change: none },
		{ name: "one clean answer closes nothing", before: was("listed", 9), reading: clean, listing: listing(), change: none },
		{
			name: "two clean answers close it",
			before: was("clean", 1),
			reading: clean,
			listing: listing(),
			change: { kind: "clear", id: 7 },
		},
		{
			name: "an answer with other codes is the same listing, changed",
			before: was("listed", 4),
			reading: { state: "listed", codes: ["127.0.0.3"], meaning: "y", severity: "minor" },
			listing: listing(),
			change: { kind: "seen", id: 7, changed: true },
		},
		{
			name: "what comes back within a day is the same listing",
			before: was("listed", 1),
			reading: listed(),
			listing: listing({ clearedAt: NOW - 5 * HALF_HOUR }),
			change: { kind: "reopen", id: 7 },
		},
		{
			name: "what comes back after days is another one",
			before: was("listed", 1),
			reading: listed(),
			listing: listing({ clearedAt: NOW - 60 * HALF_HOUR }),
			change: { kind: "open", firstSeen: NOW - HALF_HOUR, quiet: false },
		},
		{
			name: "what came back before must stay away longer",
			before: was("clean", 3),
			reading: clean,
			listing: listing({ cameBack: true }),
			change: none,
		},
		{
			name: "and is over then",
			before: was("clean", 9),
			reading: clean,
			listing: listing({ cameBack: true, lastSeen: NOW - CALM_MS }),
			change: { kind: "clear", id: 7 },
		},
	])("$name", ({ before, reading, confirmed = false, listing: known = null, change }) => {
		expect(follow({ before, reading, confirmed, listing: known, now: NOW }).change).toEqual(change);
	});
});

describe("a zone proves itself", () => {
	const zone = zoneNamed("bl.spamcop.net");
	const yes = (address: string) => ({ kind: "addresses", addresses: [address], ttl: 60 }) as const;
	const no = { kind: "none", ttl: 60 } as const;
	const silent = { kind: "failed", why: "TIMEOUT from 192.0.2.53" } as const;
	it.each([
		["lists its test point and nobody else", yes("127.0.0.2"), no, "proven"],
		["lists nobody", no, no, "dead"],
		["lists what nobody may list", yes("127.0.0.2"), yes("127.0.0.2"), "lists-the-world"],
		["refuses", yes("127.255.255.254"), yes("127.255.255.254"), "refused"],
		["is refused by its name server", { kind: "failed", why: "REFUSED from 192.0.2.53" } as const, no, "refused"],
		["answers with a web server's address", yes("198.51.100.80"), yes("198.51.100.80"), "hijacked"],
		["gives no answer", silent, silent, "unreachable"],
		["answers half of it", yes("127.0.0.2"), silent, "unreachable"],
	] as const)("one that %s", (_words, must, mustNot, state) => {
		expect(judgeZone(zone, { listed: must, clean: mustNot }).state).toBe(state);
	});
});

it("zones that name all our subjects at once have flipped, one that names some has not", () => {
	const of = (zone: string, ...listedNow: boolean[]) => listedNow.map((one) => ({ zone, listed: one, before: false }));
	expect(flippedZones([...of("a", true, true), ...of("b", true, false), ...of("c", true)])).toEqual(["a"]);
	expect(flippedZones([{ zone: "a", listed: true, before: true }, ...of("a", true)])).toEqual([]);
});

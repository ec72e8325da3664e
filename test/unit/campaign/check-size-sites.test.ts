// Which sites take less than the message, and how that is known.
import { expect, test } from "vitest";
import { tightSites } from "../../../src/campaign/check-size-sites.ts";
import type { HeardSize } from "../../../src/campaign/site-sizes.store.ts";

const MB = 1024 ** 2;
const AT = Date.UTC(2026, 10, 20);
const facts = (site: string) => ({ title: site.toUpperCase(), size: site === "naver" ? 40 * MB : null });
const heard = (site: string, mxHost: string, takes: number, by: HeardSize["by"] = "announced"): HeardSize => ({
	site,
	mxHost,
	takes,
	by,
	at: AT,
});
const sites = [
	{ site: "naver", messages: 1_204 },
	{ site: "small.test", messages: 3 },
	{ site: "unknown.test", messages: 9 },
];

test.each<{ name: string; size: number; heard: HeardSize[]; expected: unknown[] }>([
	{ name: "nothing heard, and below what is known", size: 39 * MB, heard: [], expected: [] },
	{
		name: "nothing heard, and above what the provider is known for",
		size: 41 * MB,
		heard: [],
		expected: [{ site: "naver", readers: 1_204, takes: 40 * MB, because: "NAVER has been seen to announce it" }],
	},
	{
		name: "what was heard goes before what is known",
		size: 41 * MB,
		heard: [heard("naver", "mx1.naver.test", 50 * MB)],
		expected: [],
	},
	{
		name: "the most generous host counts",
		size: 9 * MB,
		heard: [heard("small.test", "mx1.small.test", 5 * MB), heard("small.test", "mx2.small.test", 8 * MB)],
		expected: [{ site: "small.test", readers: 3, takes: 8 * MB, because: "mx2.small.test announced it on 2026-11-20" }],
	},
	{
		name: "a refusal goes before what the same host announced",
		size: 9 * MB,
		heard: [heard("small.test", "mx1.small.test", 50 * MB), heard("small.test", "mx1.small.test", 6 * MB - 1, "refused")],
		expected: [{ site: "small.test", readers: 3, takes: 6 * MB - 1, because: "mx1.small.test refused 6.0 MB on 2026-11-20" }],
	},
	{ name: "exactly what it takes is taken", size: 5 * MB, heard: [heard("small.test", "mx1.small.test", 5 * MB)], expected: [] },
])("$name", ({ size, heard, expected }) => {
	expect(tightSites(size, sites, heard, facts)).toEqual(expected);
});

import { createColors } from "picocolors";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import {
	onlyWaits,
	type Progress,
	progressLine,
	progressView,
	RateMeter,
	rateText,
	type SiteProgress,
	timeLeft,
} from "../../../src/cli/progress.ts";

const NOW = Date.UTC(2026, 10, 2, 9);

const site = (name: string, of: Partial<SiteProgress> = {}): SiteProgress => ({
	site: name,
	total: 100,
	delivered: 0,
	failed: 0,
	uncertain: 0,
	suppressed: 0,
	cancelled: 0,
	left: 0,
	deferred: 0,
	nextTry: null,
	lastTry: null,
	...of,
});

const progress = (of: Partial<Progress> = {}): Progress => ({
	at: NOW,
	campaign: { id: 3, name: "웰센트 레터", state: "running" },
	counts: { total: 200, queued: 95, sending: 5, delivered: 90, failed: 6, suppressed: 2, uncertain: 1, cancelled: 1 },
	deferred: 20,
	nextTry: NOW + 60_000,
	lastTry: NOW + 120_000,
	sites: [
		site("naver", { delivered: 20, left: 80 }),
		site("google", { delivered: 70, failed: 6, deferred: 20, nextTry: NOW + 60_000, lastTry: NOW + 120_000 }),
	],
	rate: 4.25,
	siteRates: new Map([["naver", 4.25]]),
	eta: 160_000,
	etaBecause: "naver: 30/min",
	...of,
});

test("a line says what was sent, what waits, how fast and how long", () => {
	expect(progressLine(progress())).toBe(
		"campaign 3 running: 90 of 200 sent, 20 deferred, 6 failed, 1 uncertain, 2 suppressed, 1 cancelled, 4.3/s, " +
			"about 2 min 40 s left (naver: 30/min), naver 20/100 google 80/100",
	);
});

test("when all that is left waits, the line says until when instead of a guess", () => {
	const waiting = progress({
		sites: [site("google", { delivered: 80, deferred: 20, nextTry: NOW + 60_000, lastTry: NOW + 60_000 })],
	});
	expect(onlyWaits(waiting)).toBe(true);
	expect(progressLine(waiting)).toMatch(/next try at \d\d:\d\d:\d\d \(in 1 min\)/);
	expect(onlyWaits(progress())).toBe(false);
});

test("before the readers are queued the line says so", () => {
	const none = { total: 0, queued: 0, sending: 0, delivered: 0, failed: 0, suppressed: 0, uncertain: 0, cancelled: 0 };
	expect(progressLine(progress({ counts: none, sites: [] }))).toBe(
		"campaign 3 running: its readers are being put into the queue",
	);
});

test.each([60, 80, 120, 200])("the view fits a terminal of %i columns", (width) => {
	const lines = progressView(progress(), { width, height: 24, colours: createColors(false) });
	for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
	expect(lines.join("\n")).toContain("50%");
	expect(lines.some((line) => /^naver .* 20 .* 80/.test(line))).toBe(true);
	expect(lines.some((line) => /again at \d\d:\d\d:\d\d$/.test(line))).toBe(width > 60);
});

test("the view keeps to the height of the terminal and counts what it leaves out", () => {
	const sites = Array.from({ length: 50 }, (_, n) => site(`site-${n}.test`, { left: 50 - n }));
	const lines = progressView(progress({ sites }), { width: 100, height: 20, colours: createColors(false) });
	expect(lines.length).toBeLessThan(20);
	expect(lines.at(-1)).toBe("and 37 more sites");
});

test("a name from outside cannot act on the terminal", () => {
	const lines = progressView(
		progress({ campaign: { id: 1, name: "x\x1b[2J", state: "running" }, sites: [site("a\x1bb", { left: 1 })] }),
		{
			width: 100,
			height: 24,
			colours: createColors(false),
		},
	);
	expect(lines.join("")).not.toContain("\x1b");
});

test("the time left is that of the slowest lane, or of the latest known try", () => {
	const lane = {
		connections: 1,
		connectionsPerHour: null,
		messagesPerConnection: 10,
		rates: [{ limit: 60, windowMs: 60_000, text: "60/min" }],
	};
	const left = timeLeft([site("naver", { left: 61 }), site("google", { left: 1 })], () => [lane], NOW);
	expect(left.etaBecause).toBe("naver: 60/min");
	expect(left.eta).toBeGreaterThanOrEqual(60_000);
	expect(left.eta).toBeLessThan(62_000);
	const late = timeLeft([site("naver", { left: 61, deferred: 1, lastTry: NOW + 3_600_000 })], () => [lane], NOW);
	expect(late).toEqual({ eta: 3_600_000, etaBecause: "" });
	expect(timeLeft([site("naver", { delivered: 100 })], () => [lane], NOW)).toEqual({ eta: 0, etaBecause: "" });
});

test("a rate is that of the last ten seconds, and unknown in the first", () => {
	const meter = new RateMeter();
	expect(meter.add(0, new Map([["*", 0]]))).toBeNull();
	expect(meter.add(500, new Map([["*", 5]]))).toBeNull();
	expect(meter.add(2_000, new Map([["*", 20]]))?.get("*")).toBe(10);
	for (let at = 3_000; at <= 20_000; at += 1_000) meter.add(at, new Map([["*", 20]]));
	expect(meter.add(21_000, new Map([["*", 20]]))?.get("*")).toBe(0);
});

test.each([
	[4.25, "4.3/s"],
	[0.5, "0.5/s"],
	[0.2, "12/min"],
	[0.001, "1/min"],
	[0, "0/s"],
	[1_234.5, "1235/s"],
])("%d a second is told as %s", (rate, told) => {
	expect(rateText(rate)).toBe(told);
});

import { expect, test } from "vitest";
import { HostWatch } from "../../../src/log/host-watch.ts";
import type { ResponseRow } from "../../../src/log/response.ts";
import { RUN, Runs } from "../../../src/log/runs.ts";
import { response } from "../../integration/api/rows.ts";

const START = Date.UTC(2026, 10, 2, 9);
let at = START;
const tick = (): number => {
	at += 1_000;
	return at;
};
const says = (n: number, host: string, more: Partial<ResponseRow> = {}): ResponseRow[] =>
	Array.from({ length: n }, () =>
		response({ at: tick(), site: "daum", mxHost: host, mxAddress: `192.0.2.${host.slice(2)}`, ...more }),
	);
const blocked = { class: "dnsbl-listed", stage: "greeting", code: 554, enhanced: "5.7.1", text: "blocked" } as const;
const unknown = {
	class: "invalid-recipient",
	stage: "rcpt",
	code: 550,
	enhanced: "5.1.1",
	text: "no such user",
	action: "suppress",
} as const;

test("a host that refuses is told once, and its recovery after three services, since the first of them", () => {
	const watch = new HostWatch();
	expect(watch.observe([...says(20, "mx1"), ...says(20, "mx2")])).toEqual([]);
	const first = at + 1_000;
	const events = watch.observe(
		["mx3", "mx1", "mx3", "mx2", "mx3", "mx1", "mx3", "mx3"].flatMap((name) => says(1, name, name === "mx3" ? blocked : {})),
	);
	expect(events).toMatchObject([
		{ kind: "host-refusing", mxHost: "mx3", source: "mta1", judgement: { since: first, siblings: { serving: 2 } } },
	]);
	expect(watch.refusing()).toMatchObject([{ mxHost: "mx3", since: first }]);
	expect(watch.observe(says(2, "mx3"))).toEqual([]);
	const again = at - 1_000;
	expect(watch.observe(says(1, "mx3"))).toMatchObject([
		{ kind: "host-recovered", mxHost: "mx3", since: again, refusedSince: first },
	]);
	expect(watch.refusing()).toEqual([]);
	expect(watch.observe(says(5, "mx3"))).toEqual([]);
});

test("what was told before a restart is not told again, and the recovery still is", () => {
	const place = { source: "mta1", site: "daum", mxHost: "mx3", mxAddress: "192.0.2.3" };
	const watch = new HostWatch([], [{ ...place, since: START }]);
	expect(watch.observe([...says(30, "mx1"), ...says(9, "mx3", blocked)])).toEqual([]);
	expect(watch.observe(says(3, "mx3"))).toMatchObject([{ kind: "host-recovered", refusedSince: START }]);
});

test("another source is another matter", () => {
	const watch = new HostWatch();
	const mta2 = (n: number, host: string, more: Partial<ResponseRow> = {}) => says(n, host, { ...more, source: "mta2" });
	watch.observe([...says(30, "mx1"), ...says(30, "mx3"), ...mta2(30, "mx1")]);
	expect(watch.observe([...mta2(2, "mx3", blocked), ...mta2(1, "mx1"), ...mta2(2, "mx3", blocked)])).toMatchObject([
		{ source: "mta2" },
	]);
	expect(watch.refusing().map((one) => one.source)).toEqual(["mta2"]);
});

test("each host of a de-listed site is told when it accepts, and again if it had refused meanwhile", () => {
	const watch = new HostWatch();
	watch.observe([...says(3, "mx1"), ...says(3, "mx2", blocked)]);
	watch.watchDelistings([{ source: "mta1", site: "daum" }]);
	expect(watch.observe(says(2, "mx1"))).toMatchObject([{ kind: "delisting-host", mxHost: "mx1" }]);
	expect(watch.observe([...says(1, "mx1", blocked), ...says(2, "mx2")])).toMatchObject([
		{ kind: "delisting-host", mxHost: "mx2" },
	]);
	expect(watch.observe(says(1, "mx1"))).toMatchObject([{ kind: "delisting-host", mxHost: "mx1" }]);
	watch.watchDelistings([]);
	expect(watch.observe([...says(1, "mx1", blocked), ...says(1, "mx1")])).toEqual([]);
});

test("a burst of unknown readers at one host begins once, lasts while it goes on, and is over an hour later", () => {
	const watch = new HostWatch();
	watch.observe([...says(40, "mx1"), ...says(40, "mx2")]);
	const since = at + 1_000;
	const events = watch.observe(says(15, "mx3", unknown));
	expect(events.length).toBeGreaterThan(0);
	expect(events[0]).toMatchObject({ kind: "invalid-burst", mxHost: "mx3", begins: true, since });
	expect(events.slice(1).every((event) => event.kind === "invalid-burst" && !event.begins)).toBe(true);
	at += 2 * 3_600_000;
	watch.observe([...says(20, "mx1"), ...says(20, "mx2")]);
	expect(watch.observe(says(5, "mx3", unknown))).toEqual([]);
});

test("passed over and never connected is no answer", () => {
	const watch = new HostWatch();
	expect(
		watch.observe([
			...says(30, "mx1"),
			...says(30, "mx3", { ...blocked, class: "skipped" }),
			...says(9, "mx3", { ...blocked, mxAddress: "" }),
		]),
	).toEqual([]);
});

test("a run of refusals holds a site, two sites or a good part of all answers hold everywhere, an acceptance ends it", () => {
	const runs = new Runs();
	for (let n = 0; n < 100; n += 1) runs.accepted("@a.test", "big");
	const refuse = (site: string, n: number) => Array.from({ length: n }, () => runs.refused("@a.test", site, START));
	expect(refuse("small", RUN)).toEqual([null, null, "site"]);
	runs.accepted("@a.test", "small");
	expect(refuse("small", RUN)).toEqual([null, null, "site"]);
	expect(refuse("other", RUN).at(-1)).toBe("everywhere");
	runs.forget("@a.test");
	expect(refuse("small", RUN)).toEqual([null, null, "everywhere"]);
	// Another identity is not concerned, and a run that is an hour old is over.
	expect(runs.refused("@b.test", "small", START)).toBeNull();
	runs.refused("@c.test", "small", START);
	runs.refused("@c.test", "small", START + 1);
	expect(runs.refused("@c.test", "small", START + 2 * 3_600_000)).toBeNull();
});

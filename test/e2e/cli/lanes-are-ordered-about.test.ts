import { expect, test } from "vitest";
import { rehearsal, wellsent } from "./wellsent.ts";

test("lanes are held, released, set and reset, and say so with who and why", async () => {
	const { cwd } = await rehearsal();
	const lanes = async () => (await wellsent(cwd, "lanes", "--site", "good.test", "--json")).json();
	const held = await wellsent(cwd, "lanes", "hold", "good.test", "--why", "asked to", "--by", "kim", "--for", "2h", "--json");
	expect(held.json()).toMatchObject({ lanes: "*/good.test", reason: "asked to", by: "kim", until: expect.any(String) });
	expect(await lanes()).toMatchObject([
		{ source: "mta1", site: "good.test", now: { hold: { reason: "asked to", by: "kim" }, next: { because: { rule: "hold" } } } },
	]);
	const released = await wellsent(cwd, "lanes", "release", "good.test", "--json");
	expect(released.json()).toMatchObject({ lanes: "*/good.test", ended: 1 });
	expect(await lanes()).toMatchObject([{ now: { hold: null } }]);

	const set = await wellsent(
		cwd,
		"lanes",
		"set",
		"mta1/good.test",
		"--rate",
		"5/s",
		"--rate",
		"600/h",
		"--connections",
		"1",
		"--why",
		"x",
		"--by",
		"kim",
	);
	expect(set.status).toBe(0);
	expect(set.stdout).toContain("undo: wellsent lanes set mta1/good.test --reset");
	expect(await lanes()).toMatchObject([{ limits: { connections: 1, rates: ["5/s", "600/h"], from: "set by kim: x" } }]);
	await wellsent(cwd, "lanes", "set", "mta1/good.test", "--reset");
	expect(await lanes()).toMatchObject([{ limits: { connections: 4, rates: ["500/s"] } }]);
});

test.each([
	{ args: ["hold", "mta9/good.test", "--why", "x"], words: 'there is no source "mta9"' },
	{ args: ["hold", "navar", "--why", "x"], words: 'did you mean "naver"?' },
	{ args: ["hold", "good.test"], words: "--why" },
	{ args: ["set", "good.test", "--why", "x"], words: "name a limit" },
	{ args: ["set", "good.test", "--rate", "0/s", "--why", "x"], words: "would never send anything" },
	{ args: ["set", "good.test", "--rate", "5 per fortnight", "--why", "x"], words: '"5 per fortnight" is not a rate' },
	{ args: ["set", "mta1/*", "--rate", "5/s", "--why", "x"], words: "name one instead of the star" },
])("lanes $args is refused with the way out", async ({ args, words }) => {
	const { cwd } = await rehearsal();
	const refused = await wellsent(cwd, "lanes", ...args);
	expect(refused.stderr).toContain(words);
	expect(refused.status).toBe(2);
});

import { describe, expect, it } from "vitest";
import { ehloLines, mailbox, mailParameters } from "../../../src/sandbox/command.ts";
import { Counters, judgeConnection, judgeMail, judgeRcpt, SlidingCount } from "../../../src/sandbox/judge.ts";
import { manners } from "../../../src/sandbox/manners.ts";
import { behaviourOf } from "../../../src/sandbox/recipient-name.ts";
import { defineWorld } from "../../../src/sandbox/world.ts";

describe("the vocabulary of recipients", () => {
	it.each([
		["ok", { kind: "accept" }],
		["kim.minjun", { kind: "accept" }],
		["constructor", { kind: "accept" }],
		["5star", { kind: "accept" }],
		["4711", { kind: "accept" }],
		["greylist-fan", { kind: "accept" }],
		["slow", { kind: "accept" }],
		["FULL+x", { kind: "reply", at: "rcpt", reply: "552 5.2.2 <{to}>: mailbox full, over quota" }],
		["421", { kind: "reply", at: "rcpt", reply: "421 as asked" }],
		["550-5.1.1-no-such-user", { kind: "reply", at: "rcpt", reply: "550 5.1.1 no such user" }],
		["at-body-451-later+tag", { kind: "reply", at: "body", reply: "451 later" }],
		["slow-500", { kind: "slow", at: "body", ms: 500 }],
		["slow-at-rcpt-20", { kind: "slow", at: "rcpt", ms: 20 }],
		["greylist", { kind: "greylist", tries: 1 }],
		["greylist-3", { kind: "greylist", tries: 3 }],
		["drop-at-body", { kind: "drop", at: "in-body" }],
		["drop-after-body", { kind: "drop", at: "body" }],
		["silent-at-data", { kind: "silent", at: "data" }],
	])("%s@", (local, behaviour) => {
		expect(behaviourOf(local)).toEqual(behaviour);
	});
});

describe("judgement", () => {
	const client = "127.1.0.1";
	const mail = { from: "a@b.test", client, size: null, secure: false, loggedIn: false, now: 0 };

	it("a sliding window frees a place exactly when the oldest leaves it, and a refusal takes none", () => {
		const count = new SlidingCount();
		const taken = [0, 10, 20, 999, 1000, 1005, 1010].map((now) => count.take(now, 2, 1000));
		expect(taken).toEqual([true, true, false, false, true, false, true]);
	});

	it("the greeting refuses in this order: forced, source, connections at once, connections a minute", () => {
		const all = {
			replyAt: { greeting: "554 forced" },
			refuse: [{ source: "*", reply: "554 source" }],
			maxConnections: 0,
			connectionsPerMinute: 0,
		};
		const said = (keys: readonly (keyof typeof all)[]) =>
			judgeConnection(manners(Object.fromEntries(keys.map((key) => [key, all[key]]))), new Counters(), client, 0);
		expect(said(["replyAt", "refuse", "maxConnections"])).toBe("554 forced");
		expect(said(["refuse", "maxConnections"])).toBe("554 source");
		expect(said(["maxConnections", "connectionsPerMinute"])).toMatch(/concurrent/);
		expect(said(["connectionsPerMinute"])).toMatch(/short time/);
		expect(said([])).toBeNull();
	});

	it.each([
		{ name: "TLS required, none", input: { tlsRequired: true }, facts: {}, code: "530" },
		{ name: "TLS required, given", input: { tlsRequired: true }, facts: { secure: true }, code: null },
		{ name: "a login missing", input: { auth: { user: "u", password: "p" } }, facts: {}, code: "530" },
		{ name: "too big", input: { size: 10 }, facts: { size: 11 }, code: "552" },
		{ name: "just small enough", input: { size: 10 }, facts: { size: 10 }, code: null },
		{
			name: "a source refused at MAIL",
			input: { refuse: [{ source: client, at: "mail" as const, reply: "550 no" }] },
			facts: {},
			code: "550",
		},
		{
			name: "another source refused",
			input: { refuse: [{ source: "127.1.0.2", at: "mail" as const, reply: "550 no" }] },
			facts: {},
			code: null,
		},
	])("MAIL: $name", ({ input, facts, code }) => {
		expect(judgeMail(manners(input), new Counters(), { ...mail, ...facts })?.slice(0, 3) ?? null).toBe(code);
	});

	it("greylisting remembers the triple, whatever its case", () => {
		const counters = new Counters();
		const grey = manners({ greylistMs: 100 });
		const ask = (now: number, to = "x@good.test") => judgeRcpt(grey, counters, { from: "A@b.test", to, client, now }).kind;
		expect([ask(0), ask(99), ask(100), ask(101, "X@Good.test"), ask(200, "y@good.test")]).toEqual([
			"reply",
			"reply",
			"accept",
			"accept",
			"reply",
		]);
	});
});

describe("commands", () => {
	it.each([
		["MAIL FROM:<a@b.test> SIZE=5", "a@b.test"],
		["MAIL FROM: <>", ""],
		["RCPT TO:<\u{1f600}@b.test>", "\u{1f600}@b.test"],
		["MAIL FROM:a@b.test", null],
		["MAIL <a@b.test>", null],
		["RCPT TO:<a@b.test", null],
	])("%s", (line, expected) => {
		expect(mailbox(line)).toBe(expected);
	});

	it("SIZE is read from the parameters only", () => {
		expect(mailParameters("MAIL FROM:<SIZE=1@b.test> BODY=8BITMIME size=1000")).toEqual({ size: 1000 });
		expect(mailParameters("MAIL FROM:<SIZE=1@b.test>")).toEqual({ size: null });
	});

	it("EHLO lists what the manners offer and nothing else", () => {
		const bare = { pipelining: false, eightBitMime: false, enhancedStatusCodes: false, starttls: "none" } as const;
		expect(ehloLines(manners(bare), "mx.test", false)).toBe("250 mx.test");
		expect(ehloLines(manners({ smtpUtf8: true, size: 9 }), "mx.test", false)).toBe(
			"250 mx.test\nPIPELINING\nSIZE 9\n8BITMIME\nENHANCEDSTATUSCODES\nSMTPUTF8\nSTARTTLS",
		);
		expect(ehloLines(manners({ size: 9, announceSize: false }), "mx.test", true)).not.toMatch(/SIZE|STARTTLS/);
	});
});

describe("a world made in code", () => {
	it("finds addresses in the zones, makes some up, and turns unlisted MX hosts into plain ones", () => {
		const world = defineWorld({
			zones: "$ORIGIN a.test.\n@ MX 1 mx1\n@ MX 2 mx2\n@ MX 3 mx3\nmx1 A 127.5.0.1\nmx2 A 127.5.0.2",
			hosts: { "mx1.a.test": {}, "mx3.a.test": {} },
		});
		expect(world.hosts.map(({ name, addresses }) => [name, addresses])).toEqual([
			["mx1.a.test", ["127.5.0.1"]],
			["mx3.a.test", ["127.77.0.2"]],
			["mx2.a.test", ["127.5.0.2"]],
		]);
		expect(world.zones.records).toContainEqual({ name: "mx3.a.test", type: "A", ttl: 300, data: "127.77.0.2" });
	});

	it("an MX without an address stays without one", () => {
		expect(defineWorld({ zones: "a.test MX 1 mx.a.test" }).hosts).toEqual([]);
	});

	it.each([
		{ name: "an address that is not loopback", hosts: { "m.test": { addresses: ["10.0.0.1"] } }, says: "not loopback" },
		{
			name: "an address used twice",
			hosts: { "m.test": { addresses: ["127.5.0.1"] }, "n.test": { addresses: ["127.5.0.1"] } },
			says: "share the address",
		},
		{ name: "a manner that does not exist", hosts: { "m.test": { manners: { polite: true } } }, says: "polite" },
		{
			name: "a reply without a code",
			hosts: { "m.test": { manners: { replyAt: { mail: "go away" } } } },
			says: "three-digit code",
		},
	])("$name is refused", ({ hosts, says }) => {
		expect(() => defineWorld({ zones: "", hosts: hosts as never })).toThrow(says);
	});
});

import { expect, test } from "vitest";
import { learn, mayGoPlain } from "../../../src/deliver/feedback.ts";
import type { PlannedHost } from "../../../src/deliver/hosts.ts";
import { CLASSES } from "../../../src/replies/classes.ts";
import { REPLY_CLASSES, type ReplyClass, type Stage } from "../../../src/replies/outcome.ts";
import { deskFor, exchange, START, type TestDesk } from "./at-a-desk.ts";

const hosts: readonly PlannedHost[] = ["mx1.good.test", "mx2.good.test"].map((name) => ({ name, preference: 10, mark: null }));
const teach = (at: TestDesk, name: ReplyClass, stage: Stage = "rcpt", host = "mx1.good.test") =>
	learn(
		at.desk,
		{
			host,
			address: "192.0.2.1",
			hosts,
			exchange: exchange({ stage, reply: null }),
			size: 5_000,
			acceptedBefore: 4,
			spent: true,
			detail: "the words",
		},
		{ class: name, scope: CLASSES[name].scope, action: CLASSES[name].action, rule: "test" },
	);
const MINUTE = 60_000;

/** Effects: minutes of a mark on the host, whether it is about us, minutes of a hold on the lane (null: without end). The second wait of the desk is 30 min. */
interface Effect {
	readonly mark?: number;
	readonly aboutUs?: boolean;
	readonly hold?: number | null;
}
const EFFECTS: Partial<Record<ReplyClass, Effect>> = {
	"connect-failed": { mark: 15, aboutUs: false },
	timeout: { mark: 15, aboutUs: false },
	"protocol-error": { mark: 15, aboutUs: false },
	"lost-after-body": { mark: 5, aboutUs: false },
	"too-many-connections": { hold: 1 },
	"sender-rate": { hold: 1 },
	"reputation-temporary": { hold: 10 },
	"ip-blocked": { mark: 1 / 30, aboutUs: true },
	"dnsbl-listed": { mark: 1 / 30, aboutUs: true },
	"ptr-missing": { mark: 1 / 30, aboutUs: true },
	"ehlo-refused": { mark: 1 / 30, aboutUs: true },
	"receiver-misconfigured": { mark: 1 / 30, aboutUs: true },
	"login-refused": { hold: null },
	"gateway-policy": { hold: null },
	"source-missing": { hold: 15 },
};

test.each(REPLY_CLASSES.map((name) => [name]))(
	"%s teaches about hosts and lanes what the table says, and nothing else",
	(name) => {
		const at = deskFor();
		teach(at, name);
		const expected = EFFECTS[name] ?? {};
		const mark = at.hosts.mark("mta1", "mx1.good.test");
		expect(mark).toEqual(
			expected.mark === undefined
				? null
				: { until: START + expected.mark * MINUTE, reason: "the words", aboutUs: expected.aboutUs },
		);
		expect(at.hosts.mark("mta2", "mx1.good.test")).toBeNull();
		const { hold } = at.desk.lane.state();
		if (expected.hold === undefined) expect(hold).toBeNull();
		else expect(hold?.until).toBe(expected.hold === null ? null : START + expected.hold * MINUTE);
	},
);

test("an accepted message ends what was held against the host", () => {
	const at = deskFor();
	teach(at, "connect-failed");
	teach(at, "accepted", "body");
	expect(at.hosts.mark("mta1", "mx1.good.test")).toBeNull();
});

test("the lane is held when the last of the hosts refuses us, and not before", () => {
	const at = deskFor();
	teach(at, "dnsbl-listed");
	expect(at.desk.lane.state().hold).toBeNull();
	teach(at, "dnsbl-listed", "rcpt", "mx2.good.test");
	expect(at.desk.lane.state().hold).toMatchObject({ until: START + 30 * MINUTE, reason: "mx2.good.test: the words" });
});

test("a host that is merely down does not help to hold the lane", () => {
	const at = deskFor();
	teach(at, "connect-failed");
	teach(at, "dnsbl-listed", "rcpt", "mx2.good.test");
	expect(at.desk.lane.state().hold).toBeNull();
});

test.each([
	["greeting", 5],
	["mail", 5],
	["rcpt", undefined],
	["body", undefined],
] as const)("a busy host is marked at %s for %s min: after RCPT it may be one mailbox", (stage, minutes) => {
	const at = deskFor();
	teach(at, "server-busy", stage);
	const mark = at.hosts.mark("mta1", "mx1.good.test");
	if (minutes === undefined) expect(mark).toBeNull();
	else expect(mark?.until).toBe(START + minutes * MINUTE);
});

test.each([
	["greeting", "unknown-permanent", 30],
	["ehlo", "unknown-temporary", 5],
	["rcpt", "unknown-permanent", undefined],
] as const)("words that nobody knows mark the host only before MAIL (%s, %s)", (stage, name, minutes) => {
	const at = deskFor();
	teach(at, name, stage);
	expect(at.hosts.mark("mta1", "mx1.good.test")?.until).toBe(minutes === undefined ? undefined : START + minutes * MINUTE);
});

test("marks and holds are no longer than the second wait of the schedule", () => {
	const at = deskFor({ config: { retry: { waitsMs: [1_000, 2_000], giveUpMs: 60_000 } } });
	teach(at, "ip-blocked");
	teach(at, "sender-rate");
	expect(at.hosts.mark("mta1", "mx1.good.test")?.until).toBe(START + 2_000);
	expect(at.desk.lane.state().hold?.until).toBe(START + 2_000);
	at.clock.advance(2_000);
	expect(at.hosts.mark("mta1", "mx1.good.test")).toBeNull();
	expect(at.desk.lane.state().hold).toBeNull();
});

test("TLS that broke is remembered for a day where plain text is allowed", () => {
	const at = deskFor();
	expect(mayGoPlain(at.desk, "mx1.good.test", "192.0.2.1")).toBe(true);
	teach(at, "tls-failed", "tls");
	expect(at.hosts.tlsIsBroken("mx1.good.test", "192.0.2.1")).toBe(true);
	expect(at.saved).toHaveLength(1);
	at.clock.advance(24 * 60 * MINUTE);
	expect(at.hosts.tlsIsBroken("mx1.good.test", "192.0.2.1")).toBe(false);
});

test("where TLS is required a handshake that breaks marks the host and never allows plain text", () => {
	const at = deskFor({ tls: "required" });
	expect(mayGoPlain(at.desk, "mx1.good.test", "192.0.2.1")).toBe(false);
	teach(at, "tls-failed", "tls");
	expect(at.hosts.tlsIsBroken("mx1.good.test", "192.0.2.1")).toBe(false);
	expect(at.hosts.mark("mta1", "mx1.good.test")).not.toBeNull();
});

test("a host that asked for TLS gets no plain text because its TLS breaks", () => {
	const at = deskFor();
	teach(at, "tls-required", "mail");
	expect(at.hosts.facts("mx1.good.test", "192.0.2.1").tlsRequired).toBe(true);
	expect(mayGoPlain(at.desk, "mx1.good.test", "192.0.2.1")).toBe(false);
	teach(at, "tls-failed", "tls");
	expect(at.hosts.tlsIsBroken("mx1.good.test", "192.0.2.1")).toBe(false);
});

test("a host that ends connections after some messages gets no more than those, until an hour has passed and it accepts", () => {
	const at = deskFor();
	const { messagesPerConnection } = at.desk.lane.limits;
	teach(at, "messages-per-connection", "mail");
	expect(at.desk.lane.limits.messagesPerConnection).toBe(4);
	at.clock.advance(60 * MINUTE);
	teach(at, "accepted");
	expect(at.desk.lane.limits.messagesPerConnection).toBeGreaterThan(4);
	expect(at.desk.lane.limits.messagesPerConnection).toBeLessThanOrEqual(messagesPerConnection);
});

test.each([
	{ stage: "body", enhanced: "5.3.4", code: 552, learns: true },
	{ stage: "mail", enhanced: null, code: 552, learns: true },
	{ stage: "rcpt", enhanced: "5.3.4", code: 552, learns: false },
	{ stage: "body", enhanced: "5.2.3", code: 552, learns: false },
	{ stage: "body", enhanced: "4.3.4", code: 452, learns: false },
] as const)(
	"too big at $stage with $code $enhanced: the host's limit is learned: $learns",
	({ stage, enhanced, code, learns }) => {
		const at = deskFor();
		const reply = { code, enhanced, text: "too big" };
		const [host, address] = ["mx1.good.test", "192.0.2.1"];
		const lesson = { host, address, hosts, size: 5_000, acceptedBefore: 0, spent: true, detail: "too big" };
		learn(
			at.desk,
			{ ...lesson, exchange: exchange({ stage, reply }) },
			{ class: "too-big", scope: "message", action: "end", rule: "test" },
		);
		expect(at.hosts.facts(host, address).sizeLimit).toBe(learns ? 4_999 : null);
		// What it announces at the next EHLO is no more than what it says; after a day it is believed again.
		at.hosts.announced(host, address, 9_000);
		expect(at.hosts.facts(host, address).sizeLimit).toBe(learns ? 4_999 : 9_000);
		at.clock.advance(25 * 60 * MINUTE);
		at.hosts.announced(host, address, 9_000);
		expect(at.hosts.facts(host, address).sizeLimit).toBe(9_000);
	},
);

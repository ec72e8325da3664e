// What an outcome teaches beyond the delivery itself: marks on hosts, pauses of the lane, TLS that works or does not. What it teaches about the
// lane's limits is the lane's own affair (throttle/adapt.ts).
// Nothing here decides about the reader; that is retry.ts.
import { wordOf } from "../log/verdict.ts";
import type { Outcome, ReplyClass, Stage } from "../replies/outcome.ts";
import type { Desk } from "./engine.ts";
import type { Exchange } from "./exchange.ts";
import type { PlannedHost } from "./hosts.ts";

export interface Lesson {
	readonly host: string;
	readonly address: string | null;
	/** All hosts of the domain, as they were planned. */
	readonly hosts: readonly PlannedHost[];
	readonly exchange: Exchange;
	/** Bytes of the message. */
	readonly size: number;
	/** Messages accepted on the connection before. */
	readonly acceptedBefore: number;
	/** A message of the lane's limits went out for it. */
	readonly spent: boolean;
	/** The words of the reply, for the reason of a mark or hold. */
	readonly detail: string;
}

const MINUTE = 60_000;
/** Until an answer is recorded and judged. */
const JUDGED_MS = 2_000;

const SETTING_UP: ReadonlySet<Stage> = new Set(["dns", "connect", "tls", "greeting", "ehlo", "starttls", "auth"]);
const OUT_OF_REACH: ReadonlySet<ReplyClass> = new Set([
	"connect-failed",
	"timeout",
	"tls-failed",
	"dns-failed",
	"protocol-error",
]);

const BEFORE_MAIL: ReadonlySet<Stage> = new Set(["greeting", "ehlo"]);

/** May mail go to that host without TLS? Not where our own settings or the host insist on it, and never through a gateway. */
export function mayGoPlain(desk: Desk, host: string, address: string | null): boolean {
	if (desk.exit.kind !== "direct" || desk.lane.limits.tls === "required") return false;
	return address === null || !desk.engine.hosts.facts(host, address).tlsRequired;
}

/** Learns from what one host said. */
export function learn(desk: Desk, lesson: Lesson, outcome: Outcome): void {
	const { engine, exit, lane } = desk;
	const { host, address } = lesson;
	const source = exit.kind === "direct" ? exit.source.name : exit.gateway.name;
	const now = engine.clock.now();
	// Marks and pauses are no longer than the second wait of the schedule, so that they do not outlive what they protect.
	const longest = engine.config.retry.waitsMs[1] ?? engine.config.retry.waitsMs[0] ?? 15 * MINUTE;
	const until = (ms: number) => now + Math.min(ms, longest);
	const mark = (ms: number, aboutUs: boolean) =>
		engine.hosts.setMark(source, host, { until: until(ms), reason: lesson.detail, aboutUs });
	const holdLane = (ms: number) => lane.hold(until(ms), `${host}: ${lesson.detail}`, "a reply");
	// A gateway has no siblings: while it cannot be reached its lane waits, and a login is not tried once a message.
	if (exit.kind === "gateway" && OUT_OF_REACH.has(outcome.class) && SETTING_UP.has(lesson.exchange.stage)) {
		holdLane(5 * MINUTE);
		return;
	}

	if (outcome.class === "accepted") lane.accepted(1);
	else {
		const { acceptedBefore, spent } = lesson;
		lane.refused({
			class: outcome.class,
			rule: outcome.rule,
			acceptedBefore,
			spent,
			words: `${host}: ${lesson.detail}`,
		});
	}
	switch (outcome.class) {
		case "accepted":
			engine.hosts.clearMark(source, host);
			return;
		case "tls-failed":
			// RFC 7435: a handshake that fails says nothing about the mail; plain text until tomorrow, where the policy allows it.
			if (address !== null && mayGoPlain(desk, host, address)) engine.hosts.tlsBroke(host, address, lesson.detail);
			else mark(15 * MINUTE, false);
			// It asked for TLS once and offers none now: what was learned is out of date, and the next reply will say so if it is not.
			if (address !== null && lesson.exchange.trouble === "tls-not-offered") engine.hosts.wantsTls(host, address, false);
			return;
		case "tls-required":
			if (address !== null) engine.hosts.wantsTls(host, address);
			return;
		case "connect-failed":
		case "timeout":
		case "protocol-error":
			mark(15 * MINUTE, false);
			return;
		case "server-busy":
			// After RCPT it may be this reader's mailbox that is in trouble, and the host well.
			if (lesson.exchange.stage !== "rcpt" && lesson.exchange.stage !== "body") mark(5 * MINUTE, false);
			return;
		case "ip-blocked":
		case "dnsbl-listed":
		case "ptr-missing":
		case "ehlo-refused":
		case "receiver-misconfigured":
			engine.hosts.refused(source, host, { reason: lesson.detail, longestMs: longest });
			// One host of four may keep a stale entry: the lane waits only when none of them wants us (D7).
			if (lesson.hosts.every((one) => engine.hosts.refusesUs(source, one.name))) holdLane(30 * MINUTE);
			return;
		case "too-big":
			// At RCPT, or with X.2.3, it is one mailbox that takes less (RFC 3463 section 3.3); a trouble of ours means that it was never asked.
			if (address !== null && (lesson.exchange.reply?.code ?? 0) >= 500 && isAboutHost(lesson.exchange))
				engine.hosts.tooBig(host, address, lesson.size);
			if (wordOf(outcome.class, lesson.exchange.stage) === "served") engine.hosts.clearMark(source, host);
			return;
		case "gateway-policy":
			// It is about one identity, which is held at this gateway when the answer is recorded (judge.ts). Until then nobody sends there: the same
			// message would be handed over again at once.
			if (exit.kind === "gateway") lane.hold(until(JUDGED_MS), `${host}: ${lesson.detail}`, "a reply");
			else lane.hold(null, `${host}: ${lesson.detail}`, "a reply");
			return;
		case "login-refused":
			lane.hold(null, `${host}: ${lesson.detail}`, "a reply");
			return;
		case "lost-after-body":
			mark(5 * MINUTE, false);
			return;
		case "unknown-permanent":
		case "unknown-temporary":
			// Before MAIL it can only be about us or the host itself, whatever the words were.
			if (BEFORE_MAIL.has(lesson.exchange.stage)) mark(outcome.class === "unknown-permanent" ? 30 * MINUTE : 5 * MINUTE, true);
			return;
		case "source-missing":
			lane.hold(until(15 * MINUTE), lesson.detail, "this machine");
			return;
		default:
			// Whoever judges a reader or a message has let us in.
			if (wordOf(outcome.class, lesson.exchange.stage) === "served") engine.hosts.clearMark(source, host);
			return;
	}
}

function isAboutHost({ stage, reply }: Exchange): boolean {
	return (stage === "mail" || stage === "data" || stage === "body") && !(reply?.enhanced ?? "").endsWith(".2.3");
}

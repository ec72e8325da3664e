// What an outcome teaches beyond the delivery itself: marks on hosts, pauses of the lane, TLS that works or does not.
// Nothing here decides about the reader; that is retry.ts.
import type { Outcome } from "../replies/outcome.ts";
import type { Desk } from "./engine.ts";
import type { Exchange } from "./exchange.ts";
import type { PlannedHost } from "./hosts.ts";

export interface Lesson {
	readonly host: string;
	readonly address: string | null;
	/** All hosts of the domain, as they were planned. */
	readonly hosts: readonly PlannedHost[];
	readonly exchange: Exchange;
	/** The words of the reply, for the reason of a mark or hold. */
	readonly detail: string;
}

const MINUTE = 60_000;

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

	switch (outcome.class) {
		case "accepted":
			engine.hosts.clearMark(source, host);
			return;
		case "tls-failed":
			// RFC 7435: a handshake that fails says nothing about the mail; plain text until tomorrow, where the policy allows it.
			if (address !== null && lane.limits.tls !== "required" && exit.kind === "direct")
				engine.hosts.tlsBroke(host, address, lesson.detail);
			else mark(15 * MINUTE, false);
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
		case "too-many-connections":
			holdLane(MINUTE);
			return;
		case "sender-rate":
			// Gmail's 4.7.28 asks for ten minutes of silence; others publish nothing longer.
			holdLane(10 * MINUTE);
			return;
		case "reputation-temporary":
			holdLane(30 * MINUTE);
			return;
		case "ip-blocked":
		case "dnsbl-listed":
		case "ptr-missing":
		case "ehlo-refused":
		case "receiver-misconfigured":
			mark(30 * MINUTE, true);
			// One host of four may keep a stale entry: the lane waits only when none of them wants us (D7).
			if (lesson.hosts.every((one) => engine.hosts.mark(source, one.name)?.aboutUs === true)) holdLane(30 * MINUTE);
			return;
		case "login-refused":
		case "gateway-policy":
			lane.hold(null, `${host}: ${lesson.detail}`, "a reply");
			return;
		case "source-missing":
			lane.hold(until(15 * MINUTE), lesson.detail, "this machine");
			return;
		default:
			return;
	}
}

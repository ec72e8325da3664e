// The mail part of a dialogue: MAIL, RCPT, DATA, the body, and the rows each decision leaves in the record.
//
// The decisions are made in judge.ts; here they are put in order, said and recorded. Recorded first, then said: what a sender was
// told is never missing from the record.
import type { ArrivalRow, ConnectionRow } from "./arrivals.ts";
import { mailbox, mailParameters } from "./command.ts";
import { judgeMail, judgeRcpt, refusalOf } from "./judge.ts";
import type { Behaviour } from "./recipient-name.ts";
import type { Speaker } from "./speaker.ts";
import type { Surroundings } from "./surroundings.ts";
import { arrivalRow, Transaction } from "./transaction.ts";

const DROPPED = "(dropped)";
const SILENT = "(silent)";

export class MailDialogue {
	readonly #at: Surroundings;
	readonly #speaker: Speaker;
	readonly #row: ConnectionRow;
	#transaction: Transaction | null = null;

	constructor(at: Surroundings, speaker: Speaker, row: ConnectionRow) {
		this.#at = at;
		this.#speaker = speaker;
		this.#row = row;
	}

	mail(line: string, loggedIn: boolean) {
		const speaker = this.#speaker;
		speaker.host = this.#at.host;
		const { manners } = speaker;
		const from = mailbox(line);
		if (this.#transaction !== null) return speaker.answer("mail", "503 5.5.1 Error: nested MAIL command");
		if (from === null) return speaker.answer("mail", "501 5.1.7 Bad sender address syntax");
		const now = this.#at.clock.now();
		const transaction = new Transaction(from, now);
		if (speaker.manners.dropAt === "mail" || speaker.manners.silentAt === "mail") {
			this.#record(transaction, "", null, "mail", speaker.manners.dropAt === "mail" ? DROPPED : SILENT, false);
			return speaker.ends("mail");
		}
		const secure = speaker.wire.tlsVersion !== null;
		const facts = { from, client: this.#row.client, size: mailParameters(line).size, secure, loggedIn, now };
		const spent = manners.messagesPerConnection !== null && this.#row.messages >= manners.messagesPerConnection;
		const refusal = spent
			? manners.messagesPerConnectionReply
			: (manners.replyAt.mail ?? judgeMail(manners, speaker.host.counters, facts));
		if (refusal === null || refusal.startsWith("2")) {
			this.#transaction = transaction;
			return speaker.answer("mail", refusal ?? "250 2.1.0 Ok");
		}
		const words = speaker.filled(refusal, from);
		this.#record(transaction, "", null, "mail", words, false);
		return speaker.answer("mail", words);
	}

	rcpt(line: string) {
		const transaction = this.#transaction;
		const speaker = this.#speaker;
		if (transaction === null) return speaker.answer("rcpt", "503 5.5.1 Error: need MAIL command");
		const to = mailbox(line);
		if (to === null || !to.includes("@")) return speaker.answer("rcpt", "501 5.1.3 Bad recipient address syntax");
		if (this.#at.hostFor !== null) speaker.host = this.#at.hostFor(to.slice(to.lastIndexOf("@") + 1).toLowerCase());
		const now = this.#at.clock.now();
		const behaviour = this.#judge(transaction, to, now);
		switch (behaviour.kind === "accept" || behaviour.kind === "greylist" || behaviour.at !== "rcpt" ? "accept" : behaviour.kind) {
			case "drop":
				this.#record(transaction, to, now, "rcpt", DROPPED, false);
				return speaker.wire.drop(speaker.manners.dropHow);
			case "silent":
				this.#record(transaction, to, now, "rcpt", SILENT, false);
				return speaker.wire.hold();
			case "reply": {
				const words = speaker.filled(behaviour.kind === "reply" ? behaviour.reply : "", transaction.from, to);
				this.#record(transaction, to, now, "rcpt", words, false);
				return speaker.answer("rcpt", words);
			}
			case "slow":
			case "accept": {
				transaction.recipients.push({ to, rcptAt: now, behaviour });
				const slow = behaviour.kind === "slow" && behaviour.at === "rcpt" ? behaviour.ms : 0;
				return speaker.answer("rcpt", "250 2.1.5 Ok", undefined, slow);
			}
		}
	}

	data() {
		const transaction = this.#transaction;
		const speaker = this.#speaker;
		const { manners } = speaker;
		if (transaction === null) return speaker.answer("data", "503 5.5.1 Error: need MAIL command");
		if (transaction.recipients.length === 0) {
			this.#transaction = null;
			return speaker.answer("data", "554 5.5.1 Error: no valid recipients");
		}
		transaction.dataAt = this.#at.clock.now();
		if (manners.dropAt === "data" || transaction.asked("drop", "data")) return this.#decide("data", DROPPED, false);
		if (manners.silentAt === "data" || transaction.asked("silent", "data")) return this.#decide("data", SILENT, false);
		const refusal = manners.replyAt.data ?? transaction.asked("reply", "data")?.reply;
		if (refusal !== undefined) return this.#decide("data", refusal, false);
		const slow = transaction.asked("slow", "data")?.ms;
		return speaker.answer("data", "354 End data with <CR><LF>.<CR><LF>", () => speaker.wire.expectBody(), slow);
	}

	bodyBegan() {
		const { manners, wire } = this.#speaker;
		if (manners.dropAt === "in-body" || this.#transaction?.asked("drop", "in-body")) return this.#decide("data", DROPPED, false);
		if (manners.silentAt === "in-body") return this.#decide("data", SILENT, false);
		const refusal = manners.replyAt["in-body"];
		if (refusal !== undefined) this.#decide("data", refusal, false, () => wire.end());
	}

	body(bytes: number, raw: Buffer | null) {
		const transaction = this.#transaction;
		const { manners, wire } = this.#speaker;
		if (transaction === null) return;
		transaction.bytes = bytes;
		transaction.raw = raw;
		transaction.dotAt = this.#at.clock.now();
		// A dropped reply after the final dot: the message is in the mailbox and the sender cannot know. A silence accepts nothing.
		if (manners.dropAt === "body" || transaction.asked("drop", "body")) return this.#decide("body", DROPPED, true);
		if (manners.silentAt === "body" || transaction.asked("silent", "body")) return this.#decide("body", SILENT, false);
		const tooBig = manners.size !== null && bytes > manners.size ? manners.sizeReply : undefined;
		const forced =
			manners.replyAt.body ?? refusalOf(manners, "body", this.#row.client) ?? transaction.asked("reply", "body")?.reply;
		const reply = tooBig ?? forced ?? `250 2.0.0 Ok: queued as ${this.#row.id.toString(36)}-${this.#row.messages.toString(36)}`;
		const accepted = reply.startsWith("2");
		const last = accepted && manners.afterMessages === "close" && this.#row.messages + 1 === manners.messagesPerConnection;
		this.#decide("body", reply, accepted, last ? () => wire.end() : undefined);
	}

	/** A transaction that never came to a decision leaves its rows too. */
	abandon(why: string): void {
		const transaction = this.#transaction;
		this.#transaction = null;
		if (transaction === null) return;
		const stage = transaction.dataAt === null ? "rcpt" : "data";
		for (const { to, rcptAt } of transaction.recipients) this.#record(transaction, to, rcptAt, stage, why, false);
	}

	#judge(transaction: Transaction, to: string, now: number): Behaviour {
		const { manners, host } = this.#speaker;
		const { client } = this.#row;
		if (manners.dropAt === "rcpt") return { kind: "drop", at: "rcpt" };
		if (manners.silentAt === "rcpt") return { kind: "silent", at: "rcpt" };
		// On a single address the greeting was said before it was known whose host is meant: its refusal comes now.
		const late = this.#at.hostFor === null ? null : (manners.replyAt.greeting ?? refusalOf(manners, "greeting", client));
		const forced = late ?? manners.replyAt.rcpt;
		if (forced === undefined) return judgeRcpt(manners, host.counters, { from: transaction.from, to, client, now });
		return forced.startsWith("2") ? { kind: "accept" } : { kind: "reply", at: "rcpt", reply: forced };
	}

	/** Records every recipient of the transaction as decided, then says so, or does not. */
	#decide(stage: "data" | "body", reply: string, accepted: boolean, after?: () => void) {
		const transaction = this.#transaction;
		const speaker = this.#speaker;
		if (transaction === null) return;
		this.#transaction = null;
		if (accepted) this.#row.messages += 1;
		const words = speaker.filled(reply, transaction.from, transaction.recipients[0]?.to);
		for (const { to, rcptAt } of transaction.recipients) this.#record(transaction, to, rcptAt, stage, words, accepted);
		if (reply === DROPPED) return speaker.wire.drop(speaker.manners.dropHow);
		if (reply === SILENT) return speaker.wire.hold();
		speaker.answer(stage, words, after, stage === "body" ? transaction.asked("slow", "body")?.ms : 0);
	}

	#record(
		transaction: Transaction,
		to: string,
		rcptAt: number | null,
		stage: ArrivalRow["stage"],
		reply: string,
		accepted: boolean,
	) {
		const { id: connection, client } = this.#row;
		const { host, wire } = this.#speaker;
		const decision = {
			stage,
			reply,
			accepted,
			at: this.#at.clock.now(),
			connection,
			host: host.name,
			client,
			tls: wire.tlsVersion,
		};
		this.#at.arrived(arrivalRow(this.#at.nextId(), transaction, to, rcptAt, decision));
	}
}

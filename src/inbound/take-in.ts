// Takes in one message that arrived: reads it, finds whom it is about, and lets follow what follows. One at a time, so that the same bounce twice counts once.
// Knows no socket: listener.server.ts hands it what came.
import type { Clock } from "../clock.ts";
import { addSuppression } from "../contacts/suppression.store.ts";
import type { Db } from "../db/db.ts";
import { appendAlerts } from "../log/alert.store.ts";
import type { RuleSet } from "../replies/rule-set.ts";
import { findSent, isRecorded, recordBounce, type Sent, takeBackBounced, takenSince } from "./bounce.store.ts";
import type { Bounce } from "./bounce.ts";
import { recordComplaint } from "./complaint.store.ts";
import { DOUBT_WINDOW_MS, Doubt } from "./doubt.ts";
import { judgeBounce } from "./judge-bounce.ts";
import type { Letters } from "./letters.file.ts";
import { type Mail, readMail } from "./mail.ts";
import { type Named, namedIn, type Recipient } from "./named.ts";
import { read } from "./read.ts";
import { unsubscribe } from "./unsubscribe.store.ts";

/** What came of a message; the names are those of the metric `wellsent_inbound_total`. */
export const TAKEN = [
	"bounce",
	"delay",
	"complaint",
	"unsubscribe",
	"duplicate",
	"auto-reply",
	"ignored",
	"letter",
	"refused",
] as const;
export type Taken = (typeof TAKEN)[number];

export interface InboundDeps {
	readonly db: Db;
	readonly clock: Clock;
	readonly rules: RuleSet;
	readonly log: {
		info(facts: Readonly<Record<string, unknown>>, words: string): void;
		warn(facts: Readonly<Record<string, unknown>>, words: string): void;
	};
}

export interface Arrived {
	/** Name of this transaction. */
	readonly id: string;
	/** Its return path; "": none, as a bounce has. */
	readonly from: string;
	readonly to: readonly Recipient[];
	readonly raw: Uint8Array;
}

export type Answer =
	| { readonly kind: "taken" }
	/** To be asked again later: nothing, or not all, was recorded. */
	| { readonly kind: "later"; readonly why: string };

const TAKEN_IN: Answer = { kind: "taken" };

export class TakeIn {
	readonly #deps: InboundDeps;
	readonly #secret: string;
	readonly #letters: Letters;
	readonly #doubt = new Doubt();
	readonly #counts = new Map<Taken, number>(TAKEN.map((one) => [one, 0]));
	#line: Promise<unknown> = Promise.resolve();

	constructor(deps: InboundDeps, of: { readonly secret: string; readonly letters: Letters }) {
		this.#deps = deps;
		this.#secret = of.secret;
		this.#letters = of.letters;
	}

	/** What came since the program started. */
	counts(): ReadonlyMap<Taken, number> {
		return this.#counts;
	}

	count(what: Taken): void {
		this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
	}

	/** Resolves when everything that follows is committed; throws what the database throws, and then nothing counts. */
	take(arrived: Arrived): Promise<Answer> {
		const turn = this.#line.then(() => this.#take(arrived));
		this.#line = turn.catch(() => undefined);
		return turn;
	}

	async #take(arrived: Arrived): Promise<Answer> {
		const mail = await readMail(arrived.raw);
		for (const recipient of arrived.to) {
			const answer = mail === null ? await this.#letter(arrived, null) : await this.#takeFor(recipient, arrived, mail);
			if (answer.kind === "later") return answer;
		}
		return TAKEN_IN;
	}

	async #takeFor(recipient: Recipient, arrived: Arrived, mail: Mail): Promise<Answer> {
		const reading = read(mail, arrived.from === "");
		const named: Named | null =
			recipient.kind === "return-path" ? { by: "delivery", deliveryId: recipient.deliveryId } : namedIn(mail, this.#secret);
		switch (reading.kind) {
			case "bounce":
				if (recipient.kind === "unsubscribe") return this.#ignored();
				return named === null ? this.#letter(arrived, mail) : this.#bounce(reading.bounce, named, arrived, mail);
			case "complaint":
				return named === null
					? this.#letter(arrived, mail)
					: this.#complaint(named, `${reading.type}, reported by ${reading.by}`);
			case "opt-out":
				return named === null ? this.#letter(arrived, mail) : this.#optOut(named, reading.by);
			case "auto-reply":
				return this.#counted("auto-reply");
			case "nothing":
				return this.#ignored();
			case "letter":
				return this.#person(recipient, arrived, mail);
		}
	}

	/** Nobody writes to a return path but machines, and those with an empty one of their own unsubscribe nobody. */
	async #person(recipient: Recipient, arrived: Arrived, mail: Mail): Promise<Answer> {
		switch (recipient.kind) {
			case "return-path":
				return this.#counted("auto-reply");
			case "unsubscribe":
				return arrived.from === "" ? this.#ignored() : this.#unsubscribe(recipient.token);
			case "reports":
				return this.#letter(arrived, mail);
		}
	}

	async #bounce(bounce: Bounce, named: Named, arrived: Arrived, mail: Mail): Promise<Answer> {
		const { db, clock, rules } = this.#deps;
		const sent = await this.#sent(named);
		if (sent === null) return this.#ignored();
		// The answer of the MX host is not committed yet: a bounce may come within milliseconds.
		if (sent.state === "sending") return { kind: "later", why: "the delivery is still being settled" };
		const verdict = judgeBounce(bounce, { reader: sent.email, site: sent.site }, rules);
		if (verdict === null) return this.#letter(arrived, mail);
		if (await isRecorded(db, sent, verdict)) return this.#counted("duplicate");
		const now = clock.now();
		const doubted = verdict.suppress ? await this.#isDoubted(sent, now) : false;
		await recordBounce(db, { sent, bounce, verdict, doubted, now });
		return this.#counted(verdict.failed ? "bounce" : "delay");
	}

	/** D6. A bounce that begins a burst takes back what those before it had done. */
	async #isDoubted(sent: Sent, now: number): Promise<boolean> {
		if (sent.taken === null) return false;
		const { site, source, mxHost } = sent.taken;
		const by = { site, source, mxHost };
		const taken = await takenSince(this.#deps.db, by, now - DOUBT_WINDOW_MS);
		const told = this.#doubt.told(by, sent.email, taken, now);
		if (typeof told === "string") return told === "doubted";
		await takeBackBounced(this.#deps.db, { ...by, emails: told.before, since: told.since, now });
		const n = told.before.length + 1;
		await appendAlerts(this.#deps.db, [
			{
				at: now,
				kind: "invalid-burst",
				subject: `${source}/${mxHost}/bounces`,
				since: told.since,
				text: `${mxHost} (${site}) took mail and returned it as "unknown recipient" for ${n} readers within hours; the other hosts of ${site} did not.`,
				facts: { source, site, mxHost, readers: n },
				did: `It suppresses none of them: they wait in quarantine.`,
				todo: `Ask one of them by other means. Then: wellsent suppress review`,
			},
		]);
		return true;
	}

	async #complaint(named: Named, words: string): Promise<Answer> {
		const whom = await this.#whom(named);
		if (whom === null) return this.#ignored();
		const detail = `spam complaint (${words}) about campaign ${whom.campaignId}`;
		const news = await recordComplaint(this.#deps.db, { ...whom, detail, clock: this.#deps.clock });
		return this.#counted(news === "done" ? "complaint" : "duplicate");
	}

	async #optOut(named: Named, by: string): Promise<Answer> {
		const whom = await this.#whom(named);
		if (whom === null) return this.#ignored();
		const detail = `told to ${by} about campaign ${whom.campaignId}`;
		const { db, clock } = this.#deps;
		const { email, campaignId } = whom;
		const news = await addSuppression(db, { subject: email, reason: "unsubscribe", detail, campaignId, clock });
		return this.#counted(news === "added" ? "unsubscribe" : "duplicate");
	}

	async #unsubscribe(token: string): Promise<Answer> {
		const { db, clock } = this.#deps;
		const answer = await unsubscribe(db, token, this.#secret, clock, "by mail, from");
		switch (answer.kind) {
			case "done":
				return this.#counted("unsubscribe");
			case "already":
				return this.#counted("duplicate");
			case "probe":
			case "unknown":
				return this.#ignored();
		}
	}

	/** Kept for a person; where there is no room any more, the sender keeps it. A bounce that nobody understands is not worth that. */
	async #letter(arrived: Arrived, mail: Mail | null): Promise<Answer> {
		const file = await this.#letters.keep(arrived.raw, { at: this.#deps.clock.now(), id: arrived.id });
		if (file === null && arrived.to.every((one) => one.kind === "return-path")) return this.#ignored();
		if (file === null) {
			this.#deps.log.warn({ folder: this.#letters.folder }, "too many letters lie there unread: no more are taken");
			return { kind: "later", why: "too many letters lie here unread" };
		}
		this.#deps.log.info(
			{ file, from: mail?.from ?? arrived.from, subject: mail?.subject ?? "" },
			"a letter for a person arrived",
		);
		return this.#counted("letter");
	}

	#sent(named: Named): Promise<Sent | null> {
		return findSent(this.#deps.db, named.by === "delivery" ? named : named.subject);
	}

	/** The reader and the campaign; null when neither the delivery nor the reader is known any more. */
	async #whom(named: Named): Promise<{ readonly email: string; readonly campaignId: number } | null> {
		const sent = await this.#sent(named);
		if (sent !== null) return { email: sent.email, campaignId: sent.campaign };
		if (named.by === "delivery") return null;
		const { contactId, campaignId } = named.subject;
		const contact = await this.#deps.db.contact.findUnique({ where: { id: contactId }, select: { email: true } });
		return contact === null ? null : { email: contact.email, campaignId };
	}

	#ignored(): Answer {
		return this.#counted("ignored");
	}

	#counted(what: Taken): Answer {
		this.count(what);
		return TAKEN_IN;
	}
}

// The story of one try: which hosts were asked, what they said, what that means, and how it ends. Pure but for the clock and the dice it is given.
import type { ResponseRow, TlsFacts } from "../log/response.ts";
import { mayAskSibling } from "../replies/classes.ts";
import { classify } from "../replies/classify.ts";
import type { Outcome, ReplyClass, Stage } from "../replies/outcome.ts";
import type { Composed, Desk } from "./engine.ts";
import { directPort, type Exchange } from "./exchange.ts";
import { gatewaySite, type PlannedHost, siteThrough } from "./hosts.ts";
import { aboutUs, decide, type Next, type RetryPolicy } from "./retry.ts";
import type { ClaimedDelivery, Settlement } from "./settlement.ts";

/** Where something was heard. */
export interface Heard {
	readonly mxHost: string;
	readonly mxAddress: string;
	readonly exchange: Exchange;
	readonly tls: TlsFacts | null;
	/** Messages accepted on the connection before. */
	readonly acceptedBefore: number;
	/** Hosts not asked yet in this try. */
	readonly hostsLeft: number;
	/** Plain text is allowed to that host: TLS that breaks is worth another connection at once. */
	readonly mayGoPlain: boolean;
}

/** A gateway that says so, or says nothing, is out of use for now (feedback.ts holds its lane). */
const OUT_OF_USE: ReadonlySet<ReplyClass> = new Set([
	"connect-failed",
	"timeout",
	"tls-failed",
	"dns-failed",
	"protocol-error",
	"login-refused",
	"gateway-policy",
]);

export class Story {
	readonly #delivery: ClaimedDelivery;
	readonly #desk: Desk;
	readonly #policy: RetryPolicy;
	readonly #rows: ResponseRow[] = [];
	#siblings = 0;
	#agains = 0;

	constructor(delivery: ClaimedDelivery, desk: Desk) {
		this.#delivery = delivery;
		this.#desk = desk;
		this.#policy = desk.engine.config.retry;
	}

	/** Has anything been heard yet? */
	get begun(): boolean {
		return this.#rows.length > 0;
	}

	/** Notes that a host was passed over, and why: a skipped host has a row too. */
	skipped(host: PlannedHost): void {
		if (host.mark === null) return;
		const minutes = Math.max(1, Math.round((host.mark.until - this.#now) / 60_000));
		const outcome: Outcome = { class: "skipped", scope: "host", action: "sibling", rule: "marked" };
		const exchange: Exchange = {
			stage: "connect",
			reply: null,
			trouble: null,
			detail: `not asked for another ${minutes} min: ${host.mark.reason}`,
			inDoubt: false,
			durationMs: 0,
			bytes: 0,
		};
		this.#row(host.name, "", exchange, null, outcome);
	}

	/** Takes in what one host said, and answers what comes next. */
	heard(heard: Heard): { readonly outcome: Outcome; readonly next: Next } {
		const { exchange } = heard;
		const told = classify(
			{
				stage: exchange.stage,
				reply: exchange.reply,
				trouble: exchange.trouble,
				detail: exchange.detail,
				inDoubt: exchange.inDoubt,
				acceptedBefore: heard.acceptedBefore,
				mxHost: heard.mxHost,
				site: this.#site,
			},
			this.#desk.engine.rules,
		);
		const outcome: Outcome = told.class === "tls-failed" && heard.mayGoPlain ? { ...told, action: "again" } : told;
		this.#row(heard.mxHost, heard.mxAddress, exchange, heard.tls, outcome);
		return { outcome, next: this.#decide(outcome, exchange.stage, heard.hostsLeft) };
	}

	/** The try never came to a host: DNS had no answer that helps. */
	withoutHost(exchange: Exchange): Settlement {
		const outcome = classify({ ...exchange, acceptedBefore: 0, mxHost: "", site: this.#site });
		this.#row("", "", exchange, null, outcome);
		return this.#end(this.#decide(outcome, "dns", 0));
	}

	/** This reader cannot have a message (something in the reader's data): nobody was spoken to. */
	unfit(composed: Extract<Composed, { kind: "unfit" }>): Settlement {
		const outcome: Outcome = { class: composed.class, scope: "message", action: "end", rule: composed.rule };
		this.#row(
			"",
			"",
			{ stage: "mail", reply: null, trouble: null, detail: composed.why, inDoubt: false, durationMs: 0, bytes: 0 },
			null,
			outcome,
		);
		return this.#end(this.#decide(outcome, "dns", 0));
	}

	/** The words heard last, for marks and holds. */
	get lastWords(): string {
		const row = this.#rows.at(-1);
		return row === undefined ? "" : wordsOf(row);
	}

	/** The settlement for the end that was reached. */
	settle(next: Exclude<Next, { kind: "sibling" | "again" }>): Settlement {
		const last = this.#rows.findLast((row) => row.class !== "skipped");
		const text = last === undefined ? null : wordsOf(last);
		const base = { ...this.#base(), lastClass: last?.class ?? null, lastText: text, rows: this.#rows };
		switch (next.kind) {
			case "delivered":
				return { ...base, state: "delivered", attempts: this.#delivery.attempts + 1 };
			case "uncertain":
				return { ...base, state: "uncertain", attempts: this.#delivery.attempts + 1 };
			case "failed": {
				const { email, campaign } = this.#delivery;
				const suppress =
					next.suppress === null ? null : { email, campaign, reason: next.suppress, detail: text ?? "", ...this.#doubtOf(last) };
				return { ...base, state: "failed", attempts: this.#delivery.attempts + 1, suppress };
			}
			case "later":
				return { ...base, state: "queued", at: next.at, attempts: this.#delivery.attempts + (next.burns ? 1 : 0) };
		}
	}

	/** Back into the queue at a time that a lane named: nothing counts against the delivery. */
	postponed(at: number): Settlement {
		return this.settle({ kind: "later", at, burns: false });
	}

	/** A mistake of ours came in the way after the final dot had left: what was heard counts, and if nothing was, nobody knows. */
	afterFault(why: string): Settlement {
		if (this.#rows.at(-1)?.class === "accepted") return this.settle({ kind: "delivered" });
		const exchange: Exchange = {
			stage: "body",
			reply: null,
			trouble: null,
			detail: `a fault in Wellsent after the final dot: ${why}`,
			inDoubt: true,
			durationMs: 0,
			bytes: 0,
		};
		this.#row("", "", exchange, null, { class: "lost-after-body", scope: "message", action: "doubt", rule: "fault" });
		return this.settle({ kind: "uncertain" });
	}

	/** The reader was suppressed after the delivery had been queued. */
	suppressed(): Settlement {
		return { ...this.#base(), state: "suppressed" };
	}

	/** DNS names another site than the one it was filed under. */
	refiled(site: string): Settlement {
		return { ...this.#base(), state: "queued", site };
	}

	/** A try without a host has no sibling and nothing to begin anew. */
	#end(next: Next): Settlement {
		return next.kind === "sibling" || next.kind === "again" ? this.postponed(this.#now) : this.settle(next);
	}

	get #now(): number {
		return this.#desk.engine.clock.now();
	}

	#base(): Settlement {
		const { id, tries, attempts } = this.#delivery;
		return {
			deliveryId: id,
			tries,
			state: "queued",
			at: this.#now,
			attempts,
			lastClass: null,
			lastText: null,
			site: null,
			rows: [],
			suppress: null,
		};
	}

	/** D6: a host that calls readers unknown whom its siblings take is not believed about them. */
	#doubtOf(row: ResponseRow | undefined): Pick<NonNullable<Settlement["suppress"]>, "doubted"> {
		if (row === undefined || !this.#desk.engine.hosts.isDoubted(this.#exitName, row.mxHost)) return {};
		return { doubted: { site: row.site, source: row.source, mxHost: row.mxHost } };
	}

	get #site(): string {
		return siteThrough(this.#desk.exit, this.#delivery.site);
	}

	get #exitName(): string {
		const { exit } = this.#desk;
		return exit.kind === "direct" ? exit.source.name : exit.gateway.name;
	}

	#decide(outcome: Outcome, stage: Stage, hostsLeft: number): Next {
		const { hosts } = this.#desk.engine;
		const site = this.#site;
		const ours = aboutUs(outcome.class);
		// One sibling for a refusal about us, and not many within the hour, so that it does not look like evasion (D7); as many as there are when a host
		// is merely unwell (RFC 5321 section 5.1).
		const siblingLeft = hostsLeft > 0 && (!ours || (this.#siblings < 1 && hosts.maySibling(this.#exitName, site)));
		const doubted = outcome.action === "suppress" && hosts.isDoubted(this.#exitName, this.#rows.at(-1)?.mxHost ?? "");
		const ask = siblingLeft && (doubted || mayAskSibling(outcome.class, outcome.action, stage));
		const next = decide(
			{
				outcome: ask ? { ...outcome, action: "sibling" } : outcome,
				attempts: this.#delivery.attempts,
				queuedAt: this.#delivery.queuedAt,
				now: this.#now,
				siblingLeft,
				agains: this.#agains,
				random: this.#desk.engine.random(),
			},
			this.#policy,
		);
		if (next.kind === "later" && this.#otherGateway(outcome, stage)) return { kind: "later", at: this.#now, burns: false };
		if (next.kind === "sibling" && ours) {
			this.#siblings += 1;
			hosts.tookSibling(this.#exitName, site);
		}
		if (next.kind === "again") this.#agains += 1;
		return next;
	}

	/** Has it other gateways that may take it at once? Only where nothing of the message has been handed over; the lane of this one is on hold by then. */
	#otherGateway(outcome: Outcome, stage: Stage): boolean {
		const { exit } = this.#desk;
		if (exit.kind !== "gateway" || exit.pool === gatewaySite(exit.gateway.name)) return false;
		return OUT_OF_USE.has(outcome.class) && stage !== "body" && stage !== "data";
	}

	#row(mxHost: string, mxAddress: string, exchange: Exchange, tls: TlsFacts | null, outcome: Outcome): void {
		const { engine, exit } = this.#desk;
		const delivery = this.#delivery;
		this.#rows.push({
			at: this.#now,
			deliveryId: delivery.id,
			campaign: delivery.campaign,
			to: delivery.email,
			domain: delivery.domain,
			site: this.#site,
			route: exit.kind === "direct" ? "direct" : exit.gateway.name,
			source: exit.kind === "direct" ? exit.source.name : "",
			mxHost,
			mxAddress,
			port: exit.kind === "direct" ? directPort(engine.config, delivery.domain) : exit.gateway.port,
			attempt: delivery.tries,
			seq: this.#rows.length + 1,
			stage: exchange.stage,
			code: exchange.reply?.code ?? 0,
			enhanced: exchange.reply?.enhanced ?? null,
			text: exchange.reply?.text ?? exchange.detail,
			class: outcome.class,
			scope: outcome.scope,
			action: outcome.action,
			rule: outcome.rule,
			tls,
			durationMs: exchange.durationMs,
			bytes: exchange.bytes,
		});
	}
}

/** A row's reply in one line: "550 5.1.1 no such user". */
function wordsOf(row: ResponseRow): string {
	const codes = `${row.code > 0 ? `${row.code} ` : ""}${row.enhanced === null ? "" : `${row.enhanced} `}`;
	return `${codes}${row.text}`.replace(/\s+/g, " ").trim().slice(0, 300);
}

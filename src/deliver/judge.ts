// From what receivers say of an identity or of a newsletter to holds, and from a success to their end. Pure but for what it remembers.

import type { ResponseRow } from "../log/response.ts";
import { RUN, Runs, type RunVerdict } from "../log/runs.ts";
import type { ReplyClass } from "../replies/outcome.ts";
import { heldVia } from "../routing/route.ts";

export type Judged =
	| {
			readonly action: "hold";
			readonly kind: "identity" | "campaign-site";
			/** "@example.com", "12/google". */
			readonly subject: string;
			readonly reason: string;
			/** Null: until a person releases it. */
			readonly until: number | null;
	  }
	| { readonly action: "release"; readonly kind: "identity"; readonly subject: string };

/** SPF, DKIM, DMARC, or an address that may not send: about who we say we are. */
const UNBELIEVED: ReadonlySet<ReplyClass> = new Set(["auth-failed", "dmarc-failed", "not-aligned", "sender-refused"]);
/** The newsletter itself is not wanted. */
const UNWANTED: ReadonlySet<ReplyClass> = new Set(["content-refused", "link-listed"]);

const HOUR = 3_600_000;

export class Judge {
	readonly #identityOf: (campaign: number) => string | null;
	readonly #holdMs: number;
	readonly #identities = new Runs();
	readonly #contents = new Runs();
	/** Identities on hold: by whose words, and since when. */
	readonly #held = new Map<string, { readonly site: string; readonly at: number }>();

	/** `giveUpMs`: age at which a delivery is given up; a hold must leave room for tries after it. */
	constructor(identityOf: (campaign: number) => string | null, giveUpMs: number) {
		this.#identityOf = identityOf;
		this.#holdMs = Math.min(HOUR, giveUpMs / 6);
	}

	/** Takes in one answer. */
	observe(row: ResponseRow): readonly Judged[] {
		const content = `${row.campaign}`;
		if (UNWANTED.has(row.class)) {
			const verdict = this.#contents.refused(content, row.site, row.at);
			return verdict === null ? [] : this.#holdContent(row);
		}
		if (row.class === "gateway-policy" && row.route !== "direct") return this.#holdAtGateway(row);
		if (row.class !== "accepted" && !UNBELIEVED.has(row.class)) return [];
		const identity = this.#identityOf(row.campaign);
		if (row.class === "accepted") {
			this.#contents.accepted(content, row.site);
			return identity === null ? [] : this.#accepted(identity, row);
		}
		if (identity === null) return [];
		return this.#holdIdentity(identity, row, this.#identities.refused(identity, row.site, row.at));
	}

	#accepted(identity: string, row: ResponseRow): Judged[] {
		this.#identities.accepted(identity, row.site);
		const held = this.#held.get(identity);
		// Only the site that refused can say that it is well again: others had not complained.
		if (held === undefined || held.site !== row.site || row.at <= held.at) return [];
		this.#held.delete(identity);
		return [{ action: "release", kind: "identity", subject: identity }];
	}

	/** What an account may send as is for its administrator: until a person acts, or a test finds the sender taken. One refusal says it all. */
	#holdAtGateway(row: ResponseRow): Judged[] {
		const identity = this.#identityOf(row.campaign);
		if (identity === null) return [];
		const reason = `gateway ${row.route} does not let it send: ${wordsOf(row)}`;
		return [{ action: "hold", kind: "identity", subject: heldVia(identity, row.route), reason, until: null }];
	}

	/** A person must look at the newsletter, so there is no end by time: sending more of it to those who refuse it harms the sender. */
	#holdContent(row: ResponseRow): Judged[] {
		const reason = `${row.site} refuses the newsletter (${row.class}, ${RUN} times in a row): ${wordsOf(row)}`;
		this.#contents.forget(`${row.campaign}`);
		return [{ action: "hold", kind: "campaign-site", subject: `${row.campaign}/${row.site}`, reason, until: null }];
	}

	#holdIdentity(identity: string, row: ResponseRow, verdict: RunVerdict): Judged[] {
		if (verdict === null) return [];
		const until = row.at + this.#holdMs;
		const said = `${row.site} refuses ${identity} (${row.class}, ${RUN} times in a row): ${wordsOf(row)}`;
		if (verdict === "site")
			return [{ action: "hold", kind: "campaign-site", subject: `${row.campaign}/${row.site}`, reason: said, until }];
		this.#identities.forget(identity);
		this.#held.set(identity, { site: row.site, at: row.at });
		return [{ action: "hold", kind: "identity", subject: identity, reason: said, until }];
	}
}

function wordsOf(row: ResponseRow): string {
	return `${row.code > 0 ? `${row.code} ` : ""}${row.enhanced === null ? "" : `${row.enhanced} `}${row.text}`
		.replace(/\s+/g, " ")
		.trim()
		.slice(0, 300);
}

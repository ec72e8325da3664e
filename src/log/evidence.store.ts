// Gathers what evidence.ts writes down: the ledger of a host and its siblings, and the replies word for word, as far as the log still has them.
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { fail } from "../errors.ts";
import type { ReplyClass } from "../replies/outcome.ts";
import { type EvidenceFacts, evidenceText, type HeardReply, type ListState, type PtrFact } from "./evidence.ts";
import { hostJson } from "./format.ts";
import { type HostRow, hostLedger } from "./ledger.store.ts";
import { queryLog } from "./query.store.ts";
import { REPORTED } from "./response.ts";

/** Replies at the beginning and at the end: enough to see that nothing has changed. */
const REPLIES = 3;

const WORST: readonly HostRow["verdict"][] = ["refusing", "suspect", "ok", "idle"];

type LedgerEvidence = Pick<EvidenceFacts, "site" | "rows" | "siblings" | "replies" | "since"> & {
	/** Name of the source; "" on a gateway. */
	readonly source: string;
};

/** The evidence on one host since that instant. Without a source: that which the host treats worst. Throws host-unknown. */
async function gatherEvidence(
	db: Db,
	of: { readonly host: string; readonly source?: string; readonly since: number },
): Promise<LedgerEvidence> {
	const mxHost = of.host.trim().toLowerCase();
	const known = await hostLedger(db, { mxHost, since: of.since, ...(of.source === undefined ? {} : { source: of.source }) });
	const [any] = known;
	if (any === undefined) return fail("host-unknown", { host: of.host });
	const ledger = await hostLedger(db, { site: any.site, since: of.since });
	const mine = ledger
		.filter((row) => row.mxHost === mxHost && (of.source === undefined || row.source === of.source))
		.sort((a, b) => WORST.indexOf(a.verdict) - WORST.indexOf(b.verdict) || b.refused - a.refused);
	const source = (mine[0] ?? any).source;
	const rows = mine.filter((row) => row.source === source);
	return {
		source,
		site: any.site,
		rows,
		siblings: ledger.filter((row) => row.mxHost !== mxHost && row.source === source),
		replies: await repliesOf(db, rows, { host: mxHost, source, since: of.since }),
		since: of.since,
	};
}

/** All facts of the text. `ptr` asks DNS for the name of an address; `zone`: IANA, for local times. Throws host-unknown. */
export async function evidenceFor(
	of: {
		readonly db: Db;
		readonly config: Config;
		readonly now: number;
		readonly zone: string;
		readonly ptr: (address: string) => Promise<PtrFact>;
		/** What blacklists said last of an address; none: nobody asked them. */
		readonly lists: (address: string) => Promise<readonly ListState[]>;
	},
	what: { readonly host: string; readonly source?: string; readonly since: number },
): Promise<EvidenceFacts> {
	const found = await gatherEvidence(of.db, what);
	const source = of.config.sources.find((one) => one.name === found.source);
	const gone: PtrFact = { kind: "failed", detail: "the source is not in the settings any more" };
	return {
		...found,
		source: {
			name: found.source,
			address: source?.publicAddress ?? found.source,
			ehlo: source?.ehlo ?? "",
			ptr: source === undefined ? gone : await of.ptr(source.publicAddress),
		},
		lists: source === undefined ? [] : await of.lists(source.publicAddress),
		now: of.now,
		zone: of.zone,
	};
}

/** As scripts read it. */
export function evidenceJson(facts: EvidenceFacts) {
	return {
		host: facts.rows[0]?.mxHost ?? "",
		site: facts.site,
		source: facts.source,
		since: new Date(facts.since).toISOString(),
		replies: facts.replies.map((reply) => ({ ...reply, at: new Date(reply.at).toISOString() })),
		hosts: facts.rows.map(hostJson),
		siblings: facts.siblings.map(hostJson),
		lists: facts.lists.map((list) => ({ ...list, at: list.at === null ? null : new Date(list.at).toISOString() })),
		text: { en: evidenceText(facts, "en"), ko: evidenceText(facts, "ko") },
	};
}

async function repliesOf(
	db: Db,
	rows: readonly HostRow[],
	of: { host: string; source: string; since: number },
): Promise<HeardReply[]> {
	const classes = new Set(rows.flatMap((row) => Object.keys(row.byClass) as ReplyClass[]));
	classes.delete("skipped");
	const found = new Map<number, HeardReply>();
	for (const name of classes) {
		const newest = await queryLog(db, { ...of, class: name, limit: REPLIES });
		const oldest = await queryLog(db, { ...of, class: name, limit: REPLIES, afterId: 0 });
		// What it is shown are its own words to us, not what was reported of it.
		for (const { id, at, stage, code, enhanced, text, rule } of [...oldest, ...newest])
			if (!rule.startsWith(REPORTED)) found.set(id, { at, stage, code, enhanced, text });
	}
	const all = [...found].sort(([a], [b]) => a - b).map(([, reply]) => reply);
	return all.length <= 2 * REPLIES ? all : [...all.slice(0, REPLIES), ...all.slice(-REPLIES)];
}

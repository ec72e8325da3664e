// Answers "why did it not arrive, or not yet?" for one address: where it goes, how it would leave, what limits that way now, and the one rule that decides.
// Works beside a daemon and without one: everything comes from the database, DNS and the config. Changes nothing.
import { parseAddress } from "../address/parse.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { fail, WellsentError } from "../errors.ts";
import { queryLog } from "../log/query.store.ts";
import { wordOf } from "../log/verdict.ts";
import { findIdentity } from "../routing/identity.ts";
import type { MxAnswer, MxHost } from "../routing/mx.ts";
import { laneKey } from "../throttle/lane-set.ts";
import type { LaneState, Next } from "../throttle/lane-types.ts";
import type { LaneLimits } from "../throttle/limits.ts";
import { nameOf } from "./divide.ts";
import type { DnsResolver, Exit } from "./engine.ts";
import { chosenExits } from "./exits.ts";
import { countAhead, type ExplainedDelivery, type ExplainedHold, holdsOn, lastSiteOf, readReader } from "./explain.store.ts";
import { decisive, identitySubjects, laneSubjects } from "./explain-holds.ts";
import { type ExplainRule, reasonOf } from "./explain-reason.ts";
import { gatewaySite, siteOfUnknown, siteThrough } from "./hosts.ts";
import { activeRunner } from "./runner.store.ts";
import { type SavedLanesDeps, savedLanes } from "./saved-lanes.store.ts";

/** What it asks of the program; the app has all of it. */
export interface ExplainDeps {
	readonly db: Db;
	readonly clock: Clock;
	readonly config: Config;
	readonly resolver: DnsResolver;
	/** Name of the site that serves a domain with those MX hosts. */
	readonly siteOf: (hosts: readonly MxHost[], domain: string) => string;
	/** What lanes may do, as written and as set by people. */
	readonly settings: SavedLanesDeps["settings"];
	/** The ways out of an identity; throws identity-unknown. */
	readonly exitsOf: (from: string) => readonly Exit[];
	/** When the quiet hours of an identity are over; null: it has none now. */
	readonly quietUntil?: (from: string) => number | null;
	/** True while this very process sends: the sender's seat shows others only. */
	readonly sendsItself?: () => boolean;
}

export interface ExplainedHost {
	readonly host: string;
	readonly preference: number;
	readonly addresses: readonly string[];
	/** What it said last, when that was a refusal about us or trouble; null: nothing against it. */
	readonly mark: { readonly class: string; readonly text: string; readonly at: number } | null;
}

/** Instants in milliseconds; `explanationJson` writes them for scripts. */
export interface Explanation {
	readonly to: string;
	readonly domain: string;
	readonly site: string;
	readonly mx: readonly ExplainedHost[];
	/** "direct" or the name of the gateway; null: there is no way out. */
	readonly route: string | null;
	/** Name of the source that would take it first; "" on a gateway, null without a way out. */
	readonly source: string | null;
	readonly lane: {
		readonly key: string;
		/** In force: as configured and set, lowered by what was learned. */
		readonly limits: LaneLimits;
		/** As it was saved last (every 30 s while mail is sent). */
		readonly now: LaneState;
	} | null;
	readonly holds: readonly ExplainedHold[];
	readonly nextAttemptAt: number | null;
	readonly because: string;
	/** `because` as a word. */
	readonly rule: ExplainRule;
	readonly delivery: ExplainedDelivery | null;
	readonly lists: readonly string[];
}

/** Explains one address. Asks DNS. Throws address-invalid. */
export async function explainAddress(deps: ExplainDeps, address: string): Promise<Explanation> {
	const { db, clock } = deps;
	const parsed = parseAddress(address.trim());
	if ("problem" in parsed) return fail("address-invalid", { address: JSON.stringify(address), problem: parsed.reason });
	const { normal: to, domain } = parsed;
	const now = clock.now();
	const reader = await readReader(db, to, domain);
	const { delivery } = reader;
	const ways = waysOut(deps, delivery);
	const gateway = ways.exits.find((exit) => exit.kind === "gateway");
	const mx = gateway?.kind === "gateway" ? null : await deps.resolver.mx(domain);
	const site =
		gateway?.kind === "gateway" ? gatewaySite(gateway.gateway.name) : await siteNow(deps, domain, mx, delivery?.site ?? null);

	const { lanes, lane } = await bestLane(deps, ways.exits, site);
	const held = [...quietOf(deps, delivery), ...(await holdsOf(deps, ways.exits, site, delivery, now))];
	const laneHolds = lanes.flatMap(({ state }) =>
		state.hold === null || held.some((one) => one.kind === "lane" && one.reason === state.hold?.reason)
			? []
			: [{ kind: "lane", subject: state.key, reason: state.hold.reason, until: state.hold.until }],
	);
	const limits = lane === null ? null : lane.limits;
	const reason = reasonOf({
		to,
		domain,
		reader,
		mx,
		holds: decisive(held, ways.exits, site),
		noWayOut: ways.trouble,
		sending: deps.sendsItself?.() === true || (await activeRunner(db, clock)) !== null,
		lane: lane === null ? null : { key: lane.state.key, next: lane.next },
		ahead: delivery?.state === "queued" ? await countAhead(db, delivery, now) : 0,
		slowest: limits === null ? null : slowestOf(limits),
		gapMs: deps.config.schedule.gapMs,
		now,
	});
	const source = lane === null ? null : lane.exit.kind === "direct" ? lane.name : "";
	return {
		to,
		domain,
		site,
		mx: await hostsOf(deps, mx, ways.exits, lane?.name ?? null),
		route: lane === null ? null : lane.exit.kind === "direct" ? "direct" : lane.exit.gateway.name,
		source,
		lane: lane === null || limits === null ? null : { key: lane.state.key, limits, now: lane.state },
		holds: [...held, ...laneHolds],
		...reason,
		delivery,
		lists: reader.lists,
	};
}

/** The same with instants as ISO 8601 in UTC, for --json and HTTP. */
export function explanationJson(explanation: Explanation) {
	const { nextAttemptAt, holds, mx, delivery, ...rest } = explanation;
	const { to, domain, site, route, source, lane, because, rule, lists } = rest;
	return {
		to,
		domain,
		site,
		mx: mx.map((host) => ({ ...host, mark: host.mark === null ? null : { ...host.mark, at: iso(host.mark.at) } })),
		route,
		source,
		lane: lane === null ? null : { key: lane.key, limits: lane.limits, now: laneJson(lane.now) },
		holds: holds.map((hold) => ({ ...hold, until: iso(hold.until) })),
		nextAttemptAt: iso(nextAttemptAt),
		because,
		rule,
		delivery:
			delivery === null
				? null
				: {
						...delivery,
						scheduledAt: iso(delivery.scheduledAt),
						dueAt: iso(delivery.dueAt),
						settledAt: iso(delivery.settledAt),
						mailedAt: iso(delivery.mailedAt),
					},
		lists,
	};
}

/** A lane's state for scripts: what is used of each limit, what is open, the hold, what was learned, the warm-up, when the next message may go. */
export function laneJson(state: LaneState) {
	return {
		connections: state.connections,
		uses: state.uses,
		hold: state.hold === null ? null : { ...state.hold, until: iso(state.hold.until) },
		nextMessageAt: iso(state.nextMessage.at),
		because: state.nextMessage.because.rule,
		learned: state.learned.map((one) => ({ ...one, since: iso(one.since), raiseAt: iso(one.raiseAt) })),
		warmUp: state.warmUp,
	};
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The ways out of the campaign's identity; without a campaign those of the first identity, as an example of what would happen. */
function waysOut(
	deps: ExplainDeps,
	delivery: ExplainedDelivery | null,
): { readonly exits: readonly Exit[]; readonly trouble: string | null } {
	const first = deps.config.identities[0]?.from;
	const from = delivery?.identity ?? (first?.startsWith("@") ? `anybody${first}` : first);
	if (from === undefined) return { exits: [], trouble: "no [[identity]] is configured" };
	try {
		const exits = chosenExits(deps.config, from, delivery?.site ?? null) ?? deps.exitsOf(from);
		return { exits, trouble: exits.length === 0 ? `the identity ${from} has neither a source nor a gateway to leave by` : null };
	} catch (error) {
		if (error instanceof WellsentError) return { exits: [], trouble: error.what };
		throw error;
	}
}

async function siteNow(deps: ExplainDeps, domain: string, mx: MxAnswer | null, filed: string | null): Promise<string> {
	if (mx?.kind === "hosts") return deps.siteOf(mx.hosts, domain);
	return filed ?? (await lastSiteOf(deps.db, domain)) ?? siteOfUnknown(domain);
}

interface Way {
	readonly exit: Exit;
	/** Of the source or the gateway. */
	readonly name: string;
	readonly state: LaneState;
	readonly limits: LaneLimits;
	readonly next: Next;
}

/** The lanes of the site as they were saved, and the one that lets a message go first. */
async function bestLane(deps: ExplainDeps, exits: readonly Exit[], site: string): Promise<{ lanes: Way[]; lane: Way | null }> {
	const keys = exits.map((exit) => laneKey(nameOf(exit), siteThrough(exit, site)));
	const { set } = await savedLanes(deps, keys);
	const lanes = exits.map((exit) => {
		const lane = set.lane(nameOf(exit), siteThrough(exit, site));
		const state = lane.state();
		// With no budget for a connection a message goes only where one is open already, which nobody but the sender knows.
		const { nextMessage, nextConnection } = state;
		const next = nextMessage.because.rule === "free" ? nextConnection : nextMessage;
		return { exit, name: nameOf(exit), state, limits: lane.limits, next };
	});
	const soonest = lanes.toSorted((a, b) => (a.next.at ?? Number.POSITIVE_INFINITY) - (b.next.at ?? Number.POSITIVE_INFINITY))[0];
	return { lanes, lane: soonest ?? null };
}

/** Quiet hours, told like a hold of the identity. */
function quietOf(deps: ExplainDeps, delivery: ExplainedDelivery | null): ExplainedHold[] {
	const until = delivery === null ? null : (deps.quietUntil?.(delivery.identity) ?? null);
	if (delivery === null || until === null) return [];
	const hours = findIdentity(delivery.identity, deps.config.identities)?.quietHours?.text ?? "";
	return [{ kind: "identity", subject: delivery.identity, reason: `quiet hours (${hours})`, until }];
}

function holdsOf(
	deps: ExplainDeps,
	exits: readonly Exit[],
	site: string,
	delivery: ExplainedDelivery | null,
	now: number,
): Promise<ExplainedHold[]> {
	const from = delivery?.identity;
	const subjects = [
		...laneSubjects(exits, site).map((subject) => ({ kind: "lane", subject })),
		...(from === undefined ? [] : identitySubjects(from, exits)),
		...(delivery === null ? [] : [{ kind: "campaign-site", subject: `${delivery.campaign}/${site}` }]),
	];
	return holdsOn(deps.db, subjects, now);
}

/** The rate that lets through the fewest over time. */
function slowestOf(limits: LaneLimits): LaneLimits["rates"][number] | null {
	return limits.rates.toSorted((a, b) => a.limit / a.windowMs - b.limit / b.windowMs)[0] ?? null;
}

async function hostsOf(
	deps: ExplainDeps,
	mx: MxAnswer | null,
	exits: readonly Exit[],
	source: string | null,
): Promise<ExplainedHost[]> {
	const gateways = exits.flatMap((exit) => (exit.kind === "gateway" ? [{ name: exit.gateway.host, preference: 0 }] : []));
	const hosts = mx === null ? gateways : mx.kind === "hosts" ? mx.hosts.toSorted((a, b) => a.preference - b.preference) : [];
	return Promise.all(
		hosts.map(async ({ name, preference }) => {
			const answer = await deps.resolver.addresses(name);
			const addresses = answer.kind === "addresses" ? [...answer.v4, ...answer.v6] : [];
			return { host: name, preference, addresses, mark: await markOf(deps.db, name, mx === null ? "" : source) };
		}),
	);
}

/** The daemon's own marks live in its memory; the log tells the same: what the host said last to this source, about us or of its own trouble. */
async function markOf(db: Db, host: string, source: string | null): Promise<ExplainedHost["mark"]> {
	if (source === null) return null;
	const rows = await queryLog(db, { host, source, limit: 20 });
	const last = rows.findLast((row) => ["served", "about-us", "trouble"].includes(wordOf(row.class, row.stage)));
	return last === undefined || wordOf(last.class, last.stage) === "served"
		? null
		: { class: last.class, text: last.text, at: last.at };
}

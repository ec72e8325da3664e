// What follows from the answers beyond a delivery and its lane: hosts that begin to refuse us or recover, readers called unknown by a host in doubt,
// identities and campaigns that must wait. Runs after the commit of the answers, and writes rows (alerts, holds, quarantine) that others act upon.
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { type AlertRow, appendAlerts, openAlerts } from "../log/alert.store.ts";
import { type Delisting, delistingProgress, finishDelisting, openDelistings } from "../log/delisting.store.ts";
import { type HostEvent, type HostPlace, HostWatch } from "../log/host-watch.ts";
import { eventWords } from "../log/host-words.ts";
import { hostLedger, hostRecords } from "../log/ledger.store.ts";
import { takeBack } from "../log/quarantine.store.ts";
import type { ResponseRow } from "../log/response.ts";
import { addHours } from "../log/roll-up.store.ts";
import { type HourRow, hourOf } from "../log/roll-up.ts";
import { placeHold, releaseHolds } from "./hold.store.ts";
import type { HostMemory } from "./host-memory.ts";
import { Judge, type Judged } from "./judge.ts";
import type { Settlement } from "./settlement.ts";

export interface CarePorts {
	/** What the identity of a campaign is allowed by: "@example.com", "news@example.com"; null: unknown. */
	readonly identityOf: (campaign: number) => string | null;
	/** A hold was placed: what waits in memory for it is to be given back. */
	readonly held: (kind: "identity" | "campaign-site", subject: string) => void;
	readonly trouble: (what: string, error: unknown) => void;
}

const HOUR = 3_600_000;
/** What the watch begins with. */
const REMEMBERED_MS = 24 * HOUR;
/** A host in doubt is not believed about readers for so long after its last such word. */
const DOUBT_MS = HOUR;
const LOOK_MS = 5_000;

export class Care {
	readonly #db: Db;
	readonly #clock: Clock;
	readonly #hosts: HostMemory;
	readonly #ports: CarePorts;
	readonly #watch: HostWatch;
	readonly #judge: Judge;
	readonly #timer: NodeJS.Timeout;
	#delistings: readonly Delisting[] = [];
	#connected: HourRow[] = [];
	/** One piece of work after the other. */
	#work: Promise<void> = Promise.resolve();

	private constructor(of: { db: Db; clock: Clock; hosts: HostMemory; giveUpMs: number; watch: HostWatch }, ports: CarePorts) {
		this.#db = of.db;
		this.#clock = of.clock;
		this.#hosts = of.hosts;
		this.#ports = ports;
		this.#watch = of.watch;
		this.#judge = new Judge(ports.identityOf, of.giveUpMs);
		this.#timer = setInterval(() => this.#later("the watch on hosts could not look", () => this.#look()), LOOK_MS);
	}

	/** Goes on where the last process was: hosts that refused then are probed, not asked by everybody. */
	static async start(of: { db: Db; clock: Clock; hosts: HostMemory; giveUpMs: number }, ports: CarePorts): Promise<Care> {
		const refusing = (await openAlerts(of.db, "host-refusing", "host-recovered")).map((alert) => ({
			...(alert.facts as unknown as HostPlace),
			since: alert.since,
			text: alert.text,
		}));
		for (const { source, mxHost, text } of refusing) of.hosts.expectRefusal(source, mxHost, text);
		const watch = new HostWatch(await hostRecords(of.db, of.clock.now() - REMEMBERED_MS), refusing);
		const care = new Care({ ...of, watch }, ports);
		care.#later("the watch on hosts could not look", () => care.#look());
		return care;
	}

	/** Takes in what was committed. Returns at once; what follows from it is written in the background. */
	settled(settlements: readonly Settlement[]): void {
		const rows = settlements.flatMap((one) => one.rows);
		for (const event of this.#watch.observe(rows))
			this.#later("an event of a host could not be recorded", () => this.#event(event));
		for (const row of rows)
			for (const judged of this.#judge.observe(row)) this.#later("a hold could not be recorded", () => this.#act(judged, row));
	}

	/** A connection on which nothing was asked: the ledger counts it too. */
	connected(place: HostPlace): void {
		const at = this.#clock.now();
		this.#connected.push({ ...place, hour: hourOf(at), stage: "ehlo", class: "connected", n: 1, text: "", first: at, last: at });
	}

	/** Resolves when everything that followed so far is written. */
	flush(): Promise<void> {
		this.#later("connections could not be counted", () => this.#writeConnected());
		return this.#work;
	}

	async stop(): Promise<void> {
		clearInterval(this.#timer);
		await this.flush();
	}

	#later(what: string, work: () => Promise<void>): void {
		this.#work = this.#work.then(work).catch((error) => this.#ports.trouble(what, error));
	}

	async #look(): Promise<void> {
		const known = new Set(this.#delistings.map((one) => one.id));
		this.#delistings = await openDelistings(this.#db);
		this.#watch.watchDelistings(this.#delistings);
		// Told that an entry is gone: every host gets mail at once, and says for itself whether it has heard.
		for (const watch of this.#delistings) {
			if (known.has(watch.id)) continue;
			for (const host of await hostLedger(this.#db, { site: watch.site })) this.#hosts.clearMark(watch.source, host.mxHost);
		}
		await this.#writeConnected();
	}

	async #writeConnected(): Promise<void> {
		const rows = this.#connected.splice(0);
		if (rows.length > 0) await addHours(this.#db, added(rows));
	}

	async #event(event: HostEvent): Promise<void> {
		const { source, mxHost, site } = event;
		if (event.kind === "invalid-burst") {
			this.#hosts.doubt(source, mxHost, event.at + DOUBT_MS);
			if (!event.begins) return;
			await takeBack(this.#db, { site, source, mxHost, since: event.since, now: event.at });
		}
		await appendAlerts(this.#db, [alertOf(event)]);
		if (event.kind === "delisting-host") await this.#delisted(source, site, event.at);
	}

	async #delisted(source: string, site: string, at: number): Promise<void> {
		for (const watch of this.#delistings.filter((one) => one.source === source && one.site === site)) {
			const hosts = await delistingProgress(this.#db, watch, at);
			if (!hosts.every((host) => host.state === "accepts")) continue;
			await finishDelisting(this.#db, watch.id, at);
			const text = `De-listing of ${source} at ${site} is complete: all ${hosts.length} hosts accept since ${utc(at)}.`;
			await appendAlerts(this.#db, [
				{ at, kind: "delisting-done", subject: `${source}/${site}`, since: watch.createdAt, text, facts: { hosts } },
			]);
			this.#delistings = this.#delistings.filter((one) => one !== watch);
			this.#watch.watchDelistings(this.#delistings);
		}
	}

	async #act(judged: Judged, row: ResponseRow): Promise<void> {
		const { kind, subject } = judged;
		if (judged.action === "release") {
			await releaseHolds(this.#db, { kind, subject }, "success", row.at);
			return;
		}
		const { reason, until } = judged;
		const placed = await placeHold(this.#db, { kind, subject, reason, class: row.class, until, createdAt: row.at });
		if (!placed) return;
		this.#ports.held(kind, subject);
		const facts = { site: row.site, mxHost: row.mxHost, class: row.class, rule: row.rule, until };
		const atGateway = kind === "identity" && row.class === "gateway-policy";
		const advice = atGateway
			? {
					did: `Nothing more is sent as that identity through ${row.route}; what it has no other gateway for waits.`,
					todo: `Have the account allowed to send as it, then \`wellsent gateways test ${row.route}\`, or \`wellsent holds release ID\`.`,
				}
			: {};
		const text = atGateway ? `${subject}: ${reason}` : reason;
		await appendAlerts(this.#db, [{ at: row.at, kind: `${kind}-held`, subject, since: row.at, text, facts, ...advice }]);
	}
}

function alertOf(event: HostEvent): AlertRow {
	const { kind, at, source, site, mxHost, mxAddress } = event;
	const since = event.kind === "host-refusing" ? (event.judgement.since ?? at) : "since" in event ? event.since : at;
	const evidence =
		event.kind === "host-refusing"
			? {
					streak: event.record.streak,
					words: event.record.lastText,
					chance: event.judgement.chance,
					siblings: event.judgement.siblings,
				}
			: {};
	return {
		at,
		kind,
		subject: `${source}/${mxHost}/${mxAddress}`,
		since,
		text: eventWords(event, "en", utc),
		facts: { source, site, mxHost, mxAddress, ...evidence, ko: eventWords(event, "ko", utc) },
	};
}

/** One row an hour and host. */
function added(rows: readonly HourRow[]): HourRow[] {
	const sums = new Map<string, HourRow>();
	for (const row of rows) {
		const key = `${row.hour} ${row.source} ${row.site} ${row.mxHost} ${row.mxAddress}`;
		const known = sums.get(key);
		if (known === undefined) sums.set(key, { ...row });
		else {
			known.n += 1;
			known.last = row.last;
		}
	}
	return [...sums.values()];
}

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

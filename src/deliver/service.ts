// The delivery service: queue, journal, settler, lanes and dispatcher joined together, recovered from whatever the last process left, and stopped in order.
import path from "node:path";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import type { LaneSet } from "../throttle/lane-set.ts";
import type { SetLimits } from "../throttle/limits.ts";
import { Care, type CarePorts } from "./care.ts";
import { Dispatcher, type RunningCampaign } from "./dispatcher.ts";
import type { Composed, Engine, Exit } from "./engine.ts";
import { loadHostFacts, refusedSizes, saveHostFacts } from "./host-memory.store.ts";
import { HostMemory } from "./host-memory.ts";
import { Journal, readJournal } from "./journal.file.ts";
import { readLaneOrders } from "./lane-orders.store.ts";
import { loadLanes, saveLanes } from "./lane-state.store.ts";
import { LaneWatch } from "./lane-watch.ts";
import {
	claim,
	claimedBy,
	domainsWithoutSite,
	dueSites,
	fileUnderSites,
	hasPending,
	nextDue,
	settle,
	unclaim,
} from "./queue.store.ts";
import { type Take, TakeCollector, TraceCollector } from "./recover.ts";
import type { ClaimedDelivery, Settlement } from "./settlement.ts";
import { Settler } from "./settler.ts";

export interface ServicePorts extends CarePorts {
	readonly running: () => Promise<readonly RunningCampaign[]>;
	readonly compose: (delivery: ClaimedDelivery, exit: Exit) => Promise<Composed>;
	/** A campaign has nothing queued and nothing in hand any more. */
	readonly ranDry: (campaign: number) => Promise<void>;
	/** After their commit. */
	readonly onSettled: (settlements: readonly Settlement[]) => void;
	readonly trouble: (what: string, error: unknown) => void;
}

export interface RecoveryReport {
	/** Tries whose answer was known and is committed now. */
	readonly settled: number;
	/** Tries that may have been delivered: `uncertain`. */
	readonly uncertain: number;
	/** Queued again: nothing of them can have been accepted. */
	readonly requeued: number;
}

export interface DeliveryService {
	readonly recovered: RecoveryReport;
	readonly hosts: HostMemory;
	/** Something changed in the database, orders for lanes included: look now. */
	wake(): void;
	/** The settings of the lanes changed: those that wait are asked again. */
	lanesChanged(): void;
	dropCampaign(campaign: number): void;
	/** Deliveries in hand. */
	readonly inHand: number;
	/** Resolves when everything settled so far is committed. */
	flush(): Promise<void>;
	stop(): Promise<void>;
}

/** How often the lanes' windows are saved while mail is sent; the journal covers the time between. */
const SAVE_LANES_MS = 30_000;
/** What a lane has learned is not in the journal and is saved so soon. */
const SAVE_LEARNED_MS = 1_000;

/** Recovers, then starts. `folder` is where the journal lives; only one process may work on it. */
export async function startDelivery(
	of: {
		db: Db;
		engine: Omit<Engine, "hosts" | "connected" | "markBody" | "config">;
		config: () => Config;
		/** Makes the lanes; `onTake` must be called for every take, `onLearned` when one has learned something. */
		makeLanes: (
			onTake: (kind: "connection" | "message", lane: string, at: number, n: number) => void,
			onLearned: () => void,
		) => LaneSet;
		/** Limits that people set at run time: `limitsFor` of the lanes must follow them from now on. */
		onSet?: (set: readonly SetLimits[]) => void;
		folder: string;
		runner: string;
	},
	ports: ServicePorts,
): Promise<DeliveryService> {
	const { db } = of;
	const { clock } = of.engine;
	const folder = path.join(of.folder, "journal");

	let journal: Journal | null = null;
	let savingSoon: (() => void) | null = null;
	const lanes = of.makeLanes(
		(kind, lane, at, n) => {
			journal
				?.write({ k: "T", l: lane, c: kind, t: at, n })
				.catch((error) => ports.trouble("the journal could not be written", error));
		},
		() => {
			savingSoon ??= clock.after(SAVE_LEARNED_MS, () => {
				savingSoon = null;
				saveNow().catch((error) => ports.trouble("what a lane has learned could not be saved", error));
			});
		},
	);
	/** Saves the lanes in which something changed. */
	const saveNow = async () => {
		const { snapshots, saved } = lanes.unsaved();
		await saveLanes(db, snapshots, clock.now());
		saved();
	};
	const lastSaved = Math.max(0, ...(await loadLanes(db)).map((lane) => lane.savedAt));
	const recovered = await recover(db, lanes, folder, of.config().schedule.gapMs);
	const opened = await Journal.open(folder);
	journal = opened;
	await saveLanes(db, [...lanes.snapshots()], clock.now());
	await (await opened.rotate())();

	const hosts = new HostMemory(clock, await loadHostFacts(db), (facts) => {
		saveHostFacts(db, facts, clock.now()).catch((error) =>
			ports.trouble("what was learned about a host could not be saved", error),
		);
	});
	for (const refused of await refusedSizes(db, clock.now())) hosts.recallTooBig(refused);

	const care = await Care.start({ db, clock, hosts, giveUpMs: of.config().retry.giveUpMs }, ports);

	/** Tries with a mark in the journal whose settlement is not committed: their journal file must stay. */
	const marked = new Map<number, string>();
	let rotating: { left: Set<number>; purge: () => Promise<void> } | "beginning" | null = null;
	const rotateIfDue = async () => {
		if (rotating !== null || !opened.full) return;
		rotating = "beginning";
		try {
			const purge = await opened.rotate();
			await saveNow();
			// Asked only now: a mark that was made while the new file was being opened is in the old one, too.
			rotating = { left: new Set(marked.keys()), purge };
		} catch (error) {
			rotating = null;
			throw error;
		}
	};
	const purgeIfDone = async () => {
		if (rotating === null || rotating === "beginning" || rotating.left.size > 0) return;
		const { purge } = rotating;
		rotating = null;
		await purge();
	};

	/** Deliveries that go back into the queue: where they are planned once the database knows. */
	const requeued = new Map<number, { readonly campaign: number; readonly site: string }>();
	const gapMs = () => of.config().schedule.gapMs;
	const settler = new Settler(
		db,
		{
			onSettled(settlements) {
				for (const one of settlements) {
					marked.delete(one.deliveryId);
					const place = requeued.get(one.deliveryId);
					requeued.delete(one.deliveryId);
					if (place !== undefined) dispatcher.planned(place.campaign, place.site, one.at);
					if (rotating !== null && rotating !== "beginning") rotating.left.delete(one.deliveryId);
				}
				care.settled(settlements);
				ports.onSettled(settlements);
				rotateIfDue()
					.then(purgeIfDone)
					.catch((error) => ports.trouble("the journal could not begin a new file", error));
			},
			onTrouble: (error) => ports.trouble("how deliveries ended could not be recorded yet; it is kept and tried again", error),
		},
		gapMs,
	);

	const engine: Engine = {
		...of.engine,
		// Asked each time: the settings may be read again while mail is sent.
		get config() {
			return of.config();
		},
		get rules() {
			return of.engine.rules;
		},
		hosts,
		connected: (place) => care.connected(place),
		async markBody(delivery) {
			marked.set(delivery.id, `${delivery.tries}`);
			await opened.writeDurably({ k: "B", d: delivery.id, n: delivery.tries, t: clock.now() });
		},
	};
	const dispatcher = new Dispatcher(engine, lanes, {
		running: ports.running,
		compose: ports.compose,
		dueSites: (campaign) => dueSites(db, campaign),
		nextDue: (campaign, site) => nextDue(db, campaign, site),
		claim: (campaign, site, source, limit) =>
			claim(db, { campaign, site, source, limit, now: clock.now(), runner: of.runner, gap: gapMs() > 0 }),
		unclaim: (ids) => unclaim(db, ids),
		domainsWithoutSite: (campaign) => domainsWithoutSite(db, campaign, 500),
		fileUnderSites: (campaign, sites) => fileUnderSites(db, campaign, sites),
		async settled(settlement, delivery) {
			if (settlement.state === "queued")
				requeued.set(settlement.deliveryId, { campaign: delivery.campaign, site: settlement.site ?? delivery.site });
			// Without the journal a crash in the next moments makes it `uncertain`; the database is told in any case.
			if (settlement.rows.length > 0)
				await opened
					.write({ k: "R", d: settlement.deliveryId, n: settlement.tries, s: settlement })
					.catch((error) => ports.trouble("the journal could not be written", error));
			await settler.add(settlement);
		},
		ranDry: async (campaign) => {
			if (!(await hasPending(db, campaign))) await ports.ranDry(campaign);
		},
		trouble: ports.trouble,
	});

	const saving = setInterval(() => {
		saveNow().catch((error) => ports.trouble("the lanes' windows could not be saved", error));
	}, SAVE_LANES_MS);
	const watch = new LaneWatch(lanes, lastSaved, {
		clock,
		read: (since) => readLaneOrders(db, since),
		onSet: (set) => {
			of.onSet?.(set);
			lanes.refresh();
		},
		onChange: () => dispatcher.lanesChanged(),
		trouble: ports.trouble,
	});
	await watch.look();
	dispatcher.start();

	return {
		recovered,
		hosts,
		wake: () => {
			void watch.look();
			dispatcher.wake();
		},
		lanesChanged: () => {
			lanes.refresh();
			dispatcher.lanesChanged();
		},
		dropCampaign: (campaign) => dispatcher.dropCampaign(campaign),
		get inHand() {
			return dispatcher.inHand;
		},
		async flush() {
			await settler.flush();
			await care.flush();
		},
		async stop() {
			clearInterval(saving);
			savingSoon?.();
			await watch.stop();
			await dispatcher.stop();
			await settler.flush();
			await care.stop();
			await saveNow();
			await (await opened.rotate())();
			await opened.close();
		},
	};
}

/** Reads what the last process left: settles what was answered, marks what is in doubt, queues the rest again, rebuilds the lanes' windows. */
async function recover(db: Db, lanes: LaneSet, folder: string, gapMs: number): Promise<RecoveryReport> {
	const kept = await loadLanes(db);
	lanes.restore(kept);
	const savedAt = new Map(kept.map((lane) => [lane.key, lane.savedAt]));
	const sending = await claimedBy(db, "anybody");
	const traces = new TraceCollector(sending);
	const takes = new TakeCollector();
	const replay = ({ lane, kind, at, n }: Take) => {
		const slash = lane.lastIndexOf("/");
		lanes.replay(lane.slice(0, slash), lane.slice(slash + 1), kind, at, n);
	};
	for await (const record of readJournal(folder)) {
		traces.add(record);
		takes.add(record, (lane) => savedAt.get(lane) ?? 0).forEach(replay);
	}
	takes.rest().forEach(replay);
	const { settlements, unclaim: ids } = traces.recover(sending);
	for (let from = 0; from < settlements.length; from += 400) await settle(db, settlements.slice(from, from + 400), gapMs);
	await unclaim(db, ids);
	const uncertain = settlements.filter((one) => one.rows.at(-1)?.rule === "crash").length;
	return { settled: settlements.length - uncertain, uncertain, requeued: ids.length };
}

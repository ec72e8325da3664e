// Numbers for Prometheus, each with its help text. Read from the database when asked for, so that they are right in whichever process serves them.
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { LEVELS } from "../alerts/incident.ts";
import { type Db, instant } from "../db/db.ts";
import { REPORTED } from "../log/response.ts";
import type { ApiDeps } from "./deps.ts";
import { laneStates } from "./routes-log.ts";

type MetricsDeps = Pick<ApiDeps, "db" | "clock" | "siteFacts" | "settings"> & Partial<Pick<ApiDeps, "lanes" | "arrived">>;

/** Counting a queue of millions takes 100 ms: not more often than this, however many scrape. */
const FRESH_MS = 10_000;

export interface Metrics {
	readonly contentType: string;
	/** The text that Prometheus reads. */
	text(): Promise<string>;
}

/** Responses are counted from the moment this is called, as a counter of a process is. */
export function createMetrics(deps: MetricsDeps): Metrics {
	const { db, clock } = deps;
	const registers = [new Registry()] as const;
	const [registry] = registers;
	// Event loop lag, memory, CPU, open handles: under the names that every Node dashboard knows.
	collectDefaultMetrics({ register: registry });
	const deliveries = new Gauge({
		name: "wellsent_deliveries",
		help: "Deliveries of all campaigns by state",
		labelNames: ["state"],
		registers: [...registers],
	});
	const campaigns = new Gauge({
		name: "wellsent_campaigns",
		help: "Campaigns by state",
		labelNames: ["state"],
		registers: [...registers],
	});
	const responses = new Counter({
		name: "wellsent_responses_total",
		help: 'Responses of MX hosts by class and site since this process began; sites without data of their own are "other"',
		labelNames: ["class", "site"],
		registers: [...registers],
	});
	const held = new Gauge({
		name: "wellsent_lanes_on_hold",
		help: "Lanes that may not send now because of a hold",
		registers: [...registers],
	});
	const oldest = new Gauge({
		name: "wellsent_oldest_due_seconds",
		help: "How long the oldest due delivery of a running campaign has been waiting; high while a lane is at its limit",
		registers: [...registers],
	});
	const incidents = new Gauge({
		name: "wellsent_incidents_open",
		help: "Troubles that last, by level",
		labelNames: ["level"],
		registers: [...registers],
	});
	const unsent = new Gauge({
		name: "wellsent_alerts_unsent",
		help: "Alerts that wait for another try because a channel did not take them",
		registers: [...registers],
	});
	const arrived = new Counter({
		name: "wellsent_inbound_total",
		help: "Bounces, complaints and other mail taken in since this process began, by kind; refused: addresses that are not ours",
		labelNames: ["kind"],
		registers: [...registers],
	});
	let seen = lastResponse(db);
	// Asked for later; a database that fails now fails again then, and is told there.
	seen.catch(() => undefined);
	let read = { at: Number.NEGATIVE_INFINITY, done: Promise.resolve() };

	const readAll = async () => {
		const from = await seen.catch(() => lastResponse(db));
		const fresh = await db.$queryRaw<{ class: string; site: string; n: bigint | number; last: bigint | number }[]>`
			SELECT "class", "site", count(*) AS "n", max("id") AS "last" FROM "response" WHERE "id" > ${from} AND substr("rule", 1, ${REPORTED.length}) <> ${REPORTED} GROUP BY "class", "site"`;
		for (const row of fresh)
			responses.inc({ class: row.class, site: deps.siteFacts(row.site).known ? row.site : "other" }, Number(row.n));
		seen = Promise.resolve(fresh.reduce((last, row) => Math.max(last, Number(row.last)), from));

		// Counted where it is taken in; shown here.
		arrived.reset();
		for (const [kind, n] of deps.arrived?.() ?? []) arrived.inc({ kind }, n);
		setAll(deliveries, await db.$queryRaw<StateCount[]>`SELECT "state", count(*) AS "n" FROM "delivery" GROUP BY "state"`);
		setAll(campaigns, await db.$queryRaw<StateCount[]>`SELECT "state", count(*) AS "n" FROM "campaign" GROUP BY "state"`);
		held.set((await laneStates(deps)).filter((lane) => lane.hold !== null).length);
		incidents.reset();
		for (const { level, n } of await openByLevel(db)) incidents.set({ level }, n);
		unsent.set(await db.alertPost.count({ where: { state: "waiting", tries: { gt: 0 } } }));
		const now = clock.now();
		const [due] = await db.$queryRaw<{ at: unknown }[]>`
			SELECT min(d."dueAt") AS "at" FROM "delivery" d JOIN "campaign" c ON c."id" = d."campaignId"
			WHERE c."state" = 'running' AND d."state" = 'queued' AND d."dueAt" <= ${new Date(now)}`;
		const at = instant(due?.at);
		oldest.set(at === null ? 0 : (now - at) / 1_000);
	};

	return {
		contentType: registry.contentType,
		async text() {
			const now = clock.now();
			if (now - read.at >= FRESH_MS) read = { at: now, done: readAll() };
			await read.done;
			return registry.metrics();
		},
	};
}

interface StateCount {
	state: string;
	n: bigint | number;
}

function setAll(gauge: Gauge<"state">, rows: readonly StateCount[]): void {
	gauge.reset();
	for (const row of rows) gauge.set({ state: row.state }, Number(row.n));
}

async function lastResponse(db: Db): Promise<number> {
	const [row] = await db.$queryRaw<{ id: bigint | number | null }[]>`SELECT max("id") AS "id" FROM "response"`;
	return Number(row?.id ?? 0);
}

/** Every level, those without an incident too: a series that is away cannot be alerted upon. */
async function openByLevel(db: Db): Promise<{ readonly level: string; readonly n: number }[]> {
	const rows = await db.incident.groupBy({ by: ["level"], where: { recoveredAt: null }, _count: true });
	return LEVELS.map((level) => ({ level, n: rows.find((row) => row.level === level)?._count ?? 0 }));
}

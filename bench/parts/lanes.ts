// The lanes: do limits hold as the receiver counts them, and how much of them is used; what claiming costs when the queue is long and the lanes are many;
// what a lane costs that does nothing; whether the time that is told is the time it takes.
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startEngine } from "../../src/app.ts";
import { getCampaign } from "../../src/campaign/campaign.store.ts";
import { siteTimes } from "../../src/campaign/eta.ts";
import { systemClock } from "../../src/clock.ts";
import type { LaneOverride } from "../../src/config/types.ts";
import type { Db } from "../../src/db/db.ts";
import { claim, dueSites, nextDue, unclaim } from "../../src/deliver/queue.store.ts";
import { mostAtOnce, mostMessagesPerConnection, worstWindow } from "../../src/sandbox/arrivals.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../src/sandbox/world.ts";
import { per } from "../../src/sites/site-data.ts";
import { LaneSet } from "../../src/throttle/lane-set.ts";
import { median } from "../measure.ts";
import { benchOffice, DOMAIN, SITE } from "../office.ts";

const READERS = 800;
const LIMITS: LaneOverride = {
	site: SITE,
	source: null,
	connections: 3,
	connectionsPerHour: 4_000,
	messagesPerConnection: 7,
	rates: [per(40, "s")],
	tls: null,
};
const SITES = 10_000;
const CLAIMS = 200;

export async function lanesBench(): Promise<void> {
	await limitsAndTime();
	await claims();
	await memory();
}

export const run = lanesBench;

async function limitsAndTime(): Promise<void> {
	await using sandbox = await startSandbox({
		world: defineWorld({
			zones: `${DOMAIN} MX 10 mx.${SITE}`,
			hosts: { [`mx.${SITE}`]: {} },
			sources: [{ name: "mta1", address: "127.0.0.1", ehlo: "mta1.wellsent.test" }],
		}),
	});
	await using office = await benchOffice({ readers: READERS, dns: sandbox.dns, smtpPort: sandbox.smtpPort });
	const { app } = office;
	app.reload({ ...app.config, lanes: [LIMITS] });
	const id = await office.begin("unsigned");
	const engine = await startEngine(app, "send");
	let told: { at: number; ms: number } | null = null;
	while ((await getCampaign(app.db, id)).state === "running") {
		await new Promise((resolve) => setTimeout(resolve, 50));
		if (told !== null || sandbox.arrivals.totals().accepted < READERS / 10) continue;
		await app.outlook.read();
		const left = await app.db.delivery.count({ where: { campaignId: id, state: { in: ["queued", "sending"] } } });
		const lanes = app.lanesOf("news@unsigned.test", SITE);
		told = {
			at: Date.now(),
			ms: siteTimes([{ site: SITE, messages: left, lanes, of: { campaign: id, priority: 0 } }])[0]?.ms ?? 0,
		};
	}
	await engine.stop();
	const times = sandbox.arrivals.rows().map((row) => row.mailAt);
	const connections = sandbox.arrivals.connections();
	const end = Math.max(...times);
	const rows: (readonly [string, number, number])[] = [
		...LIMITS.rates!.map((rate) => [rate.text, worstWindow(times, rate.windowMs), rate.limit] as const),
		["connections at once", mostAtOnce(connections), LIMITS.connections ?? 0],
		[
			"connections an hour",
			worstWindow(
				connections.map((one) => one.openedAt),
				3_600_000,
			),
			LIMITS.connectionsPerHour ?? 0,
		],
		["messages on a connection", mostMessagesPerConnection(connections), LIMITS.messagesPerConnection ?? 0],
	];
	console.log(`\nlimits, as the receiving side counted ${times.length} messages on ${connections.length} connections`);
	for (const [name, worst, limit] of rows)
		console.log(
			`${name.padEnd(28)} worst ${String(worst).padStart(5)} of ${String(limit).padStart(5)}   over by ${Math.max(0, worst - limit)}`,
		);
	// Only what is used up within the run says anything; windows of hours are played through in test/property/throttle.
	const seconds = (end - Math.min(...times)) / 1_000;
	const allowed = 40 * seconds;
	console.log(`used of 40/s                  ${((100 * times.length) / allowed).toFixed(1)} %`);
	if (told !== null) {
		const took = end - told.at;
		console.log(
			`time left, told at a tenth    ${(told.ms / 1_000).toFixed(1)} s, took ${(took / 1_000).toFixed(1)} s: off by ${((100 * Math.abs(told.ms - took)) / took).toFixed(1)} %`,
		);
	}
}

async function claims(): Promise<void> {
	console.log(`\nclaiming for one of ${SITES} sites, in turns; medians of ${CLAIMS}, microseconds`);
	// Side by side, so that a busy neighbour disturbs all of them alike.
	await using small = await benchOffice({ readers: 1 });
	await using middle = await benchOffice({ readers: 1 });
	await using large = await benchOffice({ readers: 1 });
	const queues = [];
	for (const [size, { app }] of [
		[10_000, small],
		[100_000, middle],
		[1_000_000, large],
	] as const) {
		const { db } = app;
		await fill(db, size);
		queues.push({ size, db, sites: await dueSites(db, 1), one: [] as number[], next: [] as number[], all: [] as number[] });
	}
	const timed = async <T>(into: number[], run: () => Promise<T>): Promise<T> => {
		const began = performance.now();
		const got = await run();
		into.push((performance.now() - began) * 1_000);
		return got;
	};
	for (let i = 0; i < CLAIMS; i++) {
		for (const { db, sites, one, next, all } of queues) {
			const { site } = sites[(i * 7_919) % sites.length] ?? { site: "" };
			// One delivery each time: of the short queue there is no more at a site.
			const got = await timed(one, () =>
				claim(db, { campaign: 1, site, source: "mta1", limit: 1, now: Date.now(), runner: "bench" }),
			);
			await timed(next, () => nextDue(db, 1, site));
			await unclaim(
				db,
				got.map(({ id }) => id),
			);
			if (i % 40 === 0) await timed(all, () => dueSites(db, 1));
		}
	}
	const first = median(queues[0]?.one ?? []);
	for (const { size, one, next, all } of queues)
		console.log(
			`${String(size).padStart(9)} queued   a claim ${median(one).toFixed(0).padStart(5)} (× ${(median(one) / first).toFixed(2)})   next due ${median(next).toFixed(0).padStart(4)}   all sites at once ${(median(all) / 1_000).toFixed(0)} ms (every 2 s at most)`,
		);
}

/** A running campaign with so many queued deliveries, spread over the sites; 50,000 domains. */
async function fill(db: Db, size: number): Promise<void> {
	const now = new Date();
	await db.$executeRaw`INSERT INTO "campaign" ("id", "name", "state", "identity", "subject", "kind", "folder", "createdAt", "expandedAt") VALUES (1, 'b', 'running', 'news@unsigned.test', 's', 'notice', '/', ${now}, ${now})`;
	await db.$executeRaw`
		WITH RECURSIVE n("i") AS (SELECT 1 UNION ALL SELECT "i" + 1 FROM n WHERE "i" < ${size})
		INSERT INTO "delivery" ("campaignId", "contactId", "email", "domain", "site", "state", "dueAt", "queuedAt")
		SELECT 1, "i", 'reader' || "i" || '@d' || ("i" % 50000) || '.test', 'd' || ("i" % 50000) || '.test', 's' || ("i" % ${SITES}) || '.test', 'queued', ${now}, ${now} FROM n`;
}

async function memory(): Promise<void> {
	setFlagsFromString("--expose-gc");
	const gc = runInNewContext("gc") as () => void;
	const heap = () => {
		gc();
		return process.memoryUsage().heapUsed;
	};
	const origin = { connections: "x", connectionsPerHour: "x", messagesPerConnection: "x", rates: "x", tls: "x" };
	const rates = [per(5, "s"), per(600, "h"), per(5_000, "d")];
	const limits = {
		connections: 2,
		connectionsPerHour: 60,
		messagesPerConnection: 20,
		rates,
		tls: "opportunistic",
		origin,
	} as const;
	const set = new LaneSet({ clock: systemClock, elapsed: () => performance.now(), limitsFor: () => limits });
	const never = new AbortController().signal;
	const n = 10_000;
	const empty = heap();
	for (let i = 0; i < n; i++) set.lane("mta1", `s${i}.test`);
	const made = heap();
	for (let i = 0; i < n; i++) {
		const lane = set.lane("mta1", `s${i}.test`);
		const slot = await lane.openConnection(never);
		await lane.takeMessages(3, never);
		if (slot !== "aborted") slot.release();
	}
	set.sweep();
	const idle = heap();
	const slots: unknown[] = [];
	for (let i = 0; i < n; i++) {
		const lane = set.lane("mta1", `s${i}.test`);
		slots.push(await lane.openConnection(never));
		void lane.takeMessages(50, never);
	}
	await new Promise((resolve) => setTimeout(resolve, 200));
	const busy = heap();
	const before = process.cpuUsage();
	await new Promise((resolve) => setTimeout(resolve, 2_000));
	const { user, system } = process.cpuUsage(before);
	const kb = (bytes: number) => `${(bytes / n / 1_024).toFixed(1)} KB`;
	console.log(
		`\nmemory a lane, of ${n}: just made ${kb(made - empty)}, used and idle ${kb(idle - empty)}, busy (a connection, one waiting) ${kb(busy - empty)}`,
	);
	console.log(
		`two seconds with ${n} lanes that have nobody to serve yet: ${((user + system) / 1_000).toFixed(0)} ms of the processor (${slots.length} connections open)`,
	);
}

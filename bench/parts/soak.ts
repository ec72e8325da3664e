// A long queue through the real dispatcher: 1,000,000 deliveries to 50,000 domains at 10,000 sites, each with the limits of an unknown site. Does memory stay flat
// while lanes come and go, and do as many messages go out as with a tenth of the queue? `npm run bench -- soak`; SOAK_SECONDS=600 for a long one.
//
// MX records are answered from memory: 10,000 sites are 10,000 hosts, and they are all one sink, in another process. All else is real: queue, lanes, SMTP.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type App, startEngine } from "../../src/app.ts";
import { type Db, Prisma } from "../../src/db/db.ts";
import { startSandboxProcess } from "../../test/support/processes/children.ts";
import { benchOffice, DOMAIN, SITE } from "../office.ts";

const SECONDS = Number(process.env["SOAK_SECONDS"] ?? 60);
const SAMPLES = 6;
const SITES = 10_000;
const DOMAINS = 50_000;
const HOST = "127.0.0.77";
/** So many connections in all: lanes wait for each other, as they do on a real machine. */
const CONNECTIONS = 1_000;
const FOREVER = Number.MAX_SAFE_INTEGER;

export async function soakBench(): Promise<void> {
	setFlagsFromString("--expose-gc");
	const gc = runInNewContext("gc") as () => void;
	console.log(
		`\n${SITES} lanes, ${DOMAINS} domains, ${CONNECTIONS} connections at once in all, the limits of unknown sites; ${SECONDS} s each`,
	);
	const speeds: number[] = [];
	for (const queued of [100_000, 1_000_000]) speeds.push(await soak(queued, gc));
	const [short = Number.NaN, long = Number.NaN] = speeds;
	console.log(`RATIO messages a second, a queue of 1,000,000 / of 100,000: ${(long / short).toFixed(2)}`);
}

async function soak(queued: number, gc: () => void): Promise<number> {
	await using sink = await startSandboxProcess({
		world: {
			zones: `${DOMAIN} MX 10 mx.${SITE}\nmx.${SITE} A ${HOST}`,
			hosts: { [`mx.${SITE}`]: { manners: { starttls: "none" } } },
		},
	});
	await using office = await benchOffice({ readers: 1, dns: sink.dns, smtpPort: sink.smtpPort });
	const { app } = office;
	const id = await office.begin("unsigned");
	await fill(app.db, id, queued);
	app.reload({
		...app.config,
		sources: app.config.sources.map((source) => ({ ...source, connections: CONNECTIONS })),
		lanes: [],
	});
	const loop = monitorEventLoopDelay({ resolution: 10 });
	const engine = await startEngine({ ...app, resolver: fromMemory(app) }, "send");
	let sent = 0;
	engine.onSettled((settlements) => {
		sent += settlements.filter((one) => one.state === "delivered").length;
	});
	console.log(`\n${queued} queued`);
	const began = performance.now();
	const cpu = process.cpuUsage();
	for (let sample = 1; sample <= SAMPLES; sample++) {
		const before = sent;
		loop.enable();
		await new Promise((resolve) => setTimeout(resolve, (SECONDS * 1_000) / SAMPLES));
		loop.disable();
		const delay = `${(loop.percentile(50) / 1e6).toFixed(0)} / ${(loop.percentile(99) / 1e6).toFixed(0)} ms`;
		loop.reset();
		gc();
		const mb = (bytes: number) => (bytes / 1_048_576).toFixed(0);
		const { heapUsed, rss } = process.memoryUsage();
		console.log(
			`${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s   ${((SAMPLES * (sent - before)) / SECONDS).toFixed(0).padStart(5)}/s   in hand ${String(engine.delivery.inHand).padStart(6)}   lanes ${String(engine.lanes.size).padStart(6)}   heap ${mb(heapUsed)} MB, process ${mb(rss)} MB   event loop p50 / p99 ${delay}`,
		);
	}
	const speed = (sent * 1_000) / (performance.now() - began);
	const { user, system } = process.cpuUsage(cpu);
	const rows = await app.db.$queryRaw<{ n: bigint | number }[]>`SELECT count(DISTINCT "site") AS "n" FROM "response"`;
	console.log(
		`${((user + system) / 1_000 / sent).toFixed(2)} ms of processor a message; ${Number(rows[0]?.n ?? 0)} sites were mailed`,
	);
	await engine.stop();
	return speed;
}

/** The MX records of domain dI are the host of site s(I mod SITES). */
function fromMemory({ resolver }: App): App["resolver"] {
	return {
		...resolver,
		mx: async (domain) => {
			const n = Number(/^d(\d+)\./.exec(domain)?.[1] ?? 0) % SITES;
			return { kind: "hosts", hosts: [{ name: `mx.s${n}.test`, preference: 10 }], implicit: false, until: FOREVER };
		},
		addresses: async () => ({ kind: "addresses", v4: [HOST], v6: [], until: FOREVER }),
	};
}

/** Readers and their queued deliveries, filed under their sites, as the expansion of a list leaves them after DNS. */
async function fill(db: Db, campaign: number, size: number): Promise<void> {
	const now = new Date();
	// As text: a bound number is a REAL, and so would be the remainder.
	const [domains, sites] = [Prisma.raw(String(DOMAINS)), Prisma.raw(String(SITES))];
	await db.campaign.update({ where: { id: campaign }, data: { expandedAt: now } });
	await db.$executeRaw`
		WITH RECURSIVE n("i") AS (SELECT 1 UNION ALL SELECT "i" + 1 FROM n WHERE "i" < ${size})
		INSERT INTO "contact" ("email", "domain", "name", "attributes", "createdAt", "updatedAt")
		SELECT 'soak' || "i" || '@d' || ("i" % ${domains}) || '.test', 'd' || ("i" % ${domains}) || '.test', 'Reader', '{}', ${now}, ${now} FROM n`;
	await db.$executeRaw`
		INSERT INTO "delivery" ("campaignId", "contactId", "email", "domain", "site", "state", "dueAt", "queuedAt")
		SELECT ${campaign}, "id", "email", "domain", 's' || (CAST(substr("domain", 2) AS INTEGER) % ${sites}) || '.test', 'queued', ${now}, ${now}
		FROM "contact" WHERE "email" LIKE 'soak%'`;
}

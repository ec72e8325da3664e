// How long the questions of the support desk take on a large log: 10,000,000 responses of 120 days, with their roll-ups, and a campaign of a million readers.
// `npm run bench -- audit`; AUDIT_ROWS=1000000 for a smaller one, AUDIT_DB=/path keeps the database for the next run. Making it takes some minutes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { countDeliveries } from "../../src/campaign/campaign.store.ts";
import { failedDeliveries } from "../../src/cli/failures.store.ts";
import { systemClock } from "../../src/clock.ts";
import { openDatabase } from "../../src/db/database.store.ts";
import type { Db } from "../../src/db/db.ts";
import { AUDIT_KEYS } from "../../src/log/audit-keys.ts";
import { audit, failuresBy } from "../../src/log/failures.store.ts";
import { hostLedger } from "../../src/log/ledger.store.ts";
import { queryLog, storyOf } from "../../src/log/query.store.ts";
import { unknownReplies } from "../../src/log/unknown.store.ts";
import { median } from "../measure.ts";

const ROWS = Number(process.env["AUDIT_ROWS"] ?? 10_000_000);
const READERS = Math.min(1_000_000, ROWS / 10);
const DAYS = 120;
const DAY = 86_400_000;
const STEP = 500_000;
const TIMES = 5;

export async function auditBench(): Promise<void> {
	const kept = process.env["AUDIT_DB"];
	const folder = kept === undefined ? await mkdtemp(path.join(tmpdir(), "wellsent-audit-")) : kept;
	const database = await openDatabase({ url: "file:audit.db", root: folder, clock: systemClock });
	const { db } = database;
	try {
		const start = Math.floor((Date.now() - DAYS * DAY) / DAY) * DAY;
		if ((await db.response.findFirst({ where: { id: ROWS } })) === null) await fill(db, start);
		// The last campaign began so long before the end.
		const last = start + 9 * (DAYS / 10) * DAY + DAY / 2;
		const to = `r${Math.floor(READERS / 2)}@d${Math.floor(READERS / 2) % 5_000}.test`;
		const questions: [string, () => Promise<unknown>][] = [
			["log (newest 100)", () => queryLog(db, {})],
			["log --to", () => queryLog(db, { to })],
			["log --host", () => queryLog(db, { host: "mx3.site7.test" })],
			["log --site --class", () => queryLog(db, { site: "site7", class: "dnsbl-listed" })],
			["log --class (rare) --since 7d", () => queryLog(db, { class: "unknown-permanent", since: last - 7 * DAY })],
			["log --campaign --class --source", () => queryLog(db, { campaign: 3, class: "mailbox-full", source: "mta2" })],
			["log --source (not in the log)", () => queryLog(db, { source: "mta99" })],
			["log --domain --since 1d", () => queryLog(db, { domain: "d77.test", since: last - DAY })],
			["log --until 60d --site", () => queryLog(db, { site: "site3", until: last - 60 * DAY })],
			["story of one reader", () => storyOf(db, to)],
			["hosts --since 24h", () => hostLedger(db, { since: last - DAY })],
			["hosts --since 7d", () => hostLedger(db, { since: last - 7 * DAY })],
			["hosts (120 days)", () => hostLedger(db)],
			["hosts --site", () => hostLedger(db, { site: "site7" })],
			["campaign counts", () => countDeliveries(db, 1)],
			["campaign show --failures", () => failedDeliveries(db, 1, 100)],
			...(["site", "class", "mxHost", "rule"] as const).map((by): [string, () => Promise<unknown>] => [
				`campaign failures by ${by}`,
				() => failuresBy(db, 1, by),
			]),
			...AUDIT_KEYS.map((by): [string, () => Promise<unknown>] => [`failures --by ${by}`, () => audit(db, by)]),
			["failures --by day --site --class", () => audit(db, "day", { site: "site7", class: "dnsbl-listed" })],
			["rules unknown", () => unknownReplies(db, { limit: 30 })],
		];
		const lines: string[] = [];
		for (const [name, ask] of questions) {
			const taken: number[] = [];
			for (let i = 0; i < TIMES; i += 1) {
				const before = performance.now();
				await ask();
				taken.push(performance.now() - before);
			}
			lines.push(
				`${name.padEnd(40)} ${median(taken).toFixed(1).padStart(9)} ${Math.max(...taken)
					.toFixed(1)
					.padStart(9)}`,
			);
		}
		const [hours] = await db.$queryRaw<{ n: bigint }[]>`SELECT count(*) AS "n" FROM "host_hour"`;
		const [failures] = await db.$queryRaw<{ n: bigint }[]>`SELECT count(*) AS "n" FROM "failure_day"`;
		console.log(
			`\naudit: ${ROWS.toLocaleString("en")} responses, ${hours?.n} rows of the ledger, ${failures?.n} of the failures`,
		);
		console.log(`${"".padEnd(40)} ${"median ms".padStart(9)} ${"slowest".padStart(9)}`);
		for (const line of lines) console.log(line);
	} finally {
		await database.close();
		if (kept === undefined) await rm(folder, { recursive: true, force: true });
	}
}

/** Rows in steps without the indexes, which are made at the end: a tenth of the time. */
async function fill(db: Db, start: number): Promise<void> {
	const indexes = await db.$queryRaw<{ name: string; sql: string }[]>`
		SELECT "name", "sql" FROM sqlite_master WHERE "type" = 'index' AND "tbl_name" = 'response' AND "sql" IS NOT NULL`;
	for (const { name } of indexes) await db.$executeRawUnsafe(`DROP INDEX "${name}"`);
	await db.$executeRawUnsafe(`DELETE FROM "response"`);
	for (let from = 0; from < ROWS; from += STEP) await db.$executeRawUnsafe(rowsSql(from, Math.min(ROWS, from + STEP), start));
	for (const { sql } of indexes) await db.$executeRawUnsafe(sql);
	await db.$executeRawUnsafe(`DELETE FROM "host_hour"`);
	await db.$executeRawUnsafe(`
		INSERT INTO "host_hour" SELECT ("at" / 3600000) * 3600000, "site", "source", "mxHost", "mxAddress", "stage", "class", count(*), substr("text", 1, 300), min("at"), max("at")
		FROM "response" GROUP BY 1, 2, 3, 4, 5, 6, 7`);
	await db.$executeRawUnsafe(`DELETE FROM "failure_day"`);
	await db.$executeRawUnsafe(`
		INSERT INTO "failure_day" SELECT "campaignId", ("at" / 86400000) * 86400000, "site", "class", "mxHost", "rule", count(*),
			sum("action" IN ('end', 'suppress')), 0, "email", substr("text", 1, 300), max("at")
		FROM "response" WHERE "class" NOT IN ('accepted', 'skipped') GROUP BY 1, 2, 3, 4, 5, 6`);
	await db.$executeRawUnsafe(`
		WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < ${READERS} - 1)
		INSERT OR IGNORE INTO "delivery" ("campaignId", "contactId", "email", "domain", "site", "state", "attempts", "tries", "dueAt", "queuedAt", "settledAt", "lastClass", "lastText")
		SELECT 1, n, 'r' || n || '@d' || (n % 5000) || '.test', 'd' || (n % 5000) || '.test', 'site' || (n % 40),
			CASE WHEN n % 33 = 0 THEN 'failed' ELSE 'delivered' END, 1, 1, ${start}, ${start}, ${start},
			CASE WHEN n % 33 = 0 THEN 'invalid-recipient' ELSE 'accepted' END, 'text' FROM c`);
	await db.$executeRawUnsafe("ANALYZE");
}

/** Ten campaigns of half a day each; 93 % accepted, refusals of eight kinds; 40 sites, six of them with half of the mail; four hosts a site, two sources. */
function rowsSql(from: number, to: number, start: number): string {
	const classes = [
		["invalid-recipient", "recipient", "suppress", "rcpt", "550 5.1.1 No such user"],
		["mailbox-full", "recipient", "retry-long", "rcpt", "452 4.2.2 Mailbox full"],
		["greylisted", "host", "retry-soon", "rcpt", "451 4.7.1 Greylisted"],
		["dnsbl-listed", "lane", "requeue", "greeting", "554 5.7.1 blocked using a list"],
		["sender-rate", "lane", "requeue", "mail", "421 4.7.28 too fast"],
		["content-refused", "message", "end", "body", "554 5.7.1 looks like spam"],
		["timeout", "host", "sibling", "connect", "no answer"],
		["unknown-permanent", "message", "end", "body", "550 no"],
	];
	const pick = (i: number) => `CASE k ${classes.map((one, k) => `WHEN ${k} THEN '${one[i]}'`).join(" ")}`;
	return `
		WITH RECURSIVE c(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM c WHERE n < ${to - 1}),
		d AS MATERIALIZED (SELECT n, (n * 7919 + n / 997) % ${READERS} AS r, abs(random()) AS x FROM c),
		e AS (SELECT n, r, CASE WHEN x % 100 < 93 THEN -1 ELSE (x / 100) % ${classes.length} END AS k,
			CASE WHEN x % 7 < 4 THEN (x / 7) % 6 ELSE (x / 7) % 40 END AS s, (x / 1000) % 4 + 1 AS h, (x / 5000) % 2 + 1 AS src FROM d)
		INSERT INTO "response" ("at", "deliveryId", "campaignId", "email", "domain", "site", "route", "source", "mxHost", "mxAddress", "port", "attempt", "seq",
			"stage", "code", "enhanced", "text", "class", "scope", "action", "rule", "tlsVersion", "tlsCipher", "tlsVerified", "durationMs", "bytes")
		SELECT ${start} + (n * 10 / ${ROWS}) * ${DAYS / 10} * ${DAY} + CAST((n % (${ROWS} / 10)) * ${DAY / 2}.0 * 10 / ${ROWS} AS INTEGER), n + 1, 1 + n * 10 / ${ROWS}, 'r' || r || '@d' || (r % 5000) || '.test', 'd' || (r % 5000) || '.test',
			'site' || s, 'direct', 'mta' || src, 'mx' || h || '.site' || s || '.test', '192.0.2.' || (s * 4 + h), 25, 1, 1,
			CASE WHEN k < 0 THEN 'body' ELSE ${pick(3)} END END, CASE WHEN k < 0 THEN 250 ELSE 550 END, NULL,
			CASE WHEN k < 0 THEN '2.0.0 Ok: queued as ' || n ELSE ${pick(4)} END END, CASE WHEN k < 0 THEN 'accepted' ELSE ${pick(0)} END END,
			CASE WHEN k < 0 THEN 'recipient' ELSE ${pick(1)} END END, CASE WHEN k < 0 THEN 'done' ELSE ${pick(2)} END END,
			CASE WHEN k < 0 THEN 'accepted' ELSE 'rule-' || k END, 'TLSv1.3', 'TLS_AES_256_GCM_SHA384', 1, 120, 24000 FROM e`;
}

// The ledger and the roll-ups in a real database: what they say, what an upgrade fills them with, and what is left of them when the log is pruned.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { requeue } from "../../../src/campaign/campaign.store.ts";
import { systemClock } from "../../../src/clock.ts";
import { projectRoot } from "../../../src/config/project-root.ts";
import { settle } from "../../../src/deliver/queue.store.ts";
import { audit, failuresBy } from "../../../src/log/failures.store.ts";
import { hostLedger } from "../../../src/log/ledger.store.ts";
import { pruneResponses } from "../../../src/log/prune.store.ts";
import { insertResponses } from "../../../src/log/response.store.ts";
import type { ResponseRow } from "../../../src/log/response.ts";
import { pruneUnknown, unknownReplies } from "../../../src/log/unknown.store.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { tempDatabase } from "../../support/temp-db.ts";
import { addCampaign, addReader, addResponses, NOW, response } from "../api/rows.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (host: number, more: Partial<ResponseRow>): ResponseRow =>
	response({ site: "daum", mxHost: `mx${host}.daum.test`, mxAddress: `192.0.2.${host}`, to: "kim@daum.test", ...more });
const blocked = {
	class: "dnsbl-listed",
	stage: "greeting",
	code: 554,
	enhanced: "5.7.1",
	text: "blocked",
	scope: "lane",
	action: "requeue",
} as const;

describe("the ledger", () => {
	it("counts by class and stage over hours, passed-over hosts too, and names the streak since the last service", async () => {
		const { db } = await tempDatabase();
		await addResponses(db, [
			...Array.from({ length: 59 }, (_, n) => at(1, { at: NOW + n * 60_000 })),
			at(3, { at: NOW - 3 * DAY, ...blocked }),
			at(3, { at: NOW - 2 * DAY }),
			at(3, { at: NOW + HOUR, ...blocked }),
			at(3, { at: NOW + 2 * HOUR, ...blocked }),
			at(3, { at: NOW + 2 * HOUR + 1, ...blocked, text: "still blocked" }),
			at(3, { at: NOW + 2 * HOUR + 2, class: "skipped", stage: "connect", mxAddress: "" }),
			...Array.from({ length: 5 }, (_, n) => at(1, { at: NOW + 3 * HOUR + n })),
		]);
		const rows = await hostLedger(db, { site: "daum" });
		expect(rows.map((row) => row.mxHost)).toEqual(["mx1.daum.test", "mx3.daum.test"]);
		expect(rows[1]).toMatchObject({
			mxAddress: "192.0.2.3",
			accepted: 1,
			refused: 4,
			byClass: { "dnsbl-listed": 4, skipped: 1 },
			byStage: { greeting: 4 },
			skipped: 1,
			streak: 3,
			since: NOW + HOUR,
			verdict: "refusing",
			lastText: "still blocked",
			firstAt: NOW - 3 * DAY,
		});
		const recent = await hostLedger(db, { site: "daum", since: NOW + 2 * HOUR + 1_800_000 });
		expect(recent[1]).toMatchObject({ accepted: 0, refused: 2 });
		expect(await hostLedger(db, { source: "mta9" })).toEqual([]);
	});

	it("is one row for each source and each address", async () => {
		const { db } = await tempDatabase();
		await addResponses(db, [at(1, {}), at(1, { mxAddress: "192.0.2.9" }), at(1, { source: "mta2" })]);
		expect((await hostLedger(db)).map((row) => [row.mxAddress, row.source, row.accepted])).toEqual([
			["192.0.2.1", "mta1", 1],
			["192.0.2.1", "mta2", 1],
			["192.0.2.9", "mta1", 1],
		]);
	});
});

describe("failures", () => {
	it("are counted by each key, and a retry takes back what had ended", async () => {
		const { db } = await tempDatabase();
		const campaign = await addCampaign(db);
		const ends = async (name: string, more: Partial<ResponseRow>) => {
			const to = `${name}@daum.test`;
			await addReader(db, to, { campaign, state: "sending" });
			const delivery = await db.delivery.findFirstOrThrow({ where: { email: to } });
			const row = at(1, {
				to,
				campaign,
				deliveryId: delivery.id,
				class: "content-refused",
				stage: "body",
				code: 554,
				rule: "r1",
				...more,
			});
			await settle(db, [
				{
					deliveryId: delivery.id,
					tries: 0,
					state: row.class === "lost-after-body" ? "uncertain" : "failed",
					at: row.at,
					attempts: 1,
					lastClass: row.class,
					lastText: row.text,
					site: null,
					rows: [row],
					suppress: null,
				},
			]);
		};
		await ends("a", {});
		await ends("b", { at: NOW + DAY });
		await ends("c", { mxHost: "mx2.daum.test", rule: "r2", class: "lost-after-body" });
		expect((await audit(db, "day")).map((row) => [row.key, row.responses, row.failed, row.uncertain])).toEqual([
			["2026-11-21", 2, 1, 1],
			["2026-11-22", 1, 1, 0],
		]);
		expect((await audit(db, "host", { since: NOW + DAY })).map((row) => row.key)).toEqual(["mx1.daum.test"]);
		expect((await audit(db, "rule", { class: "content-refused" })).map((row) => [row.key, row.failed])).toEqual([["r1", 2]]);
		expect(await audit(db, "campaign")).toMatchObject([{ key: String(campaign), failed: 2, uncertain: 1 }]);
		expect(await failuresBy(db, campaign, "class")).toMatchObject([
			{ key: "content-refused", deliveries: 2, example: { to: "b@daum.test" } },
		]);
		expect(await requeue(db, campaign, "failed", NOW)).toBe(2);
		expect(await failuresBy(db, campaign, "class")).toEqual([]);
		expect(await failuresBy(db, campaign, "class", "uncertain")).toMatchObject([{ deliveries: 1 }]);
		expect((await audit(db, "campaign"))[0]).toMatchObject({ responses: 3, failed: 0, uncertain: 1 });
	});

	it("and the ledger outlive the log", async () => {
		const { db } = await tempDatabase();
		await addResponses(db, [at(1, { at: NOW - 400 * DAY }), at(3, { at: NOW - 400 * DAY, ...blocked })]);
		const before = { hosts: await hostLedger(db), failures: await audit(db, "class") };
		expect(await pruneResponses(db, { keepMs: 90 * DAY, clock: new ManualClock(NOW) })).toBe(2);
		expect(await db.response.count()).toBe(0);
		expect({ hosts: await hostLedger(db), failures: await audit(db, "class") }).toEqual(before);
	});
});

describe("pruning", () => {
	it("goes through refusals that stay, and through thousands of rows of one millisecond, and ends", async () => {
		const { db } = await tempDatabase();
		const now = Date.now();
		const old = now - 100 * DAY;
		const refused = Array.from({ length: 4_100 }, (_, i) => at(1, { at: old + i, ...blocked }));
		const accepted = Array.from({ length: 4_100 }, () => at(1, { at: old + 2_050 }));
		await insertResponses(db, [...refused, ...accepted, at(1, { at: now - DAY })]);
		expect(await pruneResponses(db, { keepMs: 90 * DAY, clock: systemClock })).toBe(4_100);
		expect(await db.response.count()).toBe(4_101);
	});
});

describe("replies that nobody knows", () => {
	it("meet when they differ in numbers only, and the table of them stays bounded", async () => {
		const { db } = await tempDatabase();
		const says = (text: string) => at(1, { class: "unknown-permanent", stage: "rcpt", code: 550, enhanced: null, text });
		await addResponses(db, [says("queue 17 is cold"), says("queue 4711 is cold"), says("go away")]);
		await addResponses(db, [says("queue 3 is cold")]);
		expect(await unknownReplies(db, { limit: 10 })).toMatchObject([
			{ text: "queue <n> is cold", n: 3, example: "550 queue 3 is cold" },
			{ text: "go away", n: 1 },
		]);
		const letters = (n: number) =>
			String.fromCharCode(
				97 + (n % 26),
				97 + (Math.floor(n / 26) % 26),
				97 + (Math.floor(n / 676) % 26),
				97 + Math.floor(n / 17_576),
			);
		await addResponses(
			db,
			Array.from({ length: 5_200 }, (_, n) => says(`words ${letters(n)}`)),
		);
		expect(await pruneUnknown(db)).toBe(202);
		expect((await unknownReplies(db, { limit: 1 }))[0]?.n).toBe(3);
	});
});

describe("an upgrade", () => {
	it("fills the ledger and the failures from the log that there is", async () => {
		const { db } = await tempDatabase();
		const campaign = await addCampaign(db);
		await addReader(db, "gone@daum.test", {
			campaign,
			state: "failed",
			lastClass: "invalid-recipient",
			lastText: "550 no",
			site: "daum",
		});
		await addReader(db, "old@daum.test", {
			campaign,
			state: "failed",
			lastClass: "mailbox-full",
			lastText: "552 full",
			site: "daum",
		});
		await addResponses(db, [
			at(1, { campaign }),
			at(3, { campaign, ...blocked }),
			at(1, { campaign, to: "gone@daum.test", class: "invalid-recipient", stage: "rcpt", code: 550, rule: "r1" }),
		]);
		const hours = await db.hostHour.findMany({ orderBy: [{ mxHost: "asc" }, { class: "asc" }] });
		await db.hostHour.deleteMany();
		await db.failureDay.deleteMany();
		const sql = await readFile(path.join(projectRoot(), "prisma/migrations/sqlite/20261121000001_ledger/migration.sql"), "utf8");
		for (const statement of sql.split(/;\s*$/m).filter((one) => one.includes("INSERT INTO")))
			await db.$executeRawUnsafe(statement);
		expect(await db.hostHour.findMany({ orderBy: [{ mxHost: "asc" }, { class: "asc" }] })).toEqual(hours);
		expect((await failuresBy(db, campaign, "class")).map((row) => [row.key, row.deliveries])).toEqual([
			["invalid-recipient", 1],
			["mailbox-full", 1],
		]);
		expect(await failuresBy(db, campaign, "mxHost")).toMatchObject([{ key: "" }, { key: "mx1.daum.test" }]);
		expect((await audit(db, "class")).map((row) => [row.key, row.responses])).toEqual(
			expect.arrayContaining([
				["dnsbl-listed", 1],
				["invalid-recipient", 1],
			]),
		);
	});
});

// The process is killed with SIGKILL at random moments, again and again: nothing is lost, nothing is sent twice, no limit is granted twice (D1, D2, D4).
// The judge is the record of the receiving side, which lives in a process of its own.
import { readdir, readFile, stat, truncate } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { countDeliveries } from "../../src/campaign/campaign.store.ts";
import { worstWindow } from "../../src/sandbox/arrivals.ts";
import type { WorldInput } from "../../src/sandbox/world.ts";
import { type SenderProcess, startSandboxProcess, startSender } from "../support/processes/children.ts";
import { beginCampaign, officeConfig, openOffice, testFolder, WIDE } from "../support/processes/office.ts";
import { type Ended, endings, type Record, readRecord, seeded } from "../support/processes/verdict.ts";

/** Sites are named after the registrable domain of their MX hosts. */
const WORLD: WorldInput = {
	zones: ["plain", "slow", "paced", "hourly", "grey", "mixed"]
		.map((name) => `${name}.test MX 10 mx.${name}-host.test`)
		.join("\n"),
	hosts: {
		"mx.plain-host.test": {},
		"mx.slow-host.test": {},
		"mx.paced-host.test": {},
		"mx.hourly-host.test": {},
		"mx.grey-host.test": { manners: { greylistMs: 250 } },
		"mx.mixed-host.test": {},
	},
};

/** 12 messages in any 2 s: several lives of the sender fall into one window. */
const PACED = { limit: 12, windowMs: 2_000, text: "12 in 2 s" };
const HOURLY_CONNECTIONS = 8;
const LANES = [
	{ site: "plain-host.test", ...WIDE, connections: 4, messagesPerConnection: 20 },
	{ site: "slow-host.test", ...WIDE, connections: 6 },
	{ site: "paced-host.test", ...WIDE, connections: 3, rates: [PACED] },
	{ site: "hourly-host.test", ...WIDE, connections: 2, connectionsPerHour: HOURLY_CONNECTIONS, messagesPerConnection: 3 },
	{ site: "grey-host.test", ...WIDE, connections: 3 },
	{ site: "mixed-host.test", ...WIDE, connections: 3 },
];
/** Messages in flight at most. */
const AT_ONCE = LANES.reduce((sum, lane) => sum + lane.connections, 0);
const RETRY = { waitsMs: [300, 500, 800], giveUpMs: 10 * 60_000 };

const many = (n: number, address: (index: number) => string) =>
	Array.from({ length: n }, (_, index) => ({ email: address(index) }));

test("nobody is lost and nobody is mailed twice when the process is killed eight times on the way", {
	timeout: 60_000,
}, async () => {
	const random = seeded(20_261_121);
	const readers = [
		...many(150, (n) => `reader${n}@plain.test`),
		...many(170, (n) => `slow-${150 + (n % 5) * 60}+${n}@slow.test`),
		...many(110, (n) => `reader${n}@paced.test`),
		...many(60, (n) => `reader${n}@hourly.test`),
		...many(60, (n) => `reader${n}@grey.test`),
		...many(30, (n) => `unknown+${n}@mixed.test`),
		...many(10, (n) => `at-body-554-spam+${n}@mixed.test`),
		...many(10, (n) => `drop-after-body+${n}@mixed.test`),
	];
	await using room = await prepare(readers);
	const { app, campaign, record } = room;

	for (let kill = 0; kill < 8; kill += 1) {
		const sender = room.start();
		// Every fourth dies before it knows where it is: while it starts, or while it recovers.
		if (kill % 4 === 3) await sleep(200 + random() * 900);
		else {
			await sender.ready;
			await somethingArrives(record);
			await sleep(random() * 500);
		}
		await sender.kill();
	}
	const last = room.start();
	await last.ready;
	// Until nothing moves but the lane that has used up its hour.
	await until(async () => {
		const counts = await countDeliveries(app.db, campaign);
		return counts.sending === 0 && counts.queued === (await queuedAt(room, "hourly.test")) && counts.queued > 0;
	});
	await last.stop();
	await room.stopSandbox();

	const ended = await endings(app.db, campaign);
	const seen = readRecord(record);
	agree(readers, ended, seen);
	const of = (domain: string, local = "") => ended.filter(({ email }) => email.endsWith(`@${domain}`) && email.startsWith(local));
	// Killed while messages were in flight: some are in doubt, and no more than were in flight at the kills.
	const crashed = await app.db.response.count({ where: { campaignId: campaign, rule: "crash" } });
	expect(crashed).toBeGreaterThan(0);
	expect(crashed).toBeLessThanOrEqual(8 * AT_ONCE);
	const replyLost = ended.filter((one) => one.state === "uncertain" && one.email.startsWith("drop-after-body"));
	expect(ended.filter((one) => one.state === "uncertain").length - replyLost.length).toBeLessThanOrEqual(crashed);
	for (const domain of ["plain.test", "slow.test", "paced.test", "grey.test"])
		for (const one of of(domain)) expect(["delivered", "uncertain"], one.email).toContain(one.state);
	for (const one of of("mixed.test", "unknown")) expect(one).toMatchObject({ state: "failed", lastClass: "invalid-recipient" });
	for (const one of of("mixed.test", "at-body")) expect(["failed", "uncertain"], one.email).toContain(one.state);
	for (const one of of("mixed.test", "drop-after")) expect(one.state).toBe("uncertain");
	expect(await app.db.suppression.count({ where: { reason: "invalid-recipient" } })).toBe(30);

	// The limits, as the receiving side counts them, over all lives of the sender.
	const paced = seen.arrivals.filter((row) => row.host === "mx.paced-host.test").map((row) => row.mailAt);
	expect(paced.length).toBeGreaterThanOrEqual(100);
	expect(worstWindow(paced, PACED.windowMs)).toBeLessThanOrEqual(PACED.limit);
	const hourly = seen.connections.filter((row) => row.host === "mx.hourly-host.test");
	expect(hourly.length).toBe(HOURLY_CONNECTIONS);
	expect(of("hourly.test").filter((one) => one.state === "queued").length).toBeGreaterThan(0);
	expect(room.troubles()).toEqual([]);
});

test("a journal that lost its unsynced end in a power cut repeats nothing either", { timeout: 180_000 }, async () => {
	const random = seeded(7);
	const readers = [
		...many(160, (n) => `slow-${100 + (n % 4) * 50}+${n}@slow.test`),
		...many(160, (n) => `reader${n}@plain.test`),
		...many(20, (n) => `unknown+${n}@mixed.test`),
	];
	await using room = await prepare(readers);
	let bytesLost = 0;
	for (let kill = 0; kill < 4; kill += 1) {
		const sender = room.start();
		await sender.ready;
		await somethingArrives(room.record);
		await sleep(random() * 300);
		await sender.kill();
		bytesLost += await cutPower(room.folder, random);
	}
	expect(bytesLost).toBeGreaterThan(0);
	const last = room.start();
	await last.ready;
	await until(async () => {
		const { sending, queued } = await countDeliveries(room.app.db, room.campaign);
		return sending + queued === 0;
	});
	await last.stop();
	await room.stopSandbox();
	const ended = await endings(room.app.db, room.campaign);
	agree(readers, ended, readRecord(room.record));
	expect(ended.filter((one) => one.state === "uncertain").length).toBeGreaterThan(0);
	expect(room.troubles()).toEqual([]);
});

/** What must be true whatever happened: each reader once, and database, log and receiving side of one mind. */
function agree(readers: readonly { readonly email: string }[], ended: readonly Ended[], seen: Record): void {
	expect(ended.map((one) => one.email).sort()).toEqual(readers.map((one) => one.email).sort());
	expect([...seen.accepted].filter(([, times]) => times > 1)).toEqual([]);
	const wrong = ended.filter((one) => {
		const accepted = seen.accepted.get(one.email) ?? 0;
		switch (one.state) {
			case "delivered":
				return accepted !== 1 || one.done !== 1 || one.doubt !== 0;
			case "failed":
			case "queued":
				return accepted !== 0 || one.done !== 0 || one.doubt !== 0;
			case "uncertain":
				return accepted > 1 || one.done !== 0 || one.doubt !== 1;
			default:
				return true;
		}
	});
	expect(wrong).toEqual([]);
	const delivered = ended.filter((one) => one.state === "delivered").length;
	const inDoubtButThere = ended.filter((one) => one.state === "uncertain" && seen.accepted.has(one.email)).length;
	expect(seen.accepted.size).toBe(delivered + inDoubtButThere);
}

/**
 * What a power cut may take from the journal: anything behind the last mark of a body, since each mark is synced together with all before it.
 * Cuts at a random byte there, so that most cuts tear a record. Answers how many bytes went.
 */
async function cutPower(folder: string, random: () => number): Promise<number> {
	const journal = path.join(folder, "data", "journal");
	const newest = (await readdir(journal)).sort().at(-1);
	if (newest === undefined) return 0;
	const file = path.join(journal, newest);
	const bytes = await readFile(file);
	const lastMark = bytes.lastIndexOf('{"k":"B"');
	const synced = lastMark < 0 ? 0 : bytes.indexOf("\n", lastMark) + 1;
	const keep = synced + Math.floor(random() * (bytes.length - synced));
	await truncate(file, keep);
	return bytes.length - keep;
}

async function prepare(readers: readonly { readonly email: string }[]) {
	const folder = await testFolder();
	const record = path.join(folder, "record.jsonl");
	const sandbox = await startSandboxProcess({ world: WORLD, recordFile: record });
	const config = await officeConfig({ folder, dns: sandbox.dns, smtpPort: sandbox.smtpPort, lanes: LANES, retry: RETRY });
	const app = await openOffice(config);
	const { id } = await beginCampaign(app, { folder, readers });
	const lives: SenderProcess[] = [];
	return {
		folder,
		record,
		app,
		campaign: id,
		start(): SenderProcess {
			const sender = startSender({ config });
			lives.push(sender);
			return sender;
		},
		stopSandbox: () => sandbox.stop(),
		/** What any life of the sender, or this process, had to complain of. */
		troubles: () => [
			...app.troubles,
			...lives.flatMap((life) => life.news.flatMap((news) => (news.kind === "trouble" ? [news.words] : []))),
		],
		async [Symbol.asyncDispose]() {
			for (const life of lives) await life.kill();
			await sandbox.stop();
		},
	};
}

async function queuedAt(room: Awaited<ReturnType<typeof prepare>>, domain: string): Promise<number> {
	return room.app.db.delivery.count({ where: { campaignId: room.campaign, domain, state: "queued" } });
}

/** Resolves when a few more rows than now are in the record: the sender is at work, however busy this machine is. */
async function somethingArrives(record: string): Promise<void> {
	const size = async () => (await stat(record)).size;
	const before = await size();
	while ((await size()) < before + 1_500) await sleep(10);
}

/** Asks every 50 ms; the test's own time limit ends it. */
async function until(done: () => Promise<boolean>): Promise<void> {
	while (!(await done())) await sleep(50);
}

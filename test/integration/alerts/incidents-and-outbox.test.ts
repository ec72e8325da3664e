// From rows to incidents to posts, in a real database: each row once, whatever is killed in between.
import { describe, expect, it } from "vitest";
import { acknowledge, evaluate, openIncidents, pruneAlerts } from "../../../src/alerts/incident.store.ts";
import type { AlertMessage } from "../../../src/alerts/message.ts";
import { listMutes, mute, unmute } from "../../../src/alerts/mute.store.ts";
import { type Channel, type Sent, sendDue, sendNow, troubledPosts } from "../../../src/alerts/post.store.ts";
import { type AlertRow, appendAlerts } from "../../../src/log/alert.store.ts";
import { type TempDatabase, tempDatabase } from "../../support/temp-db.ts";

const MINUTE = 60_000;

function row(one: TempDatabase, kind: AlertRow["kind"], subject: string): AlertRow {
	const at = one.clock.now();
	return { at, kind, subject, since: at, text: `${kind} ${subject}`, facts: {} };
}

const round = (one: TempDatabase, channels: readonly string[] = ["a"], least: "info" | "warning" | "critical" = "info") =>
	evaluate(one.db, { channels, least, clock: one.clock });

const posts = (one: TempDatabase) => one.db.alertPost.findMany({ orderBy: { id: "asc" } });

/** A channel that answers as it is told, and keeps what it got. */
function channel(name: string, answer: () => Sent | Promise<Sent> = () => ({ ok: true, detail: "200" })) {
	const got: { id: string; message: AlertMessage }[] = [];
	const one: Channel = {
		name,
		async send(message, id) {
			got.push({ id, message });
			return answer();
		},
	};
	return { ...one, got };
}

const broken: Sent = { ok: false, detail: "answered 503" };

describe("incidents", () => {
	it("become one message a channel, with each of them in it", async () => {
		const one = await tempDatabase();
		await appendAlerts(one.db, [row(one, "host-refusing", "mta1/mx1"), row(one, "host-refusing", "mta1/mx2")]);
		expect((await round(one)).messages).toEqual([]);
		one.clock.advance(30_000);
		await round(one, ["a", "b"]);
		expect((await posts(one)).map((post) => [post.channel, post.what, post.state])).toEqual([
			["a", "opened", "waiting"],
			["b", "opened", "waiting"],
		]);
		const a = channel("a");
		await sendDue(one.db, [a], one.clock);
		expect(a.got[0]?.message.incidents.map((incident) => incident.subject)).toEqual(["mta1/mx1", "mta1/mx2"]);
		expect(a.got[0]?.message.incidents.map((incident) => incident.id)).toEqual([1, 2]);
	});

	it("are made of each row once, over restarts, and by two processes at once", async () => {
		const one = await tempDatabase();
		await appendAlerts(one.db, [row(one, "lane-held", "x")]);
		await Promise.all([round(one), round(one)]);
		await round(one);
		expect(await openIncidents(one.db)).toMatchObject([{ subject: "x", times: 1, toldAt: null }]);
		one.clock.advance(MINUTE);
		await Promise.all([round(one), round(one)]);
		expect(await posts(one)).toHaveLength(1);
	});

	it("are as before when the round that read the rows fails", async () => {
		const one = await tempDatabase();
		await appendAlerts(one.db, [row(one, "invalid-burst", "x")]);
		await one.db
			.$executeRaw`CREATE TRIGGER "stop" BEFORE INSERT ON "alert_post" BEGIN SELECT raise(ABORT, 'the power went'); END`;
		await expect(round(one)).rejects.toThrow();
		expect(await one.db.incident.count()).toBe(0);
		await one.db.$executeRaw`DROP TRIGGER "stop"`;
		expect((await round(one)).messages).toHaveLength(1);
		expect(await posts(one)).toHaveLength(1);
	});

	it("below the level of the settings are recorded and not sent", async () => {
		const one = await tempDatabase();
		await appendAlerts(one.db, [row(one, "delisting-host", "x"), row(one, "lane-held", "y"), row(one, "disk-low", "/z")]);
		one.clock.advance(MINUTE);
		expect((await round(one, ["a"], "critical")).messages).toHaveLength(3);
		expect((await posts(one)).map((post) => JSON.parse(post.body).kind)).toEqual(["disk-low"]);
	});

	it("are acknowledged once they are open, and not when they are over or unknown", async () => {
		const one = await tempDatabase();
		const now = one.clock.now();
		await appendAlerts(one.db, [row(one, "lane-held", "x"), row(one, "invalid-burst", "y")]);
		await round(one);
		expect(await acknowledge(one.db, 1, { by: "kim", note: "asked daum", now })).toMatchObject({
			acknowledgedBy: "kim",
			note: "asked daum",
		});
		await expect(acknowledge(one.db, 2, { by: "kim", note: null, now })).rejects.toMatchObject({ code: "incident-over" });
		await expect(acknowledge(one.db, 9, { by: "kim", note: null, now })).rejects.toMatchObject({ code: "incident-unknown" });
	});

	it("that are muted are told when the mute is ended by hand", async () => {
		const one = await tempDatabase();
		const now = one.clock.now();
		const { id } = await mute(one.db, {
			kind: "lane-held",
			subject: "*",
			until: now + 86_400_000,
			by: "kim",
			reason: "moving",
			createdAt: now,
		});
		await appendAlerts(one.db, [row(one, "lane-held", "x")]);
		one.clock.advance(MINUTE);
		expect((await round(one)).messages).toEqual([]);
		await unmute(one.db, id, one.clock.now());
		expect(await listMutes(one.db, one.clock.now())).toEqual([]);
		expect((await round(one)).messages).toMatchObject([{ what: "opened", kind: "lane-held" }]);
		await expect(unmute(one.db, id, one.clock.now())).rejects.toMatchObject({ code: "mute-unknown" });
	});

	it("that are long over are removed; what is open stays with its rows", async () => {
		const one = await tempDatabase();
		await appendAlerts(one.db, [row(one, "lane-held", "open"), row(one, "lane-held", "over")]);
		one.clock.advance(MINUTE);
		await round(one);
		await appendAlerts(one.db, [row(one, "lane-released", "over")]);
		await round(one);
		await sendDue(one.db, [channel("a")], one.clock);
		one.clock.advance(100 * MINUTE);
		await pruneAlerts(one.db, one.clock.now() - 50 * MINUTE);
		expect((await one.db.incident.findMany()).map((incident) => incident.subject)).toEqual(["open"]);
		expect((await one.db.alert.findMany()).map((alert) => alert.subject)).toEqual(["open"]);
		expect(await posts(one)).toEqual([]);
	});
});

describe("the outbox", () => {
	async function waiting(channels: readonly string[]): Promise<TempDatabase> {
		const one = await tempDatabase();
		await appendAlerts(one.db, [row(one, "invalid-burst", "x"), row(one, "delisting-host", "y")]);
		await round(one, channels);
		return one;
	}

	it("sends to one channel while another one fails, hangs or throws", async () => {
		const one = await waiting(["good", "down", "throws"]);
		const good = channel("good");
		const failing = [
			channel("down", () => broken),
			channel("throws", () => {
				throw new Error("what is this");
			}),
		];
		expect(await sendDue(one.db, [...failing, good], one.clock)).toMatchObject({ sent: 2, failed: [{}, {}] });
		expect(good.got).toHaveLength(2);
		expect((await posts(one)).map((post) => [post.channel, post.state, post.lastError])).toEqual([
			["good", "sent", null],
			["down", "waiting", "answered 503"],
			["throws", "waiting", "what is this"],
			["good", "sent", null],
			["down", "waiting", null],
			["throws", "waiting", null],
		]);
	});

	it("tries again after a minute under the same id, later each time, and shows what waits", async () => {
		const one = await waiting(["a"]);
		let answer: Sent = broken;
		const a = channel("a", () => answer);
		await sendDue(one.db, [a], one.clock);
		expect(await troubledPosts(one.db, 0)).toMatchObject([
			{ channel: "a", state: "waiting", tries: 1, lastError: "answered 503" },
		]);
		await sendDue(one.db, [a], one.clock);
		one.clock.advance(30_000);
		expect(await sendDue(one.db, [a], one.clock)).toMatchObject({ sent: 0, failed: [] });
		answer = { ok: true, detail: "200" };
		one.clock.advance(MINUTE);
		expect(await sendDue(one.db, [a], one.clock)).toMatchObject({ sent: 2 });
		const ids = a.got.map((got) => got.id);
		expect(ids[2]).toBe(ids[0]);
		expect(ids[0]).not.toBe(ids[1]);
		expect(await troubledPosts(one.db, 0)).toEqual([]);
	});

	it("sends again what was under way when the process was killed, under the same id", async () => {
		const one = await waiting(["a"]);
		const dying = channel("a", () => new Promise<Sent>(() => undefined));
		void sendDue(one.db, [dying], one.clock);
		await expect.poll(() => dying.got.length).toBe(1);
		const a = channel("a");
		await sendDue(one.db, [a], one.clock);
		expect(a.got[0]?.id).toBe(dying.got[0]?.id);
	});

	it("gives up after three days, visibly, and at once what is final or goes to a channel that is no more", async () => {
		const one = await waiting(["a", "gone", "410"]);
		const channels = [channel("a", () => broken), channel("410", () => ({ ok: false, detail: "answered 410", final: true }))];
		for (let n = 0; n < 100; n++) {
			await sendDue(one.db, channels, one.clock);
			one.clock.advance(60 * MINUTE);
		}
		expect((await troubledPosts(one.db, 0)).map((post) => [post.channel, post.state, post.lastError]).toSorted()).toEqual([
			["410", "given-up", "answered 410"],
			["410", "given-up", "answered 410"],
			["a", "given-up", "answered 503"],
			["a", "given-up", "answered 503"],
			["gone", "given-up", "this channel is no longer in the settings"],
			["gone", "given-up", "this channel is no longer in the settings"],
		]);
	});

	it("sends a test once, and never again by itself", async () => {
		const one = await tempDatabase();
		const message: AlertMessage = { what: "test", kind: "test", level: "info", title: "a test", at: 0, text: "", incidents: [] };
		const a = channel("a", () => broken);
		expect(await sendNow(one.db, a, message, one.clock)).toEqual(broken);
		one.clock.advance(60 * MINUTE);
		await sendDue(one.db, [a], one.clock);
		expect(a.got).toHaveLength(1);
		expect(await troubledPosts(one.db, 0)).toEqual([]);
	});
});

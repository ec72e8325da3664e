// TLS where it is to be had, plain text where that is allowed, and never a message where it is not.
import { expect, test } from "vitest";
import { type RehearsalOptions, rehearse } from "../../support/rehearsal.ts";

const one = (
	starttls: "none" | "good" | "expired" | "refused" | "broken",
	more: Partial<RehearsalOptions> = {},
): RehearsalOptions => ({
	zones: "good.test MX 10 mx1.good.test",
	hosts: { "mx1.good.test": { manners: { starttls } } },
	readers: ["kim@good.test"],
	...more,
});

test("TLS that works is used, and the row says with what", async () => {
	await using r = await rehearse(one("good"));
	await r.run("finished");
	const [row] = await r.rows();
	expect(row?.tls).toMatchObject({ version: "TLSv1.3", verified: false });
	expect(row?.tls?.cipher).toMatch(/^TLS_/);
	expect(r.sandbox.arrivals.rows()[0]?.tls).toBe("TLSv1.3");
});

test("an expired certificate is still better than plain text, and is told as not verified", async () => {
	await using r = await rehearse(one("expired"));
	await r.run("finished");
	expect((await r.rows()).map((row) => [row.class, row.tls?.verified])).toEqual([["accepted", false]]);
	expect(r.sandbox.arrivals.rows()[0]?.tls).toBe("TLSv1.3");
});

test("a handshake that breaks is followed by plain text at once, remembered, and said in the log", async () => {
	await using r = await rehearse(
		one("broken", { limits: { messagesPerConnection: 1 }, readers: ["a@good.test", "b@good.test"] }),
	);
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 2 });
	const broken = await r.rows({ class: "tls-failed" });
	expect(broken.length).toBeGreaterThanOrEqual(1);
	expect(broken[0]).toMatchObject({ stage: "tls", action: "again", attempt: 1 });
	for (const row of await r.rows({ class: "accepted" })) expect(row.tls).toBeNull();
	expect((await r.db.delivery.findMany()).map((row) => row.attempts)).toEqual([1, 1]);
	await r.run(async () => (await r.db.hostMemory.count({ where: { tlsBrokenUntil: { not: null } } })) === 1);

	const before = broken.length;
	await r.restart();
	const second = await r.another({ readers: ["c@good.test"] });
	await r.run("finished", second);
	expect(await r.rows({ class: "tls-failed" })).toHaveLength(before);
});

test("STARTTLS that is refused with 454 leaves the connection usable in plain text", async () => {
	await using r = await rehearse(one("refused"));
	await r.run("finished");
	expect((await r.rows()).map((row) => [row.class, row.tls])).toEqual([["accepted", null]]);
	expect(r.sandbox.arrivals.connections()).toHaveLength(1);
});

test.each([
	["none", "tls-failed"],
	["refused", "receiver-misconfigured"],
	["broken", "tls-failed"],
] as const)("a lane that requires TLS never sends to a host without it (%s)", async (starttls, name) => {
	await using r = await rehearse(one(starttls, { limits: { tls: "required" } }));
	await r.run(async () => (await r.rows()).length >= 2);
	for (const row of await r.rows()) expect(row.class).toBe(name);
	expect(r.sandbox.arrivals.rows()).toEqual([]);
	expect(await r.delivery("kim@good.test")).toMatchObject({ state: expect.stringMatching(/queued|sending/) });
	r.sandbox.setManners("mx1.good.test", { starttls: "good" });
	await r.run("finished");
	expect(r.sandbox.arrivals.rows()[0]?.tls).toBe("TLSv1.3");
});

test("a host that answers 530 gets TLS at once, although its TLS was taken for broken", async () => {
	await using r = await rehearse(one("good", { engine: false }));
	r.sandbox.setManners("mx1.good.test", { tlsRequired: true });
	const address = r.sandbox.world.hosts[0]?.addresses[0] ?? "";
	await r.db.hostMemory.create({
		data: { host: "mx1.good.test", address, tlsBrokenUntil: new Date(Date.now() + 60_000), updatedAt: new Date() },
	});
	await r.restart();
	await r.run("finished");
	expect((await r.rows()).map((row) => [row.attempt, row.code, row.class, row.tls?.version ?? null])).toEqual([
		[1, 530, "tls-required", null],
		[1, 250, "accepted", "TLSv1.3"],
	]);
	await r.run(async () => (await r.db.hostMemory.count({ where: { tlsRequired: true } })) === 1);
});

test("a host that asked for TLS once and offers none any more is believed again", async () => {
	await using r = await rehearse(one("none", { engine: false }));
	const address = r.sandbox.world.hosts[0]?.addresses[0] ?? "";
	await r.db.hostMemory.create({ data: { host: "mx1.good.test", address, tlsRequired: true, updatedAt: new Date() } });
	await r.restart();
	await r.run("finished");
	expect((await r.rows()).map((row) => row.class)).toEqual(["tls-failed", "accepted"]);
});

import { describe, expect, it } from "vitest";
import { encodeToken } from "../../../src/address/token.ts";
import { setting } from "../../../src/db/setting.store.ts";
import { createUnsubscribe } from "../../../src/web/unsubscribe.ts";
import { addReader, type World, world } from "../api/world.ts";

async function link(one: World, email = "kim@good.test"): Promise<string> {
	const contactId = await addReader(one.db, email);
	return `/u/${encodeToken({ contactId, campaignId: 7 }, await setting(one.db, "secret", one.clock))}`;
}

const suppressions = (one: World) => one.db.suppression.findMany({ select: { subject: true, reason: true, campaignId: true } });

describe("the unsubscribe link", () => {
	it("shows a page with a button on GET and does nothing, whoever follows it", async () => {
		const one = await world();
		const path = await link(one);
		for (const method of ["GET", "HEAD", "GET"]) {
			const answer = await createUnsubscribe(one).request(path, { method });
			expect(answer.status).toBe(200);
			if (method === "GET") expect(await answer.text()).toMatch(/<form method="post"><button class="main">Unsubscribe<\/button>/);
		}
		expect(await suppressions(one)).toEqual([]);
	});

	it.each<[string, RequestInit]>([
		[
			"a mail program's one click (RFC 8058)",
			{ body: "List-Unsubscribe=One-Click", headers: { "content-type": "application/x-www-form-urlencoded" } },
		],
		[
			"the button of the page",
			{ body: "", headers: { "content-type": "application/x-www-form-urlencoded", origin: "https://x.test" } },
		],
		["a POST without a body", {}],
	])("unsubscribes the reader's address on %s", async (_, init) => {
		const one = await world();
		const answer = await createUnsubscribe(one).request(await link(one), { method: "POST", ...init });
		expect(answer.status).toBe(200);
		expect(await answer.text()).toContain("You are unsubscribed.");
		expect(await suppressions(one)).toEqual([{ subject: "kim@good.test", reason: "unsubscribe", campaignId: 7 }]);
	});

	it("takes a one-click body as multipart too", async () => {
		const one = await world();
		const body = new FormData();
		body.set("List-Unsubscribe", "One-Click");
		expect((await createUnsubscribe(one).request(await link(one), { method: "POST", body })).status).toBe(200);
		expect(await suppressions(one)).toHaveLength(1);
	});

	it("asked again changes nothing and says so; the first reason stays", async () => {
		const one = await world();
		const path = await link(one);
		await one.db.suppression.create({
			data: { subject: "kim@good.test", reason: "complaint", detail: "ARF", createdAt: new Date(one.clock.now()) },
		});
		const answer = await createUnsubscribe(one).request(path, { method: "POST" });
		expect(answer.status).toBe(200);
		expect(await answer.text()).toContain("You were unsubscribed already.");
		expect(await suppressions(one)).toMatchObject([{ reason: "complaint" }]);
	});

	it.each(["GET", "POST"])("answers 404 with a page to %s of a token that is not ours, and suppresses nobody", async (method) => {
		const one = await world();
		const path = await link(one);
		for (const bad of [`${path.slice(0, -1)}${path.endsWith("a") ? "b" : "a"}`, "/u/1-1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "/u/x"]) {
			const answer = await createUnsubscribe(one).request(bad, { method });
			expect(answer.status).toBe(404);
			expect(await answer.text()).toContain("This unsubscribe link is not valid");
		}
		expect(await suppressions(one)).toEqual([]);
	});

	it("does not show the whole address to whoever was sent the mail on", async () => {
		const one = await world();
		const text = await (await createUnsubscribe(one).request(await link(one))).text();
		expect(text).toContain("k•••@good.test");
		expect(text).not.toContain("kim@good.test");
	});

	it("speaks Korean to a Korean browser", async () => {
		const one = await world();
		const answer = await createUnsubscribe(one).request(await link(one), {
			headers: { "accept-language": "ko-KR,ko;q=0.9,en;q=0.5" },
		});
		expect(await answer.text()).toContain('<html lang="ko">');
	});

	it("answers 503, never a success, while the database fails", async () => {
		const one = await world();
		const path = await link(one);
		const db = new Proxy(one.db, {
			get: (target, name, self) =>
				name === "$executeRaw" ? () => Promise.reject(new Error("disk full")) : Reflect.get(target, name, self),
		});
		expect((await createUnsubscribe({ db, clock: one.clock }).request(path, { method: "POST" })).status).toBe(503);
	});
});

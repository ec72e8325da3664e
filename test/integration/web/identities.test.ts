import { describe, expect, it } from "vitest";
import { encodeToken, PROBE_SUBJECT } from "../../../src/address/token.ts";
import { createApi } from "../../../src/api/api.ts";
import { setting } from "../../../src/db/setting.store.ts";
import { keepReports } from "../../../src/reputation/preflight.store.ts";
import type { PreflightFinding } from "../../../src/reputation/preflight-finding.ts";
import { createPages } from "../../../src/web/pages.ts";
import { createUnsubscribe } from "../../../src/web/unsubscribe.ts";
import { NOW, type World, world } from "../api/world.ts";

const EVIL = `<script>alert("x")</script>`;
const finding = (over: Partial<PreflightFinding>): PreflightFinding => ({
	id: "spf",
	level: "ok",
	subject: "identity news@example.test",
	what: "fine",
	fix: "",
	...over,
});

async function checked(): Promise<World> {
	const one = await world();
	await keepReports(
		one.db,
		[
			{
				kind: "identity",
				subject: "news@example.test",
				findings: [
					finding({}),
					finding({ id: "dmarc-missing", level: "fail", what: `there is none ${EVIL}`, fix: "Publish v=DMARC1" }),
				],
			},
			{ kind: "source", subject: "gone", findings: [finding({ what: "of a source that is not configured any more" })] },
		],
		NOW,
	);
	return one;
}

describe("identities", () => {
	it("have a page: what failed first, what to publish, the rules of the providers; what was never looked at says so", async () => {
		const text = await (await createPages((await checked()).deps()).request("/identities")).text();
		expect(text.indexOf("there is none")).toBeLessThan(text.indexOf("fine"));
		expect(text).toContain("Publish v=DMARC1");
		expect(text).not.toContain(EVIL);
		expect(text).toContain("Rules for bulk senders");
		expect(text).toContain('href="https://support.google.com/mail/answer/81126"');
		expect(text).toContain("Not looked at yet.");
		expect(text).not.toContain("not configured any more");
	});

	it("have a Korean page", async () => {
		const text = await (
			await createPages((await checked()).deps()).request("/identities", { headers: { "accept-language": "ko" } })
		).text();
		expect(text).toContain("대량 발송 규칙");
		expect(text).toContain("실패");
	});

	it("are in the API, with the checklist", async () => {
		const answer = await createApi((await checked()).deps()).request("/checks");
		const body = (await answer.json()) as { checklist: { provider: string; topic: string; state: string }[] };
		expect(body).toMatchObject({
			ok: true,
			passed: false,
			checks: [
				{ kind: "identity", subject: "news@example.test", passed: false, findings: [{ id: "spf" }, { id: "dmarc-missing" }] },
			],
		});
		expect(body.checklist.find(({ provider, topic }) => provider === "yahoo" && topic === "dmarc")?.state).toBe("failed");
	});
});

it("a preflight's link is answered by the unsubscribe page and unsubscribes nobody", async () => {
	const one = await world();
	const token = encodeToken(PROBE_SUBJECT, await setting(one.db, "secret", one.clock));
	const answer = await createUnsubscribe(one).request(`/u/${token}`, { method: "POST", body: "List-Unsubscribe=One-Click" });
	expect(answer.status).toBe(200);
	expect(await one.db.suppression.count()).toBe(0);
	expect((await createUnsubscribe(one).request(`/u/${token.slice(0, -1)}x`, { method: "POST" })).status).toBe(404);
});

// Gateways over HTTP and on their page: nothing of a secret, permissions given and taken back, a change kept with who made it.
import { describe, expect, it } from "vitest";
import { createApi } from "../../../src/api/api.ts";
import { readGrants } from "../../../src/routing/policy.store.ts";
import { createPages } from "../../../src/web/pages.ts";
import { aGateway, anIdentity, through } from "../../support/gateways.ts";
import { tempApp } from "../../support/temp-app.ts";

async function world() {
	const gateway = aGateway({ host: "127.0.0.1", port: 1, password: "s3cret", allow: ["@friend.test"] });
	const identity = anIdentity({ gateways: through("partner") });
	const { app } = await tempApp({ change: (config) => ({ ...config, gateways: [gateway], identities: [identity] }) });
	let wakes = 0;
	const deps = {
		...app,
		config: app.config,
		guard: { refusal: () => null, session: () => null, locked: false, feedKey: null },
		wake: () => {
			wakes += 1;
		},
	};
	return { app, api: createApi(deps), pages: createPages(deps), wakes: () => wakes };
}

const post = (body: object) => ({ method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });

describe("gateways over HTTP", () => {
	it("are told without their secrets", async () => {
		const { api } = await world();
		const text = await (await api.request("/gateways")).text();
		expect(text).not.toContain("s3cret");
		expect(JSON.parse(text)).toMatchObject({
			ok: true,
			gateways: [
				{
					name: "partner",
					login: "password",
					identities: ["news@partner.test"],
					allowed: [{ subject: "@friend.test" }],
					tested: null,
				},
			],
		});
	});

	it("are tested, and the result is there for whoever looks next, as an alert too", async () => {
		const { api, app, pages } = await world();
		const tested = await (await api.request("/gateways/partner/test", post({}))).json();
		expect(tested).toMatchObject({ ok: true, result: { result: "nothing-listens", ok: false } });
		const listed = await (await api.request("/gateways")).json();
		expect(listed).toMatchObject({ gateways: [{ tested: { result: "nothing-listens" } }] });
		expect(await app.db.alert.findMany()).toMatchObject([{ kind: "gateway-failing", subject: "partner" }]);
		await api.request("/gateways/partner/test", post({}));
		expect(await app.db.alert.count()).toBe(1);
		const page = await (await pages.request("/gateways")).text();
		expect(page).toContain("nothing listens at 127.0.0.1:1");
		expect(page).not.toContain("s3cret");
	});

	it("are allowed and revoked, and each change is kept", async () => {
		const { api, app, wakes } = await world();
		const order = { subject: "news@x.test", reason: "asked by kim", by: "lee" };
		expect(await (await api.request("/gateways/partner/allow", post(order))).json()).toMatchObject({ allowed: true });
		expect(await readGrants(app.db)).toMatchObject([{ gateway: "partner", subject: "news@x.test", by: "lee" }]);
		expect(await (await api.request("/gateways/partner/revoke", post(order))).json()).toMatchObject({ revoked: true });
		expect(await readGrants(app.db)).toEqual([]);
		expect(wakes()).toBe(2);
		const { changes } = (await (await api.request("/policy/history")).json()) as { changes: { after: string; by: string }[] };
		expect(changes.map(({ by, after }) => [by, after])).toEqual([
			["lee", "revoked: asked by kim"],
			["lee", "allowed news@x.test: asked by kim"],
		]);
		const again = await api.request("/gateways/partner/revoke", post(order));
		expect([again.status, await again.json()]).toMatchObject([404, { error: { code: "grant-unknown" } }]);
		expect((await api.request("/gateways/gone/test", post({}))).status).toBe(404);
	});

	it("have a page in Korean, too", async () => {
		const { pages } = await world();
		const page = await pages.request("/gateways", { headers: { "accept-language": "ko" } });
		expect(await page.text()).toContain("게이트웨이");
	});
});

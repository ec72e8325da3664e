// A field that no list has forbids the start; the sizes are told all the same, on the command line and over HTTP alike.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { createApi } from "../../../src/api/api.ts";
import { createGuard } from "../../../src/api/guard.ts";
import { CHECK } from "../../../src/api/shapes-check.ts";
import { addCampaign } from "../../../src/campaign/actions.ts";
import { checkCampaign } from "../../../src/campaign/check.ts";
import { checkJson } from "../../../src/campaign/check-json.ts";
import { fixCampaign } from "../../../src/campaign/fix.file.ts";
import { tempApp } from "../../support/temp-app.ts";

const TOML =
	'[[source]]\nname = "mta1"\naddress = "127.0.0.1"\nehlo = "mta1.sender.test"\n[[identity]]\nfrom = "@sender.test"\nreturn_path = "bounces.sender.test"\nunsubscribe = "https://news.sender.test"\n';

async function aCampaign(html: string) {
	const { app, folder } = await tempApp({ toml: TOML });
	const dir = path.join(folder, "december");
	await mkdir(dir);
	await writeFile(path.join(dir, "campaign.toml"), 'name = "December"\nsubject = "Hello"\nidentity = "news@sender.test"\n');
	await writeFile(path.join(dir, "body.html"), `${html}<a href="{{ unsubscribe_url }}">stop</a>`);
	const at = new Date(0);
	const list = await app.db.list.create({ data: { name: "all", createdAt: at } });
	for (const [email, attributes] of [
		["a@good.test", '{"city":"Seoul"}'],
		["b@good.test", '{"city":"Cheongju-si"}'],
	] as const)
		await app.db.contact.create({
			data: {
				email,
				domain: "good.test",
				attributes,
				createdAt: at,
				updatedAt: at,
				lists: { create: { listId: list.id, addedAt: at } },
			},
		});
	return { app, campaign: await addCampaign(app, { dir, lists: ["all"] }) };
}

test.each([
	["needs", "{{ contact.plan }}", "x"],
	["has a default for", '{{ contact.plan | default: "basic" }}', "basic"],
])("a template that %s a field nobody has", async (_, use, shown) => {
	const html = (plan: string) => `<p>Dear reader of {{ contact.city }}, on plan ${plan}</p>${"<p>words</p>".repeat(9_000)}`;
	const { app, campaign } = await aCampaign(html(use));
	const check = await checkCampaign(app, campaign);
	expect(check.passed).toBe(false);
	const fails = check.findings.filter(({ level, what }) => level === "fail" && what.includes("contact.plan"));
	expect(fails.map(({ what }) => what)).toEqual(["no list has the field {{ contact.plan }}"]);
	expect(check.worstReader).toBe("b@good.test");
	expect(check.findings.find(({ id }) => id === "html-size")).toMatchObject({ level: "fail" });

	// The same as without the mistake, when what stands there is as long.
	const without = await aCampaign(html(shown));
	const right = await checkCampaign(without.app, without.campaign);
	expect(right.findings.some(({ what }) => what.includes("contact.plan"))).toBe(false);
	expect(check.sizes?.html).toBe(right.sizes?.html);
	expect((await fixCampaign(app, campaign, { hostedUrl: null, use: false })).before?.html).toBe(right.sizes?.html);
});

test("over HTTP the check has the fields of the command line, as OpenAPI describes them", async () => {
	const { app, campaign } = await aCampaign("<p>{{ contact.city }}</p>");
	const expected = checkJson(campaign, await checkCampaign(app, campaign));
	const api = createApi({ ...app, guard: createGuard({ token: null, listen: { host: "127.0.0.1" } }) });
	const answer = await api.request(`/campaigns/${campaign.id}/check`);
	expect(answer.status).toBe(200);
	const { ok, ...body } = (await answer.json()) as Record<string, unknown>;
	expect(ok).toBe(true);
	expect(body).toEqual(JSON.parse(JSON.stringify(expected)));
	// Strict: a field that is not described would be a mistake here.
	expect(Object.keys(body).toSorted()).toEqual(Object.keys(CHECK.shape).toSorted());
	expect(CHECK.parse(body)).toEqual(body);
	expect((await api.request("/campaigns/99/check")).status).toBe(404);
});

// The page of a campaign's check: findings, sizes part by part with their bars, and nothing that was not escaped.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { addCampaign } from "../../../src/campaign/actions.ts";
import { createPages } from "../../../src/web/pages.ts";
import { NOW, type World, world } from "../api/world.ts";

const FINDING = /<span class="badge (\w+)">/g;

async function aCampaign(one: World, body: string): Promise<number> {
	const dir = path.join(one.folder, "december");
	await mkdir(path.join(dir, "attachments"), { recursive: true });
	await writeFile(
		path.join(dir, "campaign.toml"),
		'name = "December <1>"\nsubject = "Hello"\nidentity = "news@example.test"\nkind = "notice"\n',
	);
	await writeFile(path.join(dir, "body.html"), body);
	await writeFile(path.join(dir, "attachments", "a & b.pdf"), "%PDF-1.7");
	const at = new Date(NOW);
	const contact = { email: "kim@good.test", domain: "good.test", name: "김", attributes: "{}", createdAt: at, updatedAt: at };
	await one.db.list.create({
		data: { name: "all", createdAt: at, members: { create: { addedAt: at, contact: { create: contact } } } },
	});
	return (await addCampaign(one.app, { dir, lists: ["all"] })).id;
}

test("a small campaign may start, and each part of its message has a row", async () => {
	const one = await world();
	const id = await aCampaign(one, "<p>Hello {{ contact.name }}, this is a letter with some words in it.</p>");
	const pages = createPages(one.deps());
	const shown = await (await pages.request(`/campaigns/${id}/check`)).text();
	expect(shown).toContain("December &lt;1&gt;");
	expect(shown).toContain("a &amp; b.pdf");
	expect(shown).toContain("Of 1 measured: the one to kim@good.test.");
	expect(shown.match(/<svg class="bar"/g)).toHaveLength(3);
	expect(await (await pages.request(`/campaigns/${id}`)).text()).toContain(`href="/campaigns/${id}/check"`);
	const korean = await (await pages.request(`/campaigns/${id}/check`, { headers: { "accept-language": "ko" } })).text();
	expect(korean).toContain("첨부 파일");
});

test("one whose HTML would be clipped may not, and the way out is named", async () => {
	const one = await world();
	const id = await aCampaign(one, `<p>Hello</p><style>${"a { color: red }\n".repeat(8_000)}</style>`);
	const shown = await (await createPages(one.deps()).request(`/campaigns/${id}/check`)).text();
	expect([...shown.matchAll(FINDING)].map((match) => match[1])[0]).toBe("bad");
	expect(shown).toContain("may not start");
	expect(shown).toMatch(/Gmail clips at about 102 KB/);
	expect(shown).toContain(`wellsent campaign check ${id} --fix`);
});

test("a campaign that does not exist is said so", async () => {
	const one = await world();
	expect((await createPages(one.deps()).request("/campaigns/77/check")).status).toBe(404);
});

// `campaign check ID --fix`: a smaller copy beside the original, measured before and after, and used only when asked for.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { addCampaign } from "../../../src/campaign/actions.ts";
import { getCampaign } from "../../../src/campaign/campaign.store.ts";
import { fixCampaign } from "../../../src/campaign/fix.file.ts";
import { toText } from "../../../src/compose/bodies.ts";
import { compileCampaign } from "../../../src/compose/compile.ts";
import { readCampaignFolder } from "../../../src/compose/folder.file.ts";
import { photo as aPhoto } from "../../support/photo.ts";
import { tempApp } from "../../support/temp-app.ts";

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const BODY = `<html><body>${"<!-- a comment that nobody reads -->\n".repeat(4_000)}<p>Dear {{ contact.name | default: "reader" }},</p>
<img alt="x" src="data:image/png;base64,${PIXEL}"><img alt="y" src="images/logo.png"><a href="{{ unsubscribe_url }}">stop</a></body></html>`;
const SETTINGS = `[[identity]]\nfrom = "@sender.test"\nreturn_path = "bounces.sender.test"\nunsubscribe = "https://news.sender.test"\n`;

async function aCampaign(toml = "") {
	const temp = await tempApp({
		toml: `[[source]]\nname = "mta1"\naddress = "127.0.0.1"\nehlo = "mta1.sender.test"\n${SETTINGS}${toml}`,
	});
	const { app, folder } = temp;
	const dir = path.join(folder, "december");
	await mkdir(path.join(dir, "images"), { recursive: true });
	await mkdir(path.join(dir, "attachments"));
	await writeFile(path.join(dir, "campaign.toml"), 'name = "December"\nsubject = "Hello"\nidentity = "news@sender.test"\n');
	await writeFile(path.join(dir, "body.html"), BODY);
	await writeFile(path.join(dir, "images/logo.png"), Buffer.from(PIXEL, "base64"));
	await writeFile(path.join(dir, "attachments/large.pdf"), Buffer.concat([Buffer.from("%PDF-1.7"), Buffer.alloc(300_000)]));
	const at = new Date(0);
	await app.db.list.create({
		data: {
			name: "all",
			createdAt: at,
			members: {
				create: {
					addedAt: at,
					contact: {
						create: { email: "kim@good.test", domain: "good.test", name: "김", attributes: "{}", createdAt: at, updatedAt: at },
					},
				},
			},
		},
	});
	const campaign = await addCampaign(app, { dir, lists: ["all"] });
	return { ...temp, dir, campaign };
}

test("red becomes green, the text stays the same, and the original is untouched", async () => {
	const { app, folder, dir, campaign } = await aCampaign(
		`[limits]\nattachment_max = "100KB"\n[images]\nhosted_folder = "www"\nhosted_url = "https://files.sender.test/n"\n`,
	);
	const fixed = await fixCampaign(app, campaign, { hostedUrl: null, use: false });
	expect(fixed.before?.findings.map(({ id, level }) => [id, level])).toEqual([
		["html-size", "fail"],
		["attachment-size", "fail"],
	]);
	expect(fixed.after?.findings).toEqual([]);
	expect(fixed).toMatchObject({ folder: path.join(folder, "december-fixed"), used: false, upload: false, left: [] });
	expect(fixed.steps).toHaveLength(4);

	expect(await readFile(path.join(dir, "body.html"), "utf8")).toBe(BODY);
	expect((await getCampaign(app.db, campaign.id)).folder).toBe(dir);
	const copy = await readCampaignFolder(fixed.folder ?? "");
	expect(copy.attachments).toEqual([]);
	expect(copy.images).toEqual([]);
	const said = (html: string) =>
		toText(html)
			.replace(/\n*large\.pdf.*\n*/s, "")
			.trim();
	expect(said(copy.body.source)).toBe(said(BODY));
	// Each link leads to a file that is there.
	const links = copy.body.source.match(/https:\/\/files\.sender\.test\/n\/[^"]+/g) ?? [];
	expect(new Set(links).size).toBe(fixed.hosted.length);
	for (const { file, url, bytes } of fixed.hosted) {
		expect(links).toContain(url);
		expect(path.dirname(file)).toBe(path.join(folder, "www"));
		expect((await readFile(file)).length).toBe(bytes);
	}
});

test("asked to, the campaign uses the copy; asked again, the same copy is found and no second one made", async () => {
	const { app, folder, campaign } = await aCampaign();
	const first = await fixCampaign(app, campaign, { hostedUrl: "https://files.sender.test", use: false });
	expect(first).toMatchObject({ upload: true, used: false });
	expect((await readdir(path.join(first.folder ?? "", "hosted"))).length).toBe(first.hosted.length);
	const again = await fixCampaign(app, campaign, { hostedUrl: "https://files.sender.test", use: true });
	expect(again).toMatchObject({ folder: first.folder, used: true });
	expect((await getCampaign(app.db, campaign.id)).folder).toBe(first.folder);
	expect((await readdir(folder)).filter((name) => name.startsWith("december"))).toEqual(["december", "december-fixed"]);

	// There is nothing more to do now.
	const fixed = await getCampaign(app.db, campaign.id);
	expect(await fixCampaign(app, fixed, { hostedUrl: null, use: true })).toMatchObject({ folder: null, steps: [], used: false });
});

test("a copy of another making is not written over", async () => {
	const { app, folder, campaign } = await aCampaign();
	await mkdir(path.join(folder, "december-fixed"));
	await writeFile(path.join(folder, "december-fixed/body.html"), "my own");
	const fixed = await fixCampaign(app, campaign, { hostedUrl: null, use: false });
	expect(fixed.folder).toBe(path.join(folder, "december-fixed-2"));
	expect(await readFile(path.join(folder, "december-fixed/body.html"), "utf8")).toBe("my own");
});

test("a copy is used again as long as it is the same, and not when a file was taken away from the original since", async () => {
	const { app, folder, dir, campaign } = await aCampaign();
	await writeFile(path.join(dir, "attachments/secret.txt"), "not for readers");
	const made = async () => (await fixCampaign(app, campaign, { hostedUrl: null, use: false })).folder;
	expect(await made()).toBe(path.join(folder, "december-fixed"));
	expect(await made()).toBe(path.join(folder, "december-fixed"));
	await rm(path.join(dir, "attachments/secret.txt"));
	const copy = await made();
	expect(copy).toBe(path.join(folder, "december-fixed-2"));
	expect(await readdir(path.join(copy ?? "", "attachments"))).toEqual(["large.pdf"]);
});

test("a campaign that has begun does not change its folder", async () => {
	const { app, campaign } = await aCampaign();
	await app.db.campaign.update({ where: { id: campaign.id }, data: { state: "running" } });
	const running = await getCampaign(app.db, campaign.id);
	await expect(fixCampaign(app, running, { hostedUrl: null, use: true })).rejects.toMatchObject({ code: "campaign-state" });
});

test("the campaign made of a copy can be composed", async () => {
	const { app, campaign } = await aCampaign();
	const { folder } = await fixCampaign(app, campaign, { hostedUrl: null, use: false });
	const [identity] = app.config.identities;
	if (identity === undefined) throw new Error("no identity");
	const compiled = await compileCampaign(await readCampaignFolder(folder ?? ""), {
		identity,
		campaign: { id: 1, name: "x" },
		keys: [],
		secret: "s",
	});
	expect(compiled.parts.images.map(({ type }) => type)).toEqual(["image/png"]);
	// Both pictures were the same file.
	expect(compiled.parts.sources.html.match(/cid:/g)).toHaveLength(2);
});

test("photos are scaled down and recompressed within the quality of the settings, told one by one; a broken one is named and stays", async () => {
	const { app, dir, campaign } = await aCampaign("[images]\nquality = 70\nmax_width = 500\n");
	const photo = await aPhoto(1_600, 800).png().toBuffer();
	const broken = (await sharp(photo).jpeg().toBuffer()).subarray(0, 20_000);
	await writeFile(path.join(dir, "images/our town.png"), photo);
	await writeFile(path.join(dir, "images/broken.jpg"), broken);
	const html = BODY.replace(
		"<p>",
		'<img alt="a" width="200" src="images/our%20town.png"><img alt="b" src="images/broken.jpg"><p>',
	);
	await writeFile(path.join(dir, "body.html"), html);
	const fixed = await fixCampaign(app, campaign, { hostedUrl: null, use: false });
	const step = fixed.steps.find(({ picture }) => picture !== undefined);
	expect(step).toMatchObject({
		what: "images/our town.png → images/our town.jpg: JPEG of quality 70, 1600 × 800 → 400 × 200 pixels",
		before: photo.length,
		picture: { before: { width: 1_600, height: 800 }, after: { width: 400, height: 200 } },
	});
	const copy = await readCampaignFolder(fixed.folder ?? "");
	const small = copy.images.find(({ path }) => path === "images/our town.jpg");
	expect(small?.content.length).toBe(step?.after);
	expect(copy.body.source).toContain('src="images/our%20town.jpg"');
	expect(copy.images.find(({ path }) => path === "images/broken.jpg")?.content).toEqual(broken);
	expect(fixed.left.join()).toMatch(/images\/broken\.jpg cannot be read as a picture, and is left as it is: ./);
	// The message is smaller by what the pictures lost, and the original still as large.
	const images = (of: typeof fixed.before) => of?.images.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
	expect(images(fixed.before) - images(fixed.after)).toBeGreaterThan(photo.length * 0.9);
	expect(await readFile(path.join(dir, "images/our town.png"))).toEqual(photo);
});

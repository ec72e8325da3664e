// Real folders on disk: what is accepted, and how each mistake is named.
import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import PostalMime from "postal-mime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compileCampaign, requiredFields } from "../../../src/compose/compile.ts";
import { loadDkimKeys } from "../../../src/compose/dkim-keys.file.ts";
import { generateDkimKey } from "../../../src/compose/dkim-record.ts";
import { readCampaignFolder } from "../../../src/compose/folder.file.ts";
import { lint, lintInput } from "../../../src/compose/lint.ts";
import { anIdentity, aReader, NOW } from "../../unit/compose/make.ts";

let top: string;
let dir: string;
beforeEach(async () => {
	top = await mkdtemp(join(tmpdir(), "wellsent-compose-"));
	dir = join(top, "december");
});
afterEach(() => rm(top, { recursive: true, force: true }));

const pixel = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);
const toml = 'name = "December"\nsubject = "Hello"\nidentity = "news@wellsent.test"\n';
const write = async (files: Readonly<Record<string, string | Buffer>>) => {
	for (const [path, content] of Object.entries({ "campaign.toml": toml, "body.html": "<p>x</p>", ...files })) {
		await mkdir(dirname(join(dir, path)), { recursive: true });
		await writeFile(join(dir, path), content);
	}
};

test("a good folder is read: byte order mark gone, pictures that are named, attachments in order", async () => {
	await write({
		"body.html": '\ufeff<img src="images/a%20b.png"><img src="https://x.test/y.png">',
		"body.txt": "text",
		"images/a b.png": pixel,
		"images/unused.png": "no image at all",
		"attachments/b.pdf": "%PDF-1.4",
		"attachments/a.zip": "PK",
		"attachments/.DS_Store": "x",
	});
	const folder = await readCampaignFolder(dir);
	expect(folder.body).toEqual({
		file: "body.html",
		format: "html",
		source: '<img src="images/a%20b.png"><img src="https://x.test/y.png">',
	});
	expect(folder.text?.source).toBe("text");
	expect(folder.images.map(({ path, type }) => [path, type])).toEqual([["images/a b.png", "image/png"]]);
	expect(folder.attachments.map(({ name, type }) => [name, type])).toEqual([
		["a.zip", "application/zip"],
		["b.pdf", "application/pdf"],
	]);
	expect(folder.settings).toMatchObject({
		kind: "marketing",
		advertKr: false,
		replyTo: null,
		headers: [],
		lines: { subject: 2 },
	});
});

describe("each mistake is named with its place", () => {
	const cases: readonly {
		name: string;
		files: Readonly<Record<string, string | Buffer>>;
		where: string;
		what: RegExp;
		fix?: RegExp;
	}[] = [
		{
			name: "an unknown key",
			files: { "campaign.toml": `${toml}reply-to = "x@y.test"\n` },
			where: "campaign.toml:4",
			what: /unknown key "reply-to"/,
			fix: /reply_to/,
		},
		{
			name: "a missing key",
			files: { "campaign.toml": 'name = "x"\nidentity = "a@b.test"' },
			where: "campaign.toml",
			what: /"subject" is missing/,
		},
		{
			name: "TOML that does not parse",
			files: { "campaign.toml": `${toml}kind = marketing` },
			where: "campaign.toml:4",
			what: /./,
		},
		{
			name: "a kind that does not exist",
			files: { "campaign.toml": `${toml}kind = "spam"` },
			where: "campaign.toml:4",
			what: /kind/,
		},
		{
			name: "an identity that is no address",
			files: { "campaign.toml": toml.replace("news@wellsent.test", "news") },
			where: "campaign.toml:3",
			what: /not a mail address/,
		},
		{
			name: "a line break in the subject",
			files: { "campaign.toml": toml.replace("Hello", "Hello\\r\\nBcc: a@b.test") },
			where: "campaign.toml:2",
			what: /line breaks/,
		},
		{
			name: "a header that Wellsent writes",
			files: { "campaign.toml": `${toml}[headers]\nX-A = "1"\nBcc = "a@b.test"` },
			where: "campaign.toml:6",
			what: /writes this header itself/,
		},
		{
			name: "two attachments with the same name for most readers",
			files: { "attachments/Report.pdf": "%PDF-1.4 a", "attachments/report.pdf": "%PDF-1.4 b" },
			where: "attachments/report.pdf",
			what: /the same name as Report\.pdf/,
		},
		{
			name: "the same attachment twice",
			files: { "attachments/a.pdf": "%PDF-1.4", "attachments/b.pdf": "%PDF-1.4" },
			where: "attachments/b.pdf",
			what: /the same file as a\.pdf/,
		},
		{
			name: "an empty attachment",
			files: { "attachments/a.pdf": "" },
			where: "attachments/a.pdf",
			what: /it is empty/,
		},
		{
			name: "a program under another name",
			files: { "attachments/a.pdf": "MZ and more" },
			where: "attachments/a.pdf",
			what: /it is a program/,
			fix: /link/,
		},
		{
			name: "a header with a line break",
			files: { "campaign.toml": `${toml}[headers]\nX-A = "1\\nBcc: a@b.test"` },
			where: "campaign.toml:5",
			what: /line breaks/,
		},
		{
			name: "a header that is no name",
			files: { "campaign.toml": `${toml}[headers]\n"X A:" = "1"` },
			where: "campaign.toml:5",
			what: /header's name/,
		},
		{ name: "two bodies", files: { "body.md": "x" }, where: "body.html, body.md", what: /exactly one body/ },
		{ name: "EUC-KR", files: { "body.html": Buffer.from([0xb0, 0xa1]) }, where: "body.html", what: /not UTF-8/, fix: /iconv/ },
		{
			name: "a missing picture",
			files: { "body.html": '\n\n<img src="images/no.png">' },
			where: "body.html:3",
			what: /images\/no\.png does not exist/,
		},
		{
			name: "a picture that is none",
			files: { "body.html": '\n<img src="images/a.png">', "images/a.png": "<html>" },
			where: "body.html:2",
			what: /is not a PNG/,
		},
		{
			name: "a picture outside",
			files: { "body.html": '<img src="images/../../secret.png">', "../secret.png": pixel },
			where: "body.html:1",
			what: /leads out of/,
		},
		{
			name: "a program",
			files: { "attachments/Invoice.PDF.ExE": "MZ" },
			where: "attachments/Invoice.PDF.ExE",
			what: /\.exe files are refused/,
		},
		{
			name: "a folder among attachments",
			files: { "attachments/more/a.pdf": "x" },
			where: "attachments/more",
			what: /is not a file/,
		},
	];
	test.each(cases)("$name", async ({ files, where, what, fix }) => {
		await write(files);
		const found = { where, what: expect.stringMatching(what), ...(fix === undefined ? {} : { fix: expect.stringMatching(fix) }) };
		await expect(readCampaignFolder(dir)).rejects.toMatchObject({
			code: "campaign-invalid",
			findings: [expect.objectContaining(found)],
		});
	});

	test("a link that leads out of the folder is not followed", async () => {
		await write({ "../secret.pdf": "secret", "attachments/a.pdf": "x" });
		await symlink(join(top, "secret.pdf"), join(dir, "attachments", "b.pdf"));
		await expect(readCampaignFolder(dir)).rejects.toMatchObject({
			findings: [{ where: "attachments/b.pdf", what: expect.stringContaining("leads out of") }],
		});
	});

	test("all mistakes are told together", async () => {
		await write({ "campaign.toml": `${toml}nmae = 1`, "body.html": '<img src="images/a.png">', "attachments/a.js": "x" });
		await expect(readCampaignFolder(dir)).rejects.toMatchObject({
			findings: [{ where: "campaign.toml:4" }, { where: "body.html:1" }, { where: "attachments/a.js" }],
		});
	});

	test.each([
		{ name: "no folder", files: null },
		{ name: "no campaign.toml", files: [] },
		{ name: "no body", files: ["campaign.toml"] },
	])("$name", async ({ files }) => {
		if (files !== null) await mkdir(dir);
		for (const file of files ?? []) await writeFile(join(dir, file), toml);
		await expect(readCampaignFolder(dir)).rejects.toMatchObject({ code: "campaign-missing" });
	});
});

describe("DKIM keys", () => {
	const load = async (pem: string | null) => {
		const keyFile = join(top, "s1.pem");
		if (pem !== null) await writeFile(keyFile, pem);
		return loadDkimKeys([{ selector: "s1", domain: "wellsent.test", keyFile }]);
	};
	const rsaPem = (bits: number) =>
		generateKeyPairSync("rsa", { modulusLength: bits }).privateKey.export({ type: "pkcs1", format: "pem" }).toString();

	test("RSA and Ed25519 are loaded", async () => {
		for (const [type, algorithm] of [
			["rsa", "rsa-sha256"],
			["ed25519", "ed25519-sha256"],
		] as const) {
			const { keys, warnings } = await load((await generateDkimKey(type)).privatePem);
			expect(keys).toMatchObject([{ selector: "s1", domain: "wellsent.test", algorithm }]);
			expect(warnings).toEqual([]);
		}
	});

	test("RSA of 1024 bits works with a warning", async () => {
		const { keys, warnings } = await load(rsaPem(1024));
		expect(keys).toHaveLength(1);
		expect(warnings).toMatchObject([{ what: "the RSA key has 1024 bits" }]);
	});

	test.each([
		{ name: "a missing file", pem: () => null, what: /does not exist/ },
		{ name: "garbage", pem: () => "-----BEGIN PRIVATE KEY-----\nx\n", what: /not a private key/ },
		{ name: "an empty file", pem: () => "", what: /not a private key/ },
		{ name: "RSA of 768 bits", pem: () => rsaPem(768), what: /768 bits/ },
		{
			name: "an elliptic curve DKIM does not know",
			pem: () =>
				generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
			what: /kind ec/,
		},
	])("$name is refused", async ({ pem, what }) => {
		await expect(load(pem())).rejects.toMatchObject({ code: "dkim-key-unusable", what: expect.stringMatching(what) });
	});
});

test("the example newsletter compiles without findings and reads back with its pictures and its attachment", async () => {
	const folder = await readCampaignFolder(join(import.meta.dirname, "../../../src/sandbox/world/newsletter"));
	const compiled = await compileCampaign(folder, {
		identity: anIdentity(),
		campaign: { id: 1, name: "12월" },
		keys: [],
		secret: "x",
		fields: ["city", "plan"],
	});
	expect(requiredFields(compiled)).toEqual([]);
	expect(compiled.parts.templates.html.kind).toBe("segments");
	const reader = aReader({ name: "김민수", attributes: { city: "부산", plan: "프로" } });
	expect(lint(lintInput(compiled, compiled.render(reader, { now: NOW })))).toEqual([]);
	const message = await compiled.compose(reader, { now: NOW });
	expect(message.sizes.html).toBeGreaterThan(30_000);
	expect(message.sizes.htmlEncoded).toBeLessThan(90_000);
	const mail = await PostalMime.parse(Buffer.concat(message.raw));
	expect(mail.subject).toContain("김민수님께 보내는 12월의 편지 ✉️");
	expect(mail.html).toContain("부산(으)로");
	const pictures = mail.attachments.filter(({ disposition }) => disposition === "inline");
	expect(pictures).toHaveLength(4);
	for (const { contentId } of pictures) expect(mail.html).toContain(`src="cid:${contentId?.slice(1, -1)}"`);
	const pdf = mail.attachments.find(({ mimeType }) => mimeType === "application/pdf");
	expect(pdf?.filename).toBe("발송자-점검표-2026-겨울.pdf");
	expect(Buffer.from(pdf?.content as ArrayBuffer).toString("latin1")).toMatch(/^%PDF-1\.4[\s\S]*%%EOF\n$/);
	expect(mail.html).not.toContain("images/");
});

// The plan of a smaller folder: what is done, what is left, and that readers read the same.
import { deflateSync, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { planFix } from "../../../src/compose/fix.ts";
import { shrinkImage } from "../../../src/compose/fix-image.ts";
import type { FolderFile } from "../../../src/compose/images.ts";
import { aFolder, aReader, compile, type FolderOver, NOW } from "./make.ts";

const MB = 1024 ** 2;
const hosting = { hostedUrl: "https://files.wellsent.test/n", attachmentMax: 5 * MB, messageWarn: 10 * MB };
const nothingHosted = { ...hosting, hostedUrl: null };

function chunk(name: string, data: Buffer): Buffer {
	const head = Buffer.alloc(8);
	head.writeUInt32BE(data.length, 0);
	head.write(name, 4, "latin1");
	return Buffer.concat([head, data, Buffer.alloc(4)]);
}
/** A grey PNG of 300 × 300, badly packed, with a long note; its checksums are nobody's business here. */
const pixels = Buffer.alloc(300 * 301, 7);
const header = Buffer.from([0, 0, 1, 44, 0, 0, 1, 44, 8, 0, 0, 0, 0]);
const png = Buffer.concat([
	Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
	chunk("IHDR", header),
	chunk("tEXt", Buffer.alloc(3_000, "x")),
	chunk("IDAT", deflateSync(pixels, { level: 0 })),
	chunk("IEND", Buffer.alloc(0)),
]);
const image = (name: string, content = png): FolderFile => ({ path: `images/${name}`, name, content, type: "image/png" });
const attachment = (name: string, size: number): FolderFile => ({
	path: `attachments/${name}`,
	name,
	content: Buffer.alloc(size, name),
	type: "application/pdf",
});
const dataImage = `<img alt="x" src="data:image/png;base64,${png.toString("base64")}">`;

test("an inline data: image that is also in images/ becomes that one", () => {
	const fix = planFix(
		aFolder({ html: `<img src="images/a%20b.png" alt="">${dataImage}`, images: [image("a b.png")] }),
		nothingHosted,
	);
	expect(fix.folder.images.map(({ path }) => path)).toEqual(["images/a b.png"]);
	expect(fix.folder.body.source.match(/images\/a%20b\.png/g)).toHaveLength(2);
});

test("inline data: images become files of images/, each once, packed again", () => {
	const fix = planFix(aFolder({ html: `<p>a</p>${dataImage}${dataImage}` }), nothingHosted);
	expect(fix.folder.images).toHaveLength(1);
	const [made] = fix.folder.images;
	expect(made?.path).toMatch(/^images\/picture-[0-9a-f]{12}\.png$/);
	expect(fix.folder.body.source).toBe(`<p>a</p>${`<img alt="x" src="${made?.path}">`.repeat(2)}`);
	expect(made?.content.length).toBeLessThan(1_000);
	expect(fix.hosted).toEqual([]);
	expect(fix.steps.map(({ what }) => what)).toEqual(["2 inline data: images moved from the HTML to images/"]);
});

test("with a place to host, every picture becomes a link and none travels", () => {
	const folder = aFolder({
		html: `<img src="images/a%20b.png" alt=""><td background="images/a%20b.png">${dataImage}</td>`,
		images: [image("a b.png")],
	});
	const fix = planFix(folder, hosting);
	expect(fix.folder.images).toEqual([]);
	expect(fix.folder.body.source).not.toMatch(/cid:|data:|images\//);
	expect(fix.folder.body.source.match(/https:\/\/files\.wellsent\.test\/n\/[a-z0-9-]+\.png/g)).toHaveLength(3);
	expect(fix.hosted.map(({ name }) => name)).toEqual([expect.stringMatching(/^a-b-[0-9a-f]{12}\.png$/)]);
});

describe("attachments", () => {
	const attachments = [attachment("가이드.pdf", 6 * MB), attachment("b.pdf", 4 * MB), attachment("c.pdf", MB)];

	test("those that are too large, and the largest until the message is small enough, become links in both bodies", () => {
		const folder = aFolder({ html: "<html><body><p>x</p></body></html>", text: "x", attachments });
		const fix = planFix(folder, hosting);
		expect(fix.folder.attachments.map(({ name }) => name)).toEqual(["b.pdf", "c.pdf"]);
		const [hosted] = fix.hosted;
		expect(hosted?.name).toMatch(/^file-[0-9a-f]{12}\.pdf$/);
		expect(fix.folder.body.source).toContain(`<a href="${hosting.hostedUrl}/${hosted?.name}">가이드.pdf (6.0 MB)</a></p></body>`);
		expect(fix.folder.text?.source).toBe(`x\n\n가이드.pdf (6.0 MB): ${hosting.hostedUrl}/${hosted?.name}\n`);
		expect(fix.left).toEqual([]);
	});

	test("in Markdown and MJML, too", () => {
		const md = planFix(aFolder({ body: { file: "body.md", format: "md", source: "# Hi\n" }, attachments }), hosting);
		expect(md.folder.body.source).toMatch(/^# Hi\n\n- \[가이드\.pdf \(6\.0 MB\)\]\(https:.*\)\n$/);
		const mjml = "<mjml><mj-body><mj-section></mj-section></mj-body></mjml>";
		const made = planFix(aFolder({ body: { file: "body.mjml", format: "mjml", source: mjml }, attachments }), hosting);
		expect(made.folder.body.source).toMatch(/<mj-text><a href=.*<\/mj-text><\/mj-column><\/mj-section><\/mj-body><\/mjml>$/);
	});

	test("without a place to host nothing is done about them, and each is named with its size", () => {
		const fix = planFix(aFolder({ attachments }), nothingHosted);
		expect(fix.folder.attachments).toHaveLength(3);
		expect(fix.left).toEqual([expect.stringMatching(/가이드\.pdf is 6\.0 MB, 8\.2 MB in every message/)]);
	});

	test("a name cannot smuggle Liquid or markup into the body", () => {
		const fix = planFix(aFolder({ attachments: [attachment("<b>{{ x }}.pdf", 6 * MB)] }), hosting);
		expect(fix.folder.body.source).toContain("{% raw %}&lt;b&gt;{{ x }}.pdf{% endraw %}");
	});
});

test("a picture that stays too large is named with how much too large it is", () => {
	const noise = Buffer.concat([png.subarray(0, 8), Buffer.alloc(150_000, "no chunk at all")]);
	const fix = planFix(aFolder({ html: '<img src="images/big.png" alt="">', images: [image("big.png", noise)] }), nothingHosted);
	expect(fix.left).toEqual([expect.stringMatching(/^images\/big\.png is 146 KB, 100 KB more in every message/)]);
});

test.each<{ name: string; over: FolderOver }>([
	{ name: "own text", over: { text: "Dear {{ contact.name }}\n" } },
	{ name: "text made from the HTML", over: {} },
])("the fixed campaign says the same to a reader: $name", async ({ over }) => {
	const html = `<html><head><style> p { color: red; } </style></head><body><!-- note -->
		<table>
			<tr> <td style="color: red; "> Dear   {{ contact.name | default: "reader" }}, </td> <td> hello </td> </tr>
		</table>
		<p>One <b>two</b>  three {% if contact.city %} from {{ contact.city }} {% endif %}</p>${dataImage}
		<pre>  kept   as it is </pre><a href="{{ unsubscribe_url }}">stop</a></body></html>`;
	const folder = aFolder({ ...over, html });
	const fixed = planFix(folder, hosting).folder;
	const before = (await compile({ ...over, html })).render(aReader({ attributes: { city: "Seoul" } }), { now: NOW });
	const after = (await compile({ ...over, html: fixed.body.source })).render(aReader({ attributes: { city: "Seoul" } }), {
		now: NOW,
	});
	expect(after.text).toBe(before.text);
	expect(after.subject).toBe(before.subject);
	const visible = (text: string) =>
		text
			.replace(/<!--.*?-->|<style[\s\S]*?<\/style>|<[^>]*>/g, " ")
			.replace(/\s+/g, " ")
			.trim();
	expect(visible(after.html)).toBe(visible(before.html));
	expect(after.html.length).toBeLessThan(before.html.length);
});

test("what is small already is left alone", () => {
	const folder = aFolder({ html: "<p>Hello</p>" });
	expect(planFix(folder, hosting)).toEqual({ folder, hosted: [], steps: [], left: [] });
});

describe("pictures are packed again without loss", () => {
	test("a PNG keeps its pixels and loses its notes", () => {
		const small = shrinkImage(png, "image/png");
		expect(small.length).toBeLessThan(png.length / 10);
		expect(small.includes("tEXt")).toBe(false);
		const at = small.indexOf("IDAT");
		const data = small.subarray(at + 4, at + 4 + small.readUInt32BE(at - 4));
		expect(inflateSync(data).equals(pixels)).toBe(true);
		// CRC-32 of "IEND", as every PNG ends.
		expect(small.subarray(0, 8).equals(png.subarray(0, 8))).toBe(true);
	});

	const exif = (orientation: number) => {
		const tiff = Buffer.from("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0", "latin1");
		tiff.writeUInt16LE(orientation, 18);
		return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
	};
	const segment = (marker: number, data: Buffer) => {
		const head = Buffer.from([0xff, marker, 0, 0]);
		head.writeUInt16BE(data.length + 2, 2);
		return Buffer.concat([head, data]);
	};
	const scan = Buffer.from("\xff\xda\0\x02the picture itself\xff\xd9", "latin1");
	const jpeg = (...segments: Buffer[]) => Buffer.concat([Buffer.from("\xff\xd8", "latin1"), ...segments, scan]);
	const profile = segment(0xe2, Buffer.from("ICC_PROFILE\0..."));

	test.each([
		["notes go", [segment(0xfe, Buffer.from("a comment")), profile], [profile]],
		["EXIF of an upright picture goes", [segment(0xe1, exif(1))], []],
		["EXIF that turns the picture stays", [segment(0xe1, exif(6))], [segment(0xe1, exif(6))]],
		["XMP goes", [segment(0xe1, Buffer.from("http://ns.adobe.com/xap/1.0/"))], []],
	])("JPEG: %s", (_, before, after) => {
		expect(shrinkImage(jpeg(...before), "image/jpeg").equals(jpeg(...after))).toBe(true);
	});

	test("what is broken anywhere comes back as it was or smaller, and never throws", () => {
		const whole = jpeg(segment(0xe1, exif(1)), profile);
		for (let length = 0; length < whole.length; length += 1)
			expect(shrinkImage(whole.subarray(0, length), "image/jpeg").length).toBeLessThanOrEqual(length);
		for (const length of [0, 8, 20, 40, 3_100, png.length - 4])
			expect(shrinkImage(png.subarray(0, length), "image/png")).toHaveLength(length);
	});
});

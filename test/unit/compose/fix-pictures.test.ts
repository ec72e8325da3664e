// Which pictures a codec is asked about, and how wide each has to be; and what becomes of its answers in the plan.
import { expect, test } from "vitest";
import { planFix } from "../../../src/compose/fix.ts";
import { digestOf, picturesOf, type Recompressed } from "../../../src/compose/fix-pictures.ts";
import type { FolderFile } from "../../../src/compose/images.ts";
import { aFolder } from "./make.ts";

const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(2_000, 1)]);
const image = (name: string, content = PNG): FolderFile => ({ path: `images/${name}`, name, content, type: "image/png" });
const nothingHosted = { hostedUrl: null, attachmentMax: 5e6, messageWarn: 10e6 };

test.each([
	{ name: "twice the width attribute", html: '<img src="images/a.png" width="200">', width: 400 },
	{
		name: "a width in style, which is no max-width",
		html: `<img style="max-width:9px; width: 300px" src='images/a.png'>`,
		width: 600,
	},
	{ name: "the larger of attribute and style", html: '<img width="250" style="width:100px" src="images/a.png">', width: 500 },
	{ name: "never more than the bound", html: '<img src="images/a.png" width="700">', width: 1_200 },
	{ name: "but what is shown wider stays as wide", html: '<img src="images/a.png" width="1400">', width: 1_400 },
	{ name: "percent says nothing", html: '<img src="images/a.png" width="50%">', width: 1_200 },
	{ name: "no width", html: '<img src="images/a.png">', width: 1_200 },
	{ name: "a background's cell does not speak of the picture", html: '<td background="images/a.png" width="90">', width: 1_200 },
	{ name: "a style sheet", html: "<style>p{width:30px;background:url(images/a.png)}</style>", width: 1_200 },
	{
		name: "the widest of several places",
		html: '<img src="images/a.png" width="50"><img src="images/a.png" width="150">',
		width: 300,
	},
	{ name: "nobody shows it", html: "<p>a</p>", width: 1_200 },
])("needed width: $name", ({ html, width }) => {
	const pictures = picturesOf(aFolder({ html, images: [image("a.png")] }), 1_200);
	expect(pictures).toMatchObject([{ digest: digestOf(PNG), mostWidth: width, mayChangeType: html.includes("images/") }]);
});

test("a data: image counts too, and one that is also a file only once", () => {
	const data = `<img width="100" src="data:image/png;base64,${PNG.toString("base64")}">`;
	const [both, ...none] = picturesOf(
		aFolder({ html: `<img src="images/a.png" width="90">${data}`, images: [image("a.png")] }),
		1_200,
	);
	expect(both).toMatchObject({ mostWidth: 200, mayChangeType: true });
	expect(none).toEqual([]);
});

const smaller: Recompressed = {
	kind: "smaller",
	content: Buffer.from("\xff\xd8\xff small", "latin1"),
	type: "image/jpeg",
	before: { width: 3_000, height: 2_000 },
	after: { width: 1_200, height: 800 },
	as: "JPEG of quality 82",
	likeness: 0.98,
};

test("a photo that becomes JPEG is called so everywhere, and takes no other picture's name", () => {
	const html = '<img src="./images/my%20a.png"><td background="images/my%20a.png"></td><img src="images/my%20a.jpg">';
	const other = { ...image("my a.jpg", Buffer.from("\xff\xd8\xff other", "latin1")), type: "image/jpeg" };
	const fix = planFix(aFolder({ html, images: [image("my a.png"), other] }), {
		...nothingHosted,
		recompressed: new Map([[digestOf(PNG), smaller]]),
	});
	expect(fix.folder.images.map(({ path, type }) => `${path} ${type}`)).toEqual([
		"images/my a-2.jpg image/jpeg",
		"images/my a.jpg image/jpeg",
	]);
	expect(fix.folder.body.source.match(/images\/[^"]+/g)).toEqual([
		"images/my%20a-2.jpg",
		"images/my%20a-2.jpg",
		"images/my%20a.jpg",
	]);
});

test("the step tells pixels, quality and bytes before and after", () => {
	const fix = planFix(aFolder({ html: '<img src="images/a.png">', images: [image("a.png")] }), {
		...nothingHosted,
		recompressed: new Map([[digestOf(PNG), smaller]]),
	});
	expect(fix.steps).toEqual([
		{
			what: "images/a.png → images/a.jpg: JPEG of quality 82, 3000 × 2000 → 1200 × 800 pixels",
			before: PNG.length,
			after: smaller.content.length,
			picture: { file: "images/a.jpg", before: smaller.before, after: smaller.after, as: "JPEG of quality 82", likeness: 0.98 },
		},
	]);
});

test("a data: image is moved out of the HTML as what it became; a broken one is named and moved as it is", () => {
	const data = `<img src="data:image/png;base64,${PNG.toString("base64")}">`;
	const html = `<p>a</p>${data}${data}`;
	const made = (answer: Recompressed) =>
		planFix(aFolder({ html }), { ...nothingHosted, recompressed: new Map([[digestOf(PNG), answer]]) });
	const good = made(smaller);
	expect(good.folder.images.map(({ content, type }) => [content, type])).toEqual([[smaller.content, "image/jpeg"]]);
	expect(good.folder.images[0]?.path).toMatch(/^images\/picture-[0-9a-f]{12}\.jpg$/);
	expect(good.steps.map(({ what }) => what.replace(/-[0-9a-f]{12}/, ""))).toEqual([
		"an inline data: image → images/picture.jpg: JPEG of quality 82, 3000 × 2000 → 1200 × 800 pixels",
		"2 inline data: images moved from the HTML to images/",
	]);
	const bad = made({ kind: "broken", why: "no end of file" });
	expect(bad.folder.images[0]?.content).toEqual(PNG);
	expect(bad.left.join()).toContain("cannot be read as a picture, and is left as it is: no end of file");
});

// Pictures through the real codec: smaller within the stated quality, no wider than they are shown, upright, without notes; and left alone where that is better.
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { recompress } from "../../../src/campaign/recompress.file.ts";
import { digestOf, type Picture, type Recompressed } from "../../../src/compose/fix-pictures.ts";
import { likeness } from "../../../src/compose/likeness.ts";
import { photo as aPhoto } from "../../support/photo.ts";

const [WIDTH, HEIGHT] = [900, 600];

const photo = (width = WIDTH, height = HEIGHT) => aPhoto(width, height);
const drawing = () =>
	sharp(
		Buffer.from(
			'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect width="400" height="200" fill="#135"/><circle cx="90" cy="90" r="60" fill="#fc0"/></svg>',
		),
	);

function picture(content: Buffer, type: string, over: Partial<Picture> = {}): Picture {
	return { digest: digestOf(content), content, type, mostWidth: 1_200, mayChangeType: true, ...over };
}

async function made(one: Picture, quality = 82): Promise<Recompressed> {
	const answer = await recompress([one], quality);
	expect(answer.trouble).toBeNull();
	return answer.made.get(one.digest) ?? { kind: "kept" };
}

function smaller(answer: Recompressed) {
	if (answer.kind !== "smaller") throw new Error(`it is ${JSON.stringify(answer)}`);
	return answer;
}

/** Of what a reader sees, by our own measure and by the mean difference of a pixel. */
async function difference(original: Sharp, answer: { content: Buffer; after: { width: number; height: number } }) {
	const { width } = answer.after;
	const grey = (image: Sharp) => image.flatten({ background: "#fff" }).greyscale().raw({ depth: "uchar" }).toBuffer();
	const [a, b] = [await grey(original.clone().resize({ width })), await grey(sharp(answer.content))];
	const mean = a.reduce((sum, one, at) => sum + Math.abs(one - (b[at] ?? 0)), 0) / a.length;
	return { likeness: likeness(a, b, width), mean };
}

describe("a photo", () => {
	test("as JPEG of the highest quality becomes less than a third and is hardly to be told from it", async () => {
		const original = photo();
		const content = await original.jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
		const answer = smaller(await made(picture(content, "image/jpeg")));
		expect(answer).toMatchObject({ type: "image/jpeg", as: "JPEG of quality 82", after: { width: WIDTH, height: HEIGHT } });
		expect(answer.content.length).toBeLessThan(content.length / 3);
		const { likeness, mean } = await difference(sharp(content), answer);
		expect(likeness).toBeGreaterThan(0.95);
		expect(mean).toBeLessThan(2);
		expect(answer.likeness).toBeCloseTo(likeness, 2);
	});

	test("is scaled down to what is shown, and better quality costs more bytes and looks more alike", async () => {
		const content = await photo().jpeg({ quality: 100 }).toBuffer();
		const one = picture(content, "image/jpeg", { mostWidth: 300 });
		const [low, high] = [smaller(await made(one, 50)), smaller(await made(one, 92))];
		for (const answer of [low, high]) {
			expect(answer).toMatchObject({ before: { width: WIDTH, height: HEIGHT }, after: { width: 300, height: 200 } });
			expect(await sharp(answer.content).metadata()).toMatchObject({ width: 300, height: 200, format: "jpeg" });
		}
		expect(high.content.length).toBeGreaterThan(low.content.length);
		expect(high.likeness).toBeGreaterThan(low.likeness);
	});

	test("that lies on its side is turned upright; the camera's notes are gone", async () => {
		const content = await photo()
			.withExif({ IFD0: { Copyright: "somebody", Model: "a camera at 37.5665 N" } })
			.withMetadata({ orientation: 6 })
			.jpeg({ quality: 100 })
			.toBuffer();
		expect(content.includes("a camera")).toBe(true);
		const answer = smaller(await made(picture(content, "image/jpeg")));
		expect(answer).toMatchObject({ before: { width: HEIGHT, height: WIDTH }, after: { width: HEIGHT, height: WIDTH } });
		const facts = await sharp(answer.content).metadata();
		expect(facts).toMatchObject({ width: HEIGHT, height: WIDTH });
		expect(facts.orientation).toBeUndefined();
		expect(answer.content.includes("a camera")).toBe(false);
		expect((await difference(sharp(content).autoOrient(), answer)).likeness).toBeGreaterThan(0.95);
	});

	test("kept as PNG becomes JPEG where its name may change, and PNG where it may not", async () => {
		const content = await photo().png().toBuffer();
		const jpeg = smaller(await made(picture(content, "image/png")));
		expect(jpeg.type).toBe("image/jpeg");
		expect(jpeg.content.length).toBeLessThan(content.length / 5);
		expect((await difference(photo(), jpeg)).likeness).toBeGreaterThan(0.95);
		const png = await made(picture(content, "image/png", { mayChangeType: false, mostWidth: 300 }));
		expect(png).toMatchObject({ kind: "smaller", type: "image/png", after: { width: 300, height: 200 } });
	});

	test("that was packed well already is kept, and 100 asks for no loss at all", async () => {
		const once = smaller(await made(picture(await photo().jpeg({ quality: 100 }).toBuffer(), "image/jpeg")));
		expect(await made(picture(once.content, "image/jpeg"))).toEqual({ kind: "kept" });
		expect(await made(picture(await photo().jpeg({ quality: 100 }).toBuffer(), "image/jpeg"), 100)).toEqual({ kind: "kept" });
	});

	test("as WebP stays WebP", async () => {
		const content = await photo().webp({ quality: 100 }).toBuffer();
		const answer = smaller(await made(picture(content, "image/webp")));
		expect(answer).toMatchObject({ type: "image/webp", as: "WebP of quality 82" });
		expect((await difference(sharp(content), answer)).likeness).toBeGreaterThan(0.95);
	});
});

describe("a PNG", () => {
	test("that is a drawing stays PNG and looks the same", async () => {
		const content = await drawing().png({ compressionLevel: 0 }).toBuffer();
		const answer = smaller(await made(picture(content, "image/png")));
		expect(answer.type).toBe("image/png");
		expect((await difference(sharp(content), answer)).mean).toBeLessThan(0.5);
	});

	test("keeps its transparency, on white and on black", async () => {
		const { data, info } = await photo(300, 200).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
		for (let at = 3; at < data.length; at += 4) data[at] = (at >> 2) % 300 < 150 ? 0 : 255;
		const content = await sharp(data, { raw: info }).png({ compressionLevel: 0 }).toBuffer();
		const answer = smaller(await made(picture(content, "image/png")));
		expect(answer.type).toBe("image/png");
		expect(await sharp(answer.content).metadata()).toMatchObject({ hasAlpha: true });
		expect(answer.likeness).toBeGreaterThan(0.99);
	});
});

describe("left alone", () => {
	test("animations", async () => {
		const frames = Buffer.alloc(200 * 400 * 3, 0).fill(255, 200 * 200 * 3);
		const animated = sharp(frames, { raw: { width: 200, height: 400, channels: 3, pageHeight: 200 } });
		for (const type of ["gif", "webp"] as const) {
			const content = await animated.clone().toFormat(type, { loop: 0, delay: 100 }).toBuffer();
			expect((await sharp(content).metadata()).pages).toBe(2);
			expect(await made(picture(content, `image/${type}`, { mostWidth: 50 }))).toEqual({ kind: "kept" });
		}
		const still = await drawing().png({ compressionLevel: 0 }).toBuffer();
		const apng = Buffer.concat([
			still.subarray(0, 33),
			Buffer.from("\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\0\0\0\0", "latin1"),
			still.subarray(33),
		]);
		expect(await made(picture(apng, "image/png"))).toEqual({ kind: "kept" });
	});

	test("what is broken is told", async () => {
		const content = await photo().jpeg().toBuffer();
		for (const bytes of [content.subarray(0, content.length / 2), Buffer.from("\xff\xd8\xff and then no picture", "latin1")])
			expect(await made(picture(bytes, "image/jpeg"))).toMatchObject({ kind: "broken", why: expect.stringMatching(/./) });
	});

	test("a bomb: a small file that says it is 30,000 pixels wide and as high", async () => {
		const small = await drawing().png().toBuffer();
		const bomb = Buffer.from(small);
		bomb.writeUInt32BE(30_000, 16);
		bomb.writeUInt32BE(30_000, 20);
		expect(await made(picture(bomb, "image/png"))).toMatchObject({ kind: "broken", why: expect.stringContaining("pixel limit") });
	});
});

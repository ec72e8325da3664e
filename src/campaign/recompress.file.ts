// Makes pictures smaller with a codec (sharp, libvips): scaled down to what is shown, packed anew within a stated quality, turned upright, without notes of
// cameras and editors. An edge for the native library that it loads; which pictures and how wide is compose/fix-pictures.ts' knowledge.
//
// Pictures come from people who were sent them by others, so none is trusted: a size that would fill the memory and data that do not decode are refused,
// and such a file is left as it is.
import { isAnimatedPng } from "../compose/fix-image.ts";
import type { Picture, Recompressed } from "../compose/fix-pictures.ts";
import { likeness } from "../compose/likeness.ts";
import { textOf } from "../errors.ts";

/** Width times height; 160 MB unpacked. Newsletters show a hundredth of it, cameras make three quarters. */
const MOST_PIXELS = 40_000_000;
/** Less gained is not worth the loss. */
const GAIN = 0.95;
/** A palette is taken when nobody sees it, JPEG in place of PNG when hardly anybody does (likeness.ts). */
const PALETTE_LIKENESS = 0.99;
const PHOTO_LIKENESS = 0.95;
/** JPEG blurs what PNG draws sharply, and cannot be undone: it has to be worth it. */
const PHOTO_GAIN = 0.6;
/** A byte a pixel in place of three, and what packing makes of that. */
const PALETTE_GAIN = 0.2;
/** With so few it is a drawing, a logo or text, where JPEG's noise is seen. */
const DRAWING_COLOURS = 256;

type Sharp = typeof import("sharp")["default"];

/** By digest. `trouble`: the library cannot be loaded on this machine, in words; then nothing was done. Side by side they would only share the processors. */
export async function recompress(
	pictures: readonly Picture[],
	quality: number,
): Promise<{ readonly made: ReadonlyMap<string, Recompressed>; readonly trouble: string | null }> {
	const made = new Map<string, Recompressed>();
	if (quality >= 100 || pictures.length === 0) return { made, trouble: null };
	const loaded = await loadSharp();
	if (typeof loaded === "string") return { made, trouble: loaded };
	for (const picture of pictures) made.set(picture.digest, await recompressOne(loaded, picture, quality));
	return { made, trouble: null };
}

/** Only when asked for: it takes 50 ms and 20 MB, and its binaries may be missing (`npm ci --omit=optional`, a rare platform). */
async function loadSharp(): Promise<Sharp | string> {
	try {
		const { default: sharp } = await import("sharp");
		// It would keep pictures in memory that nobody asks for again.
		sharp.cache(false);
		return sharp;
	} catch (error) {
		return (textOf(error).split("\n")[0] ?? "").trim();
	}
}

async function recompressOne(sharp: Sharp, picture: Picture, quality: number): Promise<Recompressed> {
	if (picture.type === "image/gif" || isAnimatedPng(picture.content)) return { kind: "kept" };
	try {
		return await smaller(sharp, picture, quality);
	} catch (error) {
		return { kind: "broken", why: (textOf(error).split("\n")[0] ?? "").trim() };
	}
}

interface Encoded {
	readonly content: Buffer;
	readonly type: string;
	readonly as: string;
	readonly likeness: number;
}

/** Pixels as they will be shown: three bytes each, four with transparency. */
interface Raw {
	readonly data: Buffer;
	readonly width: number;
	readonly height: number;
	readonly channels: 1 | 2 | 3 | 4;
}

async function smaller(
	sharp: Sharp,
	{ content, type, mostWidth, mayChangeType }: Picture,
	quality: number,
): Promise<Recompressed> {
	const open = () => sharp(content, { limitInputPixels: MOST_PIXELS, failOn: "warning" });
	const facts = await open().metadata();
	if ((facts.pages ?? 1) > 1) return { kind: "kept" };
	const { width, height } = facts.autoOrient;
	// Unpacked once, for all ways of packing. Colours of a profile become sRGB, which is what is assumed of a picture without one.
	const unpacked = await open()
		.autoOrient()
		.toColourspace("srgb")
		.resize({ width: Math.min(mostWidth, width), withoutEnlargement: true })
		.raw({ depth: "uchar" })
		.toBuffer({ resolveWithObject: true });
	const { info } = unpacked;
	const raw: Raw = { data: unpacked.data, width: info.width, height: info.height, channels: info.channels };
	const best = await (type === "image/png"
		? bestPng(sharp, raw, quality, { mayChangeType, drawing: await isDrawing(open()) })
		: packed(sharp, raw, type === "image/webp" ? "webp" : "jpeg", quality, facts.chromaSubsampling === "4:4:4"));
	if (best === null || best.content.length > content.length * GAIN) return { kind: "kept" };
	const after = { width: raw.width, height: raw.height };
	return { kind: "smaller", ...best, before: { width, height }, after };
}

async function bestPng(
	sharp: Sharp,
	raw: Raw,
	quality: number,
	{ mayChangeType, drawing }: { readonly mayChangeType: boolean; readonly drawing: boolean },
): Promise<Encoded | null> {
	const image = () => sharp(raw.data, { raw });
	const plain = { content: await image().png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer(), type: "image/png" };
	const exact: Encoded = { ...plain, as: "PNG of all colours", likeness: 1 };
	const opaque = raw.channels === 3 || (await image().stats()).isOpaque;
	// Without halving the colours' resolution: text in a screenshot would fray.
	const photo = !mayChangeType || drawing || !opaque ? null : await packed(sharp, raw, "jpeg", quality, true);
	const passes = (most: number) => photo !== null && photo.likeness >= PHOTO_LIKENESS && photo.content.length < most;
	// To find a palette for a photo takes seconds, and saves no more than this.
	if (passes(exact.content.length * PALETTE_GAIN)) return photo;
	const few = await image().png({ palette: true, quality: 100, effort: 7 }).toBuffer();
	const palette: Encoded = {
		content: few,
		type: "image/png",
		as: "PNG of up to 256 colours",
		likeness: await compare(sharp, raw, few),
	};
	const flat = palette.likeness >= PALETTE_LIKENESS && few.length < exact.content.length ? palette : exact;
	return passes(flat.content.length * PHOTO_GAIN) ? photo : flat;
}

async function packed(sharp: Sharp, raw: Raw, as: "jpeg" | "webp", quality: number, allColours: boolean): Promise<Encoded> {
	const image = sharp(raw.data, { raw });
	const content = await (as === "webp"
		? image.webp({ quality, effort: 6 })
		: image.flatten({ background: "#fff" }).jpeg({ quality, mozjpeg: true, chromaSubsampling: allColours ? "4:4:4" : "4:2:0" })
	).toBuffer();
	const words = `${as === "webp" ? "WebP" : "JPEG"} of quality ${quality}`;
	return { content, type: `image/${as}`, as: words, likeness: await compare(sharp, raw, content) };
}

/** The worse of both, on white and on black: transparency counts that way. */
async function compare(sharp: Sharp, raw: Raw, made: Buffer): Promise<number> {
	let worst = 1;
	for (const background of raw.channels === 4 ? ["#fff", "#000"] : ["#fff"]) {
		const grey = async (image: ReturnType<Sharp>) => image.flatten({ background }).greyscale().raw({ depth: "uchar" }).toBuffer();
		worst = Math.min(worst, likeness(await grey(sharp(raw.data, { raw })), await grey(sharp(made)), raw.width));
	}
	return worst;
}

/** Few colours in the original; scaled down, its edges would have more. */
async function isDrawing(image: ReturnType<Sharp>): Promise<boolean> {
	const { data, info } = await image.toColourspace("srgb").raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
	const colours = new Set<number>();
	for (let at = 0; at + info.channels <= data.length; at += info.channels) {
		let colour = 0;
		for (let channel = 0; channel < info.channels; channel += 1) colour = colour * 256 + (data[at + channel] ?? 0);
		colours.add(colour);
		if (colours.size > DRAWING_COLOURS) return false;
	}
	return true;
}

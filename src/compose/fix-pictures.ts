// Which pictures of a campaign a codec should be asked about, how wide each has to be, and what it can answer. Pure: campaign/recompress.file.ts asks it.
import { createHash } from "node:crypto";
import type { CampaignFolder } from "./folder.file.ts";
import { type FolderFile, imageReferences, imageType } from "./images.ts";

export interface Picture {
	readonly digest: string;
	readonly content: Buffer;
	readonly type: string;
	/** Pixels: more than this is never shown. */
	readonly mostWidth: number;
	/** A photo kept as PNG may become JPEG: every place that names it is known. */
	readonly mayChangeType: boolean;
}

export interface Pixels {
	readonly width: number;
	readonly height: number;
}

/** What a codec made of one picture. */
export type Recompressed =
	| {
			readonly kind: "smaller";
			readonly content: Buffer;
			readonly type: string;
			readonly before: Pixels;
			readonly after: Pixels;
			/** "JPEG of quality 82" */
			readonly as: string;
			/** To the original at the new size: 1 is equal (likeness.ts). */
			readonly likeness: number;
	  }
	/** It would not be smaller, or lose what makes it (an animation). */
	| { readonly kind: "kept" }
	| { readonly kind: "broken"; readonly why: string };

/** In quotes or url(): elsewhere nothing says where one ends. */
export const DATA_IMAGE = /(?<=["'(]\s*)data:image\/[a-z0-9.+-]+;base64,([A-Za-z0-9+/=\s]+)(?=["')])/gi;

export const digestOf = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** Files and data: images, each content once, with the widest place at which it is shown. `maxWidth`: where no place says how wide. */
export function picturesOf(folder: Pick<CampaignFolder, "body" | "images">, maxWidth: number): readonly Picture[] {
	const { source } = folder.body;
	const shown = new Map<string, number>();
	for (const { path, at } of imageReferences(source))
		shown.set(path, Math.max(shown.get(path) ?? 0, neededWidth(shownWidth(source, at), maxWidth)));
	const pictures = new Map<string, Picture>();
	const add = (content: Buffer, type: string, width: number | undefined) => {
		const digest = digestOf(content);
		const known = pictures.get(digest);
		pictures.set(digest, {
			digest,
			content,
			type,
			mostWidth: Math.max(known?.mostWidth ?? 0, width ?? maxWidth),
			mayChangeType: (known?.mayChangeType ?? true) && width !== undefined,
		});
	};
	for (const { path, content, type } of folder.images) add(content, type, shown.get(path));
	for (const match of source.matchAll(DATA_IMAGE)) {
		const content = Buffer.from(match[1] ?? "", "base64");
		const type = imageType(content);
		if (type !== null) add(content, type, neededWidth(shownWidth(source, match.index), maxWidth));
	}
	return [...pictures.values()];
}

/** Twice the width on the page, for screens with two pixels in each; never less than that width itself. */
function neededWidth(shown: number | null, maxWidth: number): number {
	return shown === null ? maxWidth : Math.max(shown, Math.min(2 * shown, maxWidth));
}

/** The width that the tag around a place gives its picture, in pixels; null: it does not say. A background's tag speaks of the cell. */
function shownWidth(source: string, at: number): number | null {
	const tag = /^<(?:mj-image|img)\b[^>]*/i.exec(source.slice(source.lastIndexOf("<", at)))?.[0];
	if (tag === undefined) return null;
	// What style says wins over the attribute. Outlook knows the attribute only, and shows that.
	const widths = [
		/\sstyle\s*=\s*(?:"[^"]*?|'[^']*?)(?<![\w-])width\s*:\s*(\d{1,5})(?:\.\d+)?px/i.exec(tag)?.[1],
		/\swidth\s*=\s*["']?\s*(\d{1,5})(?:px)?\s*(?:["'\s/]|$)/i.exec(tag)?.[1],
	].flatMap((text) => (text === undefined ? [] : [Number(text)]));
	const width = Math.max(0, ...widths);
	return width > 0 ? width : null;
}

/** "image/jpeg" → "jpg" */
export const endingOf = (type: string): string => type.slice("image/".length).replace("jpeg", "jpg");

/** The same file as it is now: other bytes, and another ending when it became another type. `taken`: paths of the other pictures. */
export function renewed(
	image: FolderFile,
	made: { readonly content: Buffer; readonly type: string },
	taken: ReadonlySet<string>,
): FolderFile {
	const { content, type } = made;
	if (type === image.type) return { ...image, content };
	const stem = image.path.replace(/\.[^./]*$/, "");
	for (let n = 1; ; n += 1) {
		const path = `${stem}${n === 1 ? "" : `-${n}`}.${endingOf(type)}`;
		if (!taken.has(path)) return { path, name: path.slice(path.lastIndexOf("/") + 1), content, type };
	}
}

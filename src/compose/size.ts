// Sizes of a finished message and what makes it large. Pure: bytes in, findings out.
//
// HTML counts as UTF-8 and as it travels, the larger of both: Gmail's clip at 102 KB is nowhere documented, and observers disagree
// about which of the two it measures. Attachments grow by 1.37 in base64, so the whole message is what is held against 25 MB.
import type { Config } from "../config/types.ts";
import type { CompiledCampaign, MessageSizes } from "./compiled.ts";
import { formatBytes } from "./text.ts";
import { base64Length } from "./transfer.ts";
import type { WorstReaders } from "./worst.ts";

export type SizeLevel = "ok" | "warn" | "fail";

/** One row of the table of sizes. Bytes. */
export interface SizePart {
	readonly part: "html" | "text" | "image" | "attachment" | "message";
	/** File name; "" where there is none. */
	readonly name: string;
	/** Before transfer encoding; null for the whole message, which exists encoded only. */
	readonly bytes: number | null;
	/** As it travels. */
	readonly encoded: number;
	/** What is held against the limits: for HTML the larger of the two measures, for attachments the file, else what travels. */
	readonly counts: number;
	/** From here on amber; null: no such bound. */
	readonly warn: number | null;
	/** From here on red; null: no such bound. */
	readonly limit: number | null;
	readonly level: SizeLevel;
}

/** The shape of a check's finding. */
export interface SizeFinding {
	readonly id: "html-size" | "html-character" | "message-size" | "attachment-size";
	readonly level: SizeLevel;
	readonly what: string;
	readonly fix: string;
}

export interface FileSize {
	readonly name: string;
	/** Bytes of the file, and as base64 with its line ends. */
	readonly bytes: number;
	readonly encoded: number;
}

export interface MeasureInput {
	readonly sizes: MessageSizes;
	/** The reader's HTML before encoding, to name what is large in it. */
	readonly html: string;
	readonly images: readonly { readonly name: string; readonly content: Uint8Array }[];
	readonly attachments: readonly { readonly name: string; readonly content: Uint8Array }[];
}

export interface Measurement extends MessageSizes {
	readonly parts: readonly SizePart[];
	readonly images: readonly FileSize[];
	readonly attachments: readonly FileSize[];
	readonly levels: { readonly html: SizeLevel; readonly message: SizeLevel };
	/** "3 inline data: images 88 KB", largest first. */
	readonly contributors: readonly string[];
	/** Only what is not ok. */
	readonly findings: readonly SizeFinding[];
}

/** A picture above this is better fetched than carried by every message: amber. */
export const LARGE_IMAGE = 100 * 1024;

/** Measures one message against the limits of the config. Bytes throughout. */
export function measure(input: MeasureInput, limits: Config["limits"]): Measurement {
	const { sizes, html } = input;
	const images = input.images.map(fileSize);
	const attachments = input.attachments.map(fileSize);
	const inHtml = htmlContributors(html);
	const files = [...images, ...attachments].toSorted((a, b) => b.encoded - a.encoded);
	// Of files, too, no trifles: what is not a hundredth of the largest one need not be named beside it.
	const inMessage = files
		.filter(({ encoded }) => encoded * 100 >= (files[0]?.encoded ?? 0))
		.map(({ name, bytes, encoded }) => `${name} ${formatBytes(bytes)} (${formatBytes(encoded)} encoded)`);
	const parts = partsOf(sizes, images, attachments, limits);
	const [htmlPart, ...rest] = parts;
	const findings: SizeFinding[] = [];
	const htmlLevel = htmlPart.level;
	if (htmlLevel !== "ok")
		findings.push({
			id: "html-size",
			level: htmlLevel,
			what:
				`the HTML is ${formatBytes(sizes.html)}, ${formatBytes(sizes.htmlEncoded)} as it travels` +
				`${list(inHtml)}; Gmail clips at about ${formatBytes(limits.htmlMax)} (undocumented) and hides the end, the unsubscribe link included`,
			fix: "Try `wellsent campaign check ID --fix`; or move pictures out of the HTML (images/ or https), shorten <style>, put the long part on a web page.",
		});
	// Reported with a screenshot for U+0092, the apostrophe of Windows-1252 taken for Unicode (https://github.com/hteumeuleu/email-bugs/issues/41).
	const control = /[\u0080-\u009f]/.exec(html)?.[0];
	if (control !== undefined)
		findings.push({
			id: "html-character",
			level: "warn",
			what: `the HTML holds the control character U+00${control.charCodeAt(0).toString(16).toUpperCase()}; Gmail has been seen to clip short messages for one`,
			fix: "It comes from text in Windows-1252 that was read as something else: type that place (often an apostrophe or a dash) again.",
		});
	const message = rest.at(-1);
	const level = message?.level ?? "ok";
	if (level !== "ok")
		findings.push({
			id: "message-size",
			level,
			what: `the message is ${formatBytes(sizes.message)} as it travels${list(inMessage)}; many servers refuse more than ${formatBytes(limits.messageMax)}`,
			fix: "Put the files on a web page and link to them (`wellsent campaign check ID --fix` does it); base64 makes every attachment larger by 37 %.",
		});
	for (const { part, name, counts, level } of rest)
		if (part === "attachment" && level === "fail")
			findings.push({
				id: "attachment-size",
				level: "fail",
				what: `the attachment ${name} is ${formatBytes(counts)}; allowed are ${formatBytes(limits.attachmentMax)}`,
				fix: "Make it smaller, or link to it (`wellsent campaign check ID --fix`).",
			});
	return {
		...sizes,
		parts,
		images,
		attachments,
		levels: { html: htmlLevel, message: level },
		contributors: [...inHtml, ...inMessage],
		findings,
	};
}

interface Bounds {
	readonly warn: number | null;
	readonly limit: number | null;
	/** What it is to reach `limit`. */
	readonly over?: SizeLevel;
}

function sizePart(
	part: SizePart["part"],
	size: { readonly name?: string; readonly bytes: number | null; readonly encoded: number; readonly counts?: number },
	{ warn, limit, over = "fail" }: Bounds,
): SizePart {
	const { name = "", bytes, encoded, counts = encoded } = size;
	const level = limit !== null && counts >= limit ? over : warn !== null && counts >= warn ? "warn" : "ok";
	return { part, name, bytes, encoded, counts, warn, limit, level };
}

function partsOf(
	sizes: MessageSizes,
	images: readonly FileSize[],
	attachments: readonly FileSize[],
	limits: Config["limits"],
): readonly [SizePart, ...SizePart[]] {
	const html = { bytes: sizes.html, encoded: sizes.htmlEncoded, counts: Math.max(sizes.html, sizes.htmlEncoded) };
	const over = limits.onHtmlMax === "block" ? "fail" : "warn";
	return [
		sizePart("html", html, { warn: limits.htmlWarn, limit: limits.htmlMax, over }),
		sizePart("text", { bytes: sizes.text, encoded: sizes.textEncoded }, { warn: null, limit: null }),
		...images.map((file) => sizePart("image", file, { warn: LARGE_IMAGE, limit: null })),
		// As large as allowed is allowed.
		...attachments.map((file) =>
			sizePart("attachment", { ...file, counts: file.bytes }, { warn: null, limit: limits.attachmentMax + 1 }),
		),
		sizePart("message", { bytes: null, encoded: sizes.message }, { warn: limits.messageWarn, limit: limits.messageMax }),
	];
}

/** Measures the worst messages of a list: their sizes are those of finished messages, composed and signed. Throws what `compose` throws. */
export async function measureWorst(
	compiled: CompiledCampaign,
	worst: WorstReaders,
	options: { readonly now: number; readonly limits: Config["limits"] },
): Promise<Measurement> {
	const message = (await compiled.compose(worst.message.reader, options)).sizes;
	const html = worst.html.reader === worst.message.reader ? message : (await compiled.compose(worst.html.reader, options)).sizes;
	const larger = (a: number, b: number) => Math.max(a, b);
	return measure(
		{
			sizes: {
				html: larger(html.html, message.html),
				htmlEncoded: larger(html.htmlEncoded, message.htmlEncoded),
				text: larger(html.text, message.text),
				textEncoded: larger(html.textEncoded, message.textEncoded),
				message: larger(html.message, message.message),
			},
			html: compiled.render(worst.html.reader, options).html,
			images: compiled.parts.images,
			attachments: compiled.parts.folder.attachments,
		},
		options.limits,
	);
}

function fileSize({ name, content }: { readonly name: string; readonly content: Uint8Array }): FileSize {
	return { name, bytes: content.length, encoded: base64Length(content.length) };
}

const CONTRIBUTORS: readonly { readonly one: string; readonly many: string; readonly pattern: RegExp }[] = [
	{ one: "inline data: image", many: "inline data: images", pattern: /\bdata:image\/[^"')\s>]+/gi },
	{ one: "<style>", many: "<style> blocks", pattern: /<style\b[\s\S]*?<\/style>/gi },
	{ one: "<svg>", many: "<svg> drawings", pattern: /<svg\b[\s\S]*?<\/svg>/gi },
	{ one: "HTML comment", many: "HTML comments", pattern: /<!--[\s\S]*?-->/g },
	{ one: "style attribute", many: "style attributes", pattern: /\sstyle\s*=\s*(?:"[^"]*"|'[^']*')/gi },
];

/** What the HTML is made of, largest first, without trifles (less than 2 KB). */
function htmlContributors(html: string): readonly string[] {
	return CONTRIBUTORS.map(({ one, many, pattern }) => {
		const found = html.match(pattern) ?? [];
		const bytes = found.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
		return { bytes, text: `${found.length === 1 ? one : `${found.length} ${many}`} ${formatBytes(bytes)}` };
	})
		.filter(({ bytes }) => bytes >= 2048)
		.toSorted((a, b) => b.bytes - a.bytes)
		.map(({ text }) => text);
}

function list(contributors: readonly string[]): string {
	return contributors.length === 0 ? "" : ` (${contributors.slice(0, 4).join("; ")})`;
}

// Sizes of a finished message and what makes it large. Pure: bytes in, findings out.
//
// HTML counts as UTF-8 and as it travels, the larger of both: Gmail's clip at 102 KB is nowhere documented, and observers disagree
// about which of the two it measures. Attachments grow by 1.37 in base64, so the whole message is what is held against 25 MB.
import type { Config } from "../config/types.ts";
import type { CompiledCampaign, MessageSizes, Reader } from "./compiled.ts";
import { formatBytes } from "./text.ts";

export type SizeLevel = "ok" | "warn" | "fail";

/** The shape of a check's finding. */
export interface SizeFinding {
	readonly id: "html-size" | "message-size" | "attachment-size";
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
	readonly images: readonly FileSize[];
	readonly attachments: readonly FileSize[];
	readonly levels: { readonly html: SizeLevel; readonly message: SizeLevel };
	/** "3 inline data: images 88 KB", largest first. */
	readonly contributors: readonly string[];
	/** Only what is not ok. */
	readonly findings: readonly SizeFinding[];
}

/** Measures one message against the limits of the config. Bytes throughout. */
export function measure(input: MeasureInput, limits: Config["limits"]): Measurement {
	const { sizes, html } = input;
	const images = input.images.map(fileSize);
	const attachments = input.attachments.map(fileSize);
	const findings: SizeFinding[] = [];
	const inHtml = htmlContributors(html);
	const inMessage = [...images, ...attachments]
		.toSorted((a, b) => b.encoded - a.encoded)
		.map(({ name, bytes, encoded }) => `${name} ${formatBytes(bytes)} (${formatBytes(encoded)} encoded)`);

	const largest = Math.max(sizes.html, sizes.htmlEncoded);
	const over = limits.onHtmlMax === "block" ? "fail" : "warn";
	const htmlLevel = largest >= limits.htmlMax ? over : largest >= limits.htmlWarn ? "warn" : "ok";
	if (htmlLevel !== "ok")
		findings.push({
			id: "html-size",
			level: htmlLevel,
			what:
				`the HTML is ${formatBytes(sizes.html)}, ${formatBytes(sizes.htmlEncoded)} as it travels` +
				`${list(inHtml)}; Gmail clips at about ${formatBytes(limits.htmlMax)} (undocumented) and hides the end, the unsubscribe link included`,
			fix: "Move pictures out of the HTML (images/ or https), shorten <style>, or put the long part on a web page.",
		});
	const level = sizes.message >= limits.messageMax ? "fail" : sizes.message >= limits.messageWarn ? "warn" : "ok";
	if (level !== "ok")
		findings.push({
			id: "message-size",
			level,
			what: `the message is ${formatBytes(sizes.message)} as it travels${list(inMessage)}; many servers refuse more than ${formatBytes(limits.messageMax)}`,
			fix: "Put the files on a web page and link to them; base64 makes every attachment larger by 37 %.",
		});
	for (const { name, bytes } of attachments)
		if (bytes > limits.attachmentMax)
			findings.push({
				id: "attachment-size",
				level: "fail",
				what: `the attachment ${name} is ${formatBytes(bytes)}; allowed are ${formatBytes(limits.attachmentMax)}`,
				fix: "Make it smaller, or link to it.",
			});
	return {
		...sizes,
		images,
		attachments,
		levels: { html: htmlLevel, message: level },
		contributors: [...inHtml, ...inMessage],
		findings,
	};
}

/** Composes the message of one reader and measures it. Throws what `compose` throws. */
export async function measureReader(
	compiled: CompiledCampaign,
	reader: Reader,
	options: { readonly now: number; readonly limits: Config["limits"] },
): Promise<Measurement> {
	const { sizes } = await compiled.compose(reader, options);
	const { html } = compiled.render(reader, options);
	const { images, folder } = compiled.parts;
	return measure({ sizes, html, images, attachments: folder.attachments }, options.limits);
}

/**
 * The candidate whose used fields are longest in UTF-8, each field counted as often as templates use it; null without candidates.
 * The caller proposes candidates, e.g. the readers with the longest value of each field: nobody has to compose a million messages.
 */
export function boundReader(compiled: CompiledCampaign, candidates: Iterable<Reader>): Reader | null {
	const counts = new Map<string, number>();
	for (const { path } of compiled.uses)
		if (path.startsWith("contact."))
			counts.set(path.slice("contact.".length), (counts.get(path.slice("contact.".length)) ?? 0) + 1);
	let worst: Reader | null = null;
	let most = -1;
	for (const reader of candidates) {
		let bytes = 0;
		for (const [field, count] of counts) bytes += count * Buffer.byteLength(fieldOf(reader, field));
		if (bytes > most) [worst, most] = [reader, bytes];
	}
	return worst;
}

function fieldOf(reader: Reader, field: string): string {
	if (field === "email") return reader.email;
	if (field === "name") return reader.name ?? "";
	return Object.hasOwn(reader.attributes, field) ? (reader.attributes[field] ?? "") : "";
}

function fileSize({ name, content }: { readonly name: string; readonly content: Uint8Array }): FileSize {
	const letters = Math.ceil(content.length / 3) * 4;
	return { name, bytes: content.length, encoded: letters + 2 * Math.ceil(letters / 76) };
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

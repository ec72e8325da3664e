// Pictures of a campaign: what kind of image bytes are, and where a body speaks of a file in images/. Reads no files.
import { lineAt } from "./text.ts";

/** A file of the campaign's folder that travels with the message. */
export interface FolderFile {
	/** Path inside the folder with "/", e.g. "images/logo.png". */
	readonly path: string;
	readonly name: string;
	readonly content: Buffer;
	readonly type: string;
}

/** The media type that the first bytes prove, or null when it is no image that mail programs show. */
export function imageType(content: Buffer): string | null {
	const head = content.subarray(0, 12).toString("latin1");
	if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
	if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
	if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
	if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "image/webp";
	return null;
}

export interface ImageReference {
	/** As written, e.g. "images/a%20b.png". */
	readonly written: string;
	/** As the file is called, e.g. "images/a b.png". */
	readonly path: string;
	readonly line: number;
	/** Where it stands in the source. */
	readonly at: number;
}

/** `src="images/x"`, `background=…`, `background-url=…` (MJML), `url(images/x)` and Markdown's `](images/x)`. */
const REFERENCE = /((?:\b(?:src|background|background-url)\s*=\s*|\burl\(\s*)(["']?)|\]\(\s*)((?:\.\/)?images\/[^"'\s)>]+)/gi;

/** Every place where the source names a file of images/. */
export function imageReferences(source: string): readonly ImageReference[] {
	return [...source.matchAll(REFERENCE)].map((match) => {
		const written = match[3] ?? "";
		return { written, path: pathOf(written), line: lineAt(source, match.index), at: match.index };
	});
}

/** The HTML with each reference replaced by `cid:…`; `cidOf` answers null for a file that does not travel along. */
export function embedImages(html: string, cidOf: (path: string) => string | null): string {
	return renameImages(html, (path) => {
		const cid = cidOf(path);
		return cid === null ? null : `cid:${cid}`;
	});
}

/** The source with other words for its pictures; `nameOf` answers null for a file that keeps its name. */
export function renameImages(source: string, nameOf: (path: string) => string | null): string {
	return source.replace(REFERENCE, (whole, before: string, _quote: string, written: string) => {
		const name = nameOf(pathOf(written));
		return name === null ? whole : before + name;
	});
}

function pathOf(written: string): string {
	const plain = written.replace(/^\.\//, "").replace(/[?#].*$/, "");
	try {
		return decodeURIComponent(plain);
	} catch {
		return plain;
	}
}

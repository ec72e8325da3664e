// What may be attached: the type of a file by its name and its first bytes, and why a provider would refuse the whole message for it. Pure: bytes in,
// words out. A refusal here costs the editor a minute; the same refusal by Gmail costs every reader the newsletter.
import { extname } from "node:path";
import { imageType } from "./images.ts";
import { zipNames } from "./zip-names.ts";

/**
 * Types that Gmail blocks, alone and inside archives, with the whole message: its own list, "File types blocked in Gmail"
 * (https://support.google.com/mail/answer/6590, read in November 2026). Other providers' lists are shorter or the same.
 */
const GMAIL_BLOCKS =
	"ade adp apk appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpkg dll dmg ex ex_ exe hta img ins iso isp jar jnlp js jse lib " +
	"lnk mde mjs msc msi msix msixbundle msp mst nsh pif ps1 scr sct shb sys vb vbe vbs vhd vxd wsc wsf wsh xll";
/** Not on Gmail's list, but they run when opened, or carry scripts, and Outlook or Naver refuse them. */
const ALSO_BLOCKED = "sh svg";
const BLOCKED = new Set(`${GMAIL_BLOCKS} ${ALSO_BLOCKED}`.split(" "));

/** In front of another ending ("invoice.exe.pdf") these are never meant well. "com" is left out: "example.com.pdf" is a name like any other. */
const DISGUISED = new Set("bat cmd exe hta jar js jse lnk msi pif ps1 scr vbe vbs wsf".split(" "));

const TYPES: Readonly<Record<string, string>> = {
	csv: "text/csv",
	docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	gif: "image/gif",
	hwp: "application/x-hwp",
	hwpx: "application/hwp+zip",
	ics: "text/calendar",
	jpeg: "image/jpeg",
	jpg: "image/jpeg",
	mp3: "audio/mpeg",
	mp4: "video/mp4",
	odt: "application/vnd.oasis.opendocument.text",
	pdf: "application/pdf",
	png: "image/png",
	pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	txt: "text/plain",
	vcf: "text/vcard",
	webp: "image/webp",
	xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	zip: "application/zip",
};

export type Judged =
	| { readonly type: string }
	/** Why it may not travel, and what to do. */
	| { readonly what: string; readonly fix: string };

const AS_LINK = "Put it on a web page and link to it.";

/** Judges a file by its name alone, before it is read; null: nothing against it. */
export function nameProblem(name: string): { readonly what: string; readonly fix: string } | null {
	// U+202E and its like turn "fdp.exe" into "exe.pdf" on the screen.
	if (/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(name))
		return { what: `the name ${JSON.stringify(name)} holds a character that changes the direction of text`, fix: "Rename it." };
	const endings = endingsOf(name);
	const last = endings.at(-1) ?? "";
	if (BLOCKED.has(last)) return { what: `.${last} files are refused by mail providers, with the whole message`, fix: AS_LINK };
	const inner = endings.slice(0, -1).find((ending) => DISGUISED.has(ending));
	if (inner !== undefined)
		return { what: `its name hides .${inner} before another ending, which filters take for an attack`, fix: "Rename it." };
	return null;
}

/** Judges name and content. The type is what the content proves, else what the name says. */
export function judgeAttachment(name: string, content: Buffer): Judged {
	const byName = nameProblem(name);
	if (byName !== null) return byName;
	if (content.length === 0) return { what: "it is empty", fix: "Export it again, or take it away." };
	const program = programOf(content);
	if (program !== null) return { what: `it is a program (${program}), whatever its name says`, fix: AS_LINK };
	const ending = endingsOf(name).at(-1) ?? "";
	const said = TYPES[ending] ?? null;
	const proven = provenType(content);
	if (proven === "application/zip") {
		const bad = zipProblem(content);
		if (bad !== null) return { what: bad, fix: AS_LINK };
	} else if (proven !== null && said !== null && proven !== said)
		return {
			what: `its name says .${ending}, its content is ${proven}: it would not open`,
			fix: "Give it the ending it should have.",
		};
	// Office files are ZIP files: there the name knows better.
	const type = proven === "application/zip" ? (said ?? proven) : (proven ?? said ?? "application/octet-stream");
	return { type };
}

/** "a.PDF. " → ["pdf"]: Windows drops dots and spaces at the end. */
function endingsOf(name: string): readonly string[] {
	const trimmed = name.replace(/[. ]+$/, "");
	if (extname(trimmed) === "") return [];
	return trimmed
		.split(".")
		.slice(1)
		.map((ending) => ending.trim().toLowerCase());
}

function programOf(content: Buffer): string | null {
	const head = content.subarray(0, 4).toString("latin1");
	if (head.startsWith("MZ")) return "Windows";
	if (head === "\x7fELF") return "Linux";
	if (["\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe"].includes(head)) return "macOS";
	return null;
}

function provenType(content: Buffer): string | null {
	const head = content.subarray(0, 5).toString("latin1");
	if (head === "%PDF-") return "application/pdf";
	if (head.startsWith("PK\x03\x04") || head.startsWith("PK\x05\x06")) return "application/zip";
	return imageType(content);
}

function zipProblem(content: Buffer): string | null {
	for (const { name, encrypted } of zipNames(content)) {
		const ending = endingsOf(name).at(-1) ?? "";
		if (BLOCKED.has(ending)) return `it holds ${name}, and Gmail refuses archives with .${ending} files in them`;
		if (encrypted && ["zip", "rar", "7z"].includes(ending))
			return `it is locked and holds the archive ${name}, which Gmail refuses`;
	}
	return null;
}

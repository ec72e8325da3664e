// Reads a campaign's folder. All mistakes are found before anything is refused, each with file and line. Compiles nothing.
// Nothing outside the folder is ever read: a campaign may come from somebody who may not read the rest of the disk.
import { createHash } from "node:crypto";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { codeOf, type Finding, fail, textOf } from "../errors.ts";
import { judgeAttachment, nameProblem } from "./attachment.ts";
import { type FolderFile, imageReferences, imageType } from "./images.ts";
import { type CampaignSettings, parseSettings } from "./settings.ts";
import { formatBytes, hasControl } from "./text.ts";

export type BodyFormat = "html" | "mjml" | "md";

/** A template as it was written. */
export interface SourceFile {
	/** Name inside the folder, for error messages. */
	readonly file: string;
	readonly source: string;
}

/** A campaign's folder, read and judged file by file. */
export interface CampaignFolder {
	readonly dir: string;
	readonly settings: CampaignSettings;
	readonly body: SourceFile & { readonly format: BodyFormat };
	readonly text: SourceFile | null;
	/** The files of images/ that the body speaks of. */
	readonly images: readonly FolderFile[];
	readonly attachments: readonly FolderFile[];
}

/** More than any provider takes (25 MB); the sizes proper are judged on the finished message. Keeps a stray film out of memory. */
const LARGEST_FILE = 64 * 1024 ** 2;
/** All attachments together: they are kept in memory once, encoded once more. */
const LARGEST_TOGETHER = 64 * 1024 ** 2;
const LARGEST_TEMPLATE = 2 * 1024 ** 2;

const BODIES: readonly { readonly file: string; readonly format: BodyFormat }[] = [
	{ file: "body.html", format: "html" },
	{ file: "body.mjml", format: "mjml" },
	{ file: "body.md", format: "md" },
];

/** Reads only campaign.toml of `dir`. Throws `campaign-missing` and `campaign-invalid`. */
export async function readCampaignSettings(dir: string): Promise<CampaignSettings> {
	const toml = await readFile(join(dir, "campaign.toml"), "utf8").catch((error: unknown) =>
		fail("campaign-missing", { dir, detail: textOf(error) }, { cause: error }),
	);
	const parsed = parseSettings(toml, "campaign.toml");
	if ("settings" in parsed) return parsed.settings;
	const detail = parsed.findings.map(({ where, what }) => `${where}: ${what}`).join("; ");
	return fail("campaign-invalid", { dir, detail }, { findings: parsed.findings });
}

/**
 * Reads `dir`. Throws `campaign-missing` when it is no campaign folder, and `campaign-invalid` with a finding for each mistake
 * (file:line): unknown keys, bodies that are not UTF-8, missing images, images that are none, attachments that run or lead outside.
 */
export async function readCampaignFolder(dir: string): Promise<CampaignFolder> {
	const root = await realpath(dir).catch((error: unknown) =>
		fail(
			"campaign-missing",
			{ dir, detail: codeOf(error) === "ENOENT" ? "there is no such folder" : textOf(error) },
			{ cause: error },
		),
	);
	const reader = new FolderReader(root);
	const toml = await reader.text("campaign.toml");
	if (toml === null)
		return reader.findings.length > 0 ? reader.refuse() : fail("campaign-missing", { dir, detail: "it has no campaign.toml" });
	const parsed = parseSettings(toml, "campaign.toml");
	if ("findings" in parsed) reader.findings.push(...parsed.findings);

	const bodies: CampaignFolder["body"][] = [];
	for (const { file, format } of BODIES) {
		const source = await reader.text(file);
		if (source !== null) bodies.push({ file, format, source });
	}
	const body = bodies[0];
	if (bodies.length > 1)
		reader.add(bodies.map(({ file }) => file).join(", "), "there must be exactly one body", "Keep the one that is meant.");
	const textSource = await reader.text("body.txt");
	const images = body === undefined ? [] : await reader.images(body);
	const attachments = await reader.attachments();
	if (body === undefined && reader.findings.length === 0)
		fail("campaign-missing", { dir, detail: "it has no body.html, body.mjml or body.md" });
	if (body === undefined || "findings" in parsed || reader.findings.length > 0) return reader.refuse();
	return {
		dir: root,
		settings: parsed.settings,
		body,
		text: textSource === null ? null : { file: "body.txt", source: textSource },
		images,
		attachments,
	};
}

class FolderReader {
	readonly findings: Finding[] = [];
	private readonly root: string;

	constructor(root: string) {
		this.root = root;
	}

	add(where: string, what: string, fix?: string): void {
		this.findings.push(fix === undefined ? { where, what } : { where, what, fix });
	}

	refuse(): never {
		const detail = this.findings.map(({ where, what }) => `${where}: ${what}`).join("; ");
		return fail("campaign-invalid", { dir: this.root, detail }, { findings: this.findings });
	}

	/** A UTF-8 file without its byte order mark, or null when there is none (or it was refused). */
	async text(file: string): Promise<string | null> {
		const content = await this.bytes(file, null, LARGEST_TEMPLATE);
		if (content === null) return null;
		try {
			return new TextDecoder("utf-8", { fatal: true }).decode(content);
		} catch {
			this.add(file, "it is not UTF-8 text", "Save it as UTF-8, e.g. `iconv -f EUC-KR -t UTF-8`.");
			return null;
		}
	}

	async images(body: SourceFile): Promise<FolderFile[]> {
		const files = new Map<string, FolderFile>();
		const tried = new Set<string>();
		for (const { path, line } of imageReferences(body.source)) {
			if (tried.has(path)) continue;
			tried.add(path);
			const where = `${body.file}:${line}`;
			const content = await this.bytes(path, where, LARGEST_FILE);
			if (content === null) continue;
			const type = imageType(content);
			if (type === null) this.add(where, `${path} is not a PNG, JPEG, GIF or WebP image`, "Export it again as PNG or JPEG.");
			else files.set(path, { path, name: basename(path), content, type });
		}
		return [...files.values()];
	}

	async attachments(): Promise<FolderFile[]> {
		const entries = await readdir(join(this.root, "attachments")).catch((error: unknown) => {
			if (codeOf(error) !== "ENOENT") this.add("attachments", textOf(error));
			return [];
		});
		const files: FolderFile[] = [];
		const names = new Map<string, string>();
		const digests = new Map<string, string>();
		let together = 0;
		for (const name of entries.toSorted()) {
			if (name.startsWith(".")) continue;
			if (hasControl(name)) {
				this.add("attachments", `the name ${JSON.stringify(name)} holds control characters`);
				continue;
			}
			const path = `attachments/${name}`;
			// Where capital letters or decomposed accents make no difference, one would overwrite the other.
			const folded = name.normalize("NFC").toLowerCase();
			const twin = names.get(folded);
			if (twin !== undefined) {
				this.add(path, `it has the same name as ${twin} for most readers`, "Rename one of them.");
				continue;
			}
			names.set(folded, name);
			const problem = nameProblem(name);
			if (problem !== null) {
				this.add(path, problem.what, problem.fix);
				continue;
			}
			const content = await this.bytes(path, path, Math.min(LARGEST_FILE, LARGEST_TOGETHER - together));
			if (content === null) continue;
			together += content.length;
			const judged = judgeAttachment(name, content);
			if ("what" in judged) {
				this.add(path, judged.what, judged.fix);
				continue;
			}
			const digest = createHash("sha256").update(content).digest("base64");
			const same = digests.get(digest);
			if (same === undefined) digests.set(digest, name);
			else this.add(path, `it is the same file as ${same}`, "Take one of them away.");
			files.push({ path, name: name.normalize("NFC"), content, type: judged.type });
		}
		return files;
	}

	/** The bytes of a regular file that really lies in the folder. `where` null: it may be absent. */
	private async bytes(path: string, where: string | null, most: number): Promise<Buffer | null> {
		const place = where ?? path;
		try {
			const real = await realpath(join(this.root, path));
			if (!real.startsWith(this.root + sep)) {
				this.add(place, `${path} leads out of the campaign's folder`, "Copy the file into the folder.");
				return null;
			}
			const facts = await stat(real);
			if (!facts.isFile()) this.add(place, `${path} is not a file`);
			else if (facts.size > most) this.add(place, `${path} is ${formatBytes(facts.size)}; at most ${formatBytes(most)} are read`);
			else return await readFile(real);
			return null;
		} catch (error) {
			const absent = codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
			if (where === null && absent) return null;
			this.add(place, absent ? `${path} does not exist` : `${path} cannot be read: ${textOf(error)}`);
			return null;
		}
	}
}

// How a campaign's folder could be made smaller: a plan, and the files that go with it. Pure: a folder in, a folder out; fix.file.ts writes it.
//
// Each step is something that a careful editor would do by hand, and none changes what a reader reads: pictures no larger than they are shown and out of
// the HTML, files that are too large for mail onto the web with a link in their place, style sheets and markup without idle bytes.
import { shrinkImage } from "./fix-image.ts";
import { DATA_IMAGE, digestOf, endingOf, type Pixels, type Recompressed, renewed } from "./fix-pictures.ts";
import type { CampaignFolder } from "./folder.file.ts";
import { type FolderFile, imageReferences, imageType, renameImages } from "./images.ts";
import { escapeHtml } from "./liquid.ts";
import { minifyHtml } from "./minify.ts";
import { LARGE_IMAGE } from "./size.ts";
import { formatBytes } from "./text.ts";
import { base64Length } from "./transfer.ts";

export interface FixOptions {
	/** Where hosted files can be fetched, without a slash at its end; null: nothing is hosted. */
	readonly hostedUrl: string | null;
	/** Bytes: files above are turned into links; and the largest ones until all that travels is below `messageWarn`. */
	readonly attachmentMax: number;
	readonly messageWarn: number;
	/** What a codec made of the pictures, by digest (fix-pictures.ts); those that are missing are packed again without loss. */
	readonly recompressed?: ReadonlyMap<string, Recompressed>;
}

/** One thing that was done. Bytes. */
export interface FixStep {
	readonly what: string;
	readonly before: number;
	readonly after: number;
	/** Of a picture that was recompressed. */
	readonly picture?: {
		readonly file: string;
		readonly before: Pixels;
		readonly after: Pixels;
		/** "JPEG of quality 82" */
		readonly as: string;
		/** To the original at the new size: 1 is equal (likeness.ts). */
		readonly likeness: number;
	};
}

export interface Fix {
	readonly folder: CampaignFolder;
	/** Files for the web server, named after their content, so that a new version never changes an old newsletter. */
	readonly hosted: readonly { readonly name: string; readonly content: Buffer }[];
	readonly steps: readonly FixStep[];
	/** What is still large and why nothing was done about it. */
	readonly left: readonly string[];
}

export function planFix(folder: CampaignFolder, options: FixOptions): Fix {
	const work = new Work(folder, options);
	work.shrinkImages();
	work.takeOutDataImages();
	work.hostImages();
	work.linkAttachments();
	work.minify();
	return work.result();
}

/** Bytes; less is not worth telling. */
const WORTH_IT = 256;

class Work {
	readonly #folder: CampaignFolder;
	readonly #options: FixOptions;
	readonly #hosted = new Map<string, Buffer>();
	readonly #steps: FixStep[] = [];
	readonly #left: string[] = [];
	#body: string;
	#text: string | null;
	#images: FolderFile[];
	#attachments: readonly FolderFile[];

	constructor(folder: CampaignFolder, options: FixOptions) {
		this.#folder = folder;
		this.#options = options;
		this.#body = folder.body.source;
		this.#text = folder.text?.source ?? null;
		this.#images = [...folder.images];
		this.#attachments = folder.attachments;
	}

	/** With the codec's answer where there is one, else pixel for pixel. */
	shrinkImages(): void {
		const renamed = new Map<string, string>();
		this.#images = this.#images.map((image) => {
			const made = this.#made(image.content);
			if (made?.kind === "smaller") {
				const smaller = renewed(image, made, new Set([...this.#images.map(({ path }) => path), ...renamed.values()]));
				if (smaller.path !== image.path) renamed.set(image.path, smaller.path);
				this.#recompressed(image.path, smaller.path, image.content, made);
				return smaller;
			}
			if (made?.kind === "broken")
				this.#left.push(`${image.path} cannot be read as a picture, and is left as it is: ${made.why}`);
			const content = shrinkImage(image.content, image.type);
			if (image.content.length - content.length < WORTH_IT) return image;
			this.#step(`${image.path} packed again, pixel for pixel the same`, image.content.length, content.length);
			return { ...image, content };
		});
		this.#body = renameImages(this.#body, (path) => {
			const name = renamed.get(path);
			return name === undefined ? null : encodeURI(name);
		});
	}

	/** A picture in the HTML counts for Gmail's clip, and Gmail does not even show it. */
	takeOutDataImages(): void {
		let before = 0;
		let after = 0;
		let count = 0;
		this.#body = this.#body.replace(DATA_IMAGE, (whole: string, letters: string) => {
			const raw = Buffer.from(letters, "base64");
			const type = imageType(raw);
			if (type === null) {
				this.#left.push(`an inline data: image of ${formatBytes(whole.length)} is not a PNG, JPEG, GIF or WebP image`);
				return whole;
			}
			const made = this.#made(raw);
			const content = made?.kind === "smaller" ? made.content : shrinkImage(raw, type);
			const known = this.#images.find((image) => image.content.equals(content));
			const nowType = made?.kind === "smaller" ? made.type : type;
			const name = fileName(`picture.${endingOf(nowType)}`, content);
			const path = known === undefined ? `images/${name}` : encodeURI(known.path);
			if (known === undefined) {
				this.#images.push({ path, name, content, type: nowType });
				if (made?.kind === "smaller") this.#recompressed("an inline data: image", path, raw, made);
				else if (made?.kind === "broken")
					this.#left.push(`${path}, an inline data: image, cannot be read as a picture, and is left as it is: ${made.why}`);
			}
			count += 1;
			before += whole.length;
			after += path.length;
			return path;
		});
		if (count > 0) this.#step(`${several(count, "inline data: image")} moved from the HTML to images/`, before, after);
	}

	hostImages(): void {
		const { hostedUrl } = this.#options;
		if (hostedUrl === null) {
			for (const { path, content } of this.#images)
				if (base64Length(content.length) >= LARGE_IMAGE)
					this.#left.push(
						`${path} is ${formatBytes(content.length)}, ${formatBytes(base64Length(content.length) - LARGE_IMAGE)} more in every message than the ${formatBytes(LARGE_IMAGE)} advised: export it smaller, or host it (--hosted-url, or [images] hosted_url)`,
					);
			return;
		}
		const named = new Set(imageReferences(this.#body).map(({ path }) => path));
		const links = new Map<string, string>();
		for (const image of this.#images)
			if (named.has(image.path)) links.set(image.path, `${hostedUrl}/${this.#host(image.name, image.content)}`);
		if (links.size === 0) return;
		const before = this.#images.reduce((sum, image) => sum + base64Length(image.content.length), 0);
		this.#body = renameImages(this.#body, (path) => links.get(path) ?? null);
		this.#images = this.#images.filter(({ path }) => !links.has(path));
		const after = this.#images.reduce((sum, image) => sum + base64Length(image.content.length), 0);
		this.#step(`${several(links.size, "picture")} hosted, with links in their place`, before, after);
	}

	linkAttachments(): void {
		const { hostedUrl, attachmentMax, messageWarn } = this.#options;
		const travels = (files: readonly FolderFile[]) => files.reduce((sum, file) => sum + base64Length(file.content.length), 0);
		const around = travels(this.#images) + Buffer.byteLength(this.#body) + Buffer.byteLength(this.#text ?? "");
		const linked: FolderFile[] = [];
		let kept: readonly FolderFile[] = this.#attachments;
		for (const file of this.#attachments.toSorted((a, b) => b.content.length - a.content.length)) {
			if (file.content.length <= attachmentMax && around + travels(kept) < messageWarn) continue;
			kept = kept.filter((one) => one !== file);
			if (hostedUrl !== null) linked.push(file);
			else
				this.#left.push(
					`${file.path} is ${formatBytes(file.content.length)}, ${formatBytes(base64Length(file.content.length))} in every message: link to it (--hosted-url, or [images] hosted_url)`,
				);
		}
		if (hostedUrl === null || linked.length === 0) return;
		const links = linked.map(({ name, content }) => ({
			name,
			size: formatBytes(content.length),
			url: `${hostedUrl}/${this.#host(name, content)}`,
		}));
		this.#body = withLinks(this.#folder.body.format, this.#body, links);
		if (this.#text !== null)
			this.#text = `${this.#text.trimEnd()}\n\n${links.map(({ name, size, url }) => `${literal(name)} (${size}): ${url}`).join("\n")}\n`;
		this.#step(
			`${linked.map(({ name }) => name).join(", ")}: attached no more, linked at the end of the text`,
			travels(this.#attachments),
			travels(kept),
		);
		this.#attachments = kept;
	}

	minify(): void {
		// Markdown and MJML become HTML later, and small HTML at that.
		if (this.#folder.body.format !== "html") return;
		const smaller = minifyHtml(this.#body);
		const [before, after] = [Buffer.byteLength(this.#body), Buffer.byteLength(smaller)];
		if (after >= before) return;
		this.#body = smaller;
		this.#step("HTML and its style sheets without comments and idle white space", before, after);
	}

	result(): Fix {
		const { body, text } = this.#folder;
		return {
			folder: {
				...this.#folder,
				body: { ...body, source: this.#body },
				text: text === null || this.#text === null ? null : { ...text, source: this.#text },
				images: this.#images,
				attachments: this.#attachments,
			},
			hosted: [...this.#hosted].map(([name, content]) => ({ name, content })),
			steps: this.#steps,
			left: this.#left,
		};
	}

	#made(content: Buffer): Recompressed | undefined {
		const { recompressed } = this.#options;
		return recompressed?.get(digestOf(content));
	}

	#recompressed(was: string, file: string, content: Buffer, made: Extract<Recompressed, { kind: "smaller" }>): void {
		const { before, after, as, likeness } = made;
		const pixels =
			before.width === after.width
				? `${after.width} × ${after.height} pixels`
				: `${before.width} × ${before.height} → ${after.width} × ${after.height} pixels`;
		this.#steps.push({
			what: `${was === file ? file : `${was} → ${file}`}: ${as}, ${pixels}`,
			before: content.length,
			after: made.content.length,
			picture: { file, before, after, as, likeness },
		});
	}

	#step(what: string, before: number, after: number): void {
		this.#steps.push({ what, before, after });
	}

	#host(name: string, content: Buffer): string {
		const hosted = fileName(name, content);
		this.#hosted.set(hosted, content);
		return hosted;
	}
}

/** "photo-3f2a91c04b7d.jpg": ASCII, so that it needs no escaping in a URL or a shell. */
function fileName(name: string, content: Buffer): string {
	const digest = digestOf(content).slice(0, 12);
	if (name.includes(`-${digest}.`)) return name;
	const dot = name.lastIndexOf(".");
	const plain = (text: string) => text.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "");
	const stem = plain(dot > 0 ? name.slice(0, dot) : name).slice(0, 60);
	const ending = dot > 0 ? plain(name.slice(dot + 1)).toLowerCase() : "";
	return `${stem === "" ? "file" : stem}-${digest}${ending === "" ? "" : `.${ending}`}`;
}

interface FileLink {
	readonly name: string;
	readonly size: string;
	readonly url: string;
}

/** The size stands inside the link: "files.zip" alone looks like a domain, and a link that seems to lead to another one like fraud. */
function withLinks(format: CampaignFolder["body"]["format"], body: string, links: readonly FileLink[]): string {
	if (format === "md")
		return `${body.trimEnd()}\n\n${links.map(({ name, size, url }) => `- [${literal(name).replace(/[[\]\\]/g, "\\$&")} (${size})](${url})`).join("\n")}\n`;
	const lines = links.map(({ name, size, url }) => `<a href="${url}">${literal(escapeHtml(name))} (${size})</a>`).join("<br>");
	if (format === "mjml")
		return before(body, /<\/mj-body\s*>/i, `<mj-section><mj-column><mj-text>${lines}</mj-text></mj-column></mj-section>`);
	return before(body, /<\/body\s*>/i, `<p>${lines}</p>`);
}

function before(body: string, end: RegExp, what: string): string {
	const at = body.search(end);
	return at < 0 ? body + what : body.slice(0, at) + what + body.slice(at);
}

/** A file name is no template. */
function literal(name: string): string {
	return /\{[{%]/.test(name) ? `{% raw %}${name}{% endraw %}` : name;
}

function several(count: number, one: string): string {
	return `${count} ${one}${count === 1 ? "" : "s"}`;
}

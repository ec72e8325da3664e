// `campaign check ID --fix`: writes a smaller copy of a campaign's folder beside it, and measures both. The original is never touched; the campaign
// goes on using it unless it is asked otherwise. What is done to the folder is compose/fix.ts' plan.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CompiledCampaign } from "../compose/compiled.ts";
import { type FixStep, planFix } from "../compose/fix.ts";
import { picturesOf } from "../compose/fix-pictures.ts";
import { type CampaignFolder, readCampaignFolder } from "../compose/folder.file.ts";
import { type Measurement, measureWorst } from "../compose/size.ts";
import { codeOf, fail, textOf } from "../errors.ts";
import type { Campaign } from "./campaign.store.ts";
import { standInsFor } from "./check-compose.ts";
import { prepareCampaign } from "./prepare.ts";
import { recompress } from "./recompress.file.ts";
import type { CampaignState } from "./states.ts";
import { findWorst } from "./worst.store.ts";

export interface FixedCampaign {
	/** Absolute path of the smaller copy; null: there was nothing to do. */
	readonly folder: string | null;
	readonly steps: readonly FixStep[];
	/** What is still large, and why. */
	readonly left: readonly string[];
	readonly hosted: readonly { readonly file: string; readonly url: string; readonly bytes: number }[];
	/** The hosted files lie beside the campaign and still have to be uploaded. */
	readonly upload: boolean;
	/** The campaign uses the copy from now on. */
	readonly used: boolean;
	/** Of the worst readers; null when the lists are empty. */
	readonly before: Measurement | null;
	readonly after: Measurement | null;
}

type Deps = Parameters<typeof prepareCampaign>[0];

/** Its folder may still be exchanged. */
const NOT_BEGUN: readonly CampaignState[] = ["draft", "scheduled", "blocked"];

/**
 * Throws campaign-state when `use` is asked for a campaign that has begun, what prepareCampaign throws, and fix-unwritable.
 * `hostedUrl` null: that of [images].
 */
export async function fixCampaign(
	deps: Deps,
	campaign: Campaign,
	options: { readonly hostedUrl: string | null; readonly use: boolean },
): Promise<FixedCampaign> {
	const { id, name, state } = campaign;
	if (options.use && !NOT_BEGUN.includes(state))
		fail("campaign-state", { id, name, state, command: "check --fix --use", from: NOT_BEGUN.join(", ") });
	const { limits, images } = deps.config;
	const original = await readCampaignFolder(campaign.folder);
	const before = await measured(deps, campaign, campaign.folder);
	const hostedUrl = options.hostedUrl ?? images.hostedUrl;
	const { attachmentMax, messageWarn } = limits;
	const { made, trouble } = await recompress(picturesOf(original, images.maxWidth), images.quality);
	const plan = planFix(original, { hostedUrl, attachmentMax, messageWarn, recompressed: made });
	const { steps } = plan;
	const left =
		trouble === null
			? plan.left
			: [...plan.left, `pictures were not recompressed, since sharp cannot be loaded on this machine: ${trouble}`];
	if (steps.length === 0) return { folder: null, steps, left, hosted: [], upload: false, used: false, before, after: before };

	const files = await filesOf(original.dir, plan.folder);
	const folder = await freeFolder(campaign.folder, files);
	const hostedFolder = images.hostedFolder ?? path.join(folder, "hosted");
	try {
		for (const [name, content] of files) await writeIn(folder, name, content);
		// Named after their content: what is there already is the same.
		for (const { name, content } of plan.hosted) await writeIn(hostedFolder, name, content);
	} catch (error) {
		fail("fix-unwritable", { folder, detail: textOf(error) }, { cause: error });
	}
	const after = await measured(deps, campaign, folder);
	if (options.use) await deps.db.campaign.update({ where: { id }, data: { folder } });
	return {
		folder,
		steps,
		left,
		hosted: plan.hosted.map(({ name: file, content }) => ({
			file: path.join(hostedFolder, file),
			url: `${hostedUrl ?? ""}/${file}`,
			bytes: content.length,
		})),
		upload: plan.hosted.length > 0 && images.hostedFolder === null,
		used: options.use,
		before,
		after,
	};
}

async function measured(deps: Deps, campaign: Campaign, folder: string): Promise<Measurement | null> {
	const compiled: CompiledCampaign = await prepareCampaign(deps, { ...campaign, folder, frozen: null }, { strict: false });
	const now = deps.clock.now();
	const worst = await findWorst(deps.db, campaign.id, compiled, now, await standInsFor(deps.db, campaign.id, compiled));
	return worst === null ? null : measureWorst(compiled, worst, { now, limits: deps.config.limits });
}

/** december → december-fixed, or december-fixed-2 when there is another one. A copy that is the same already is used again. */
async function freeFolder(original: string, files: ReadonlyMap<string, string | Buffer>): Promise<string> {
	const stem = original.replace(/-fixed(?:-\d+)?$/, "");
	for (let n = 1; ; n += 1) {
		const folder = `${stem}-fixed${n === 1 ? "" : `-${n}`}`;
		try {
			await mkdir(folder);
			return folder;
		} catch (error) {
			if (codeOf(error) !== "EEXIST") return fail("fix-unwritable", { folder, detail: textOf(error) }, { cause: error });
			if (await holds(folder, files)) return folder;
		}
	}
}

/** These files and no others: an attachment that the editor has taken away since would be sent again. */
async function holds(folder: string, files: ReadonlyMap<string, string | Buffer>): Promise<boolean> {
	const there = (await readdir(folder, { recursive: true, withFileTypes: true }))
		.filter((entry) => !entry.isDirectory())
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));
	if (there.some((name) => !files.has(name) && !name.startsWith("hosted/"))) return false;
	for (const [name, content] of files) {
		const there = await readFile(path.join(folder, name)).catch(() => null);
		if (there === null || !there.equals(Buffer.from(content))) return false;
	}
	return true;
}

/** Only what the campaign uses: nothing else of the folder was looked at. */
async function filesOf(from: string, folder: CampaignFolder): Promise<ReadonlyMap<string, string | Buffer>> {
	const files = new Map<string, string | Buffer>();
	files.set("campaign.toml", await readFile(path.join(from, "campaign.toml")));
	files.set(folder.body.file, folder.body.source);
	if (folder.text !== null) files.set(folder.text.file, folder.text.source);
	for (const file of [...folder.images, ...folder.attachments]) files.set(file.path, file.content);
	return files;
}

async function writeIn(folder: string, name: string, content: string | Buffer): Promise<void> {
	const target = path.join(folder, name);
	await mkdir(path.dirname(target), { recursive: true });
	await writeFile(target, content);
}

// What `campaign check ID --fix` did, in words: step by step, and part by part before and after.
import type { Campaign } from "../campaign/campaign.store.ts";
import type { FixedCampaign } from "../campaign/fix.file.ts";
import type { Measurement } from "../compose/size.ts";
import type { Output } from "./output.ts";
import { text } from "./printable.ts";
import { bytes } from "./words.ts";

/** As scripts read it. Sizes in bytes. */
export function fixJson(campaign: Campaign, fixed: FixedCampaign) {
	return { campaign: campaign.id, name: campaign.name, ...fixed };
}

/** Does what is left still forbid the start? */
export function stillTooLarge(fixed: FixedCampaign): boolean {
	return fixed.after?.findings.some(({ level }) => level === "fail") ?? false;
}

/** `again`: the options to be given once more. */
export async function sayFix(out: Output, campaign: Campaign, fixed: FixedCampaign, again: string): Promise<void> {
	const c = out.colours;
	const { folder, steps, left, before, after } = fixed;
	if (folder === null) await out.say("nothing here can be made smaller without changing what readers see");
	else {
		await out.say(`${c.bold("done")}`);
		await out.table(
			[
				{ title: "what", value: (step) => step.what, shrinks: true },
				{ title: "before", value: (step) => bytes(step.before), align: "right" },
				{ title: "after", value: (step) => bytes(step.after), align: "right" },
			],
			steps,
		);
		if (before !== null && after !== null) {
			await out.say(`\n${c.bold("sizes")} of the largest message`);
			await out.table(
				[
					{ title: "part", value: (row) => row.part },
					{ title: "before", value: (row) => bytes(row.before), align: "right" },
					{ title: "after", value: (row) => bytes(row.after), align: "right" },
					{ title: "limit", value: (row) => (row.limit === null ? "" : bytes(row.limit)), align: "right" },
				],
				compared(before, after),
			);
		}
		await out.say(text`\nthe smaller copy: ${folder} (the original is as it was)`);
		if (fixed.upload) {
			await out.say(text`upload these before the start, or the links lead nowhere:`);
			for (const { file, url } of fixed.hosted) await out.say(text`  ${file} → ${url}`);
		} else for (const { url } of fixed.hosted) await out.say(text`  hosted: ${url}`);
	}
	for (const one of left) await out.say(text`${c.yellow("left")} ${one}`);
	for (const finding of after?.findings ?? []) await out.say(text`${c.yellow("still")} ${finding.what}`);
	if (fixed.used) await out.say(`\ncampaign ${campaign.id} uses the copy from now on: wellsent campaign check ${campaign.id}`);
	else if (folder !== null && stillTooLarge(fixed))
		await out.say(
			text`\nthe copy would not start either: ${fixed.left.length > 0 && again === "" ? "see what is left above, e.g. with --hosted-url https://…" : "mend what is named above"}`,
		);
	else if (folder !== null) await out.say(`\nlook at it, then: wellsent campaign check ${campaign.id} --fix --use${again}`);
}

interface Compared {
	readonly part: string;
	readonly before: number;
	readonly after: number;
	readonly limit: number | null;
}

function compared(before: Measurement, after: Measurement): readonly Compared[] {
	const sum = (of: Measurement, part: "image" | "attachment") =>
		of.parts.filter((one) => one.part === part).reduce((total, one) => total + one.encoded, 0);
	const limitOf = (part: string) => before.parts.find((one) => one.part === part)?.limit ?? null;
	const html = (of: Measurement) => Math.max(of.html, of.htmlEncoded);
	return [
		{ part: "HTML", before: html(before), after: html(after), limit: limitOf("html") },
		{ part: "text", before: before.textEncoded, after: after.textEncoded, limit: null },
		{ part: "images", before: sum(before, "image"), after: sum(after, "image"), limit: null },
		{ part: "attachments", before: sum(before, "attachment"), after: sum(after, "attachment"), limit: null },
		{ part: "message", before: before.message, after: after.message, limit: limitOf("message") },
	];
}

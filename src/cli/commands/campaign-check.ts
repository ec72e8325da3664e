// `wellsent campaign check`: what stands against sending, how large the message is, how long it will take. Exit status 3 when it may not start.
import type { Command } from "commander";
import type { Campaign } from "../../campaign/campaign.store.ts";
import type { CampaignCheck } from "../../campaign/check.ts";
import { idArgument } from "../arguments.ts";
import type { Output } from "../output.ts";
import { text } from "../printable.ts";
import type { Host } from "../run.ts";
import { bytes, count, several } from "../words.ts";

export function campaignCheck(group: Command, host: Host): void {
	group
		.command("check")
		.description(
			"sizes of the worst message, mistakes, and the time it will take by site; sends nothing. Exit status 3 when it may not start",
		)
		.argument("<id>", "number of the campaign", idArgument)
		.action((id: number, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { checkCampaign } = await import("../../campaign/check.ts");
				const { getCampaign } = await import("../../campaign/campaign.store.ts");
				const app = await run.app();
				const campaign = await getCampaign(app.db, id);
				const check = await checkCampaign(app, campaign);
				await run.out.answer(
					() => checkJson(campaign, check),
					() => sayCheck(run.out, campaign, check),
				);
				return check.passed ? 0 : 3;
			}),
		);
}

/** A check as scripts read it. Times in milliseconds, sizes in bytes. */
export function checkJson(campaign: Campaign, check: CampaignCheck) {
	const { passed, findings, sizes, worstReader, readers, suppressed, eta, sites } = check;
	return { campaign: campaign.id, name: campaign.name, passed, findings, sizes, worstReader, readers, suppressed, eta, sites };
}

async function sayCheck(out: Output, campaign: Campaign, check: CampaignCheck): Promise<void> {
	const { findingLines } = await import("../report.ts");
	const { spell } = await import("../../campaign/eta.ts");
	const c = out.colours;
	await out.say(`${c.bold(text`${campaign.name}`)} (campaign ${campaign.id}, ${campaign.state})\n`);
	await out.say(findingLines(check, c, true).join("\n"));
	const { sizes } = check;
	if (sizes !== null) {
		await out.say(`\n${c.bold("sizes")} of the largest message, to ${text`${check.worstReader ?? ""}`}`);
		const files = (title: string, list: typeof sizes.images) =>
			list.map((file) => ({ what: title, name: file.name, bytes: bytes(file.bytes), encoded: bytes(file.encoded) }));
		await out.table(
			[
				{ title: "part", value: (row) => row.what },
				{ title: "file", value: (row) => row.name, shrinks: true },
				{ title: "size", value: (row) => row.bytes, align: "right" },
				{ title: "as it travels", value: (row) => row.encoded, align: "right" },
			],
			[
				{ what: "HTML", name: "", bytes: bytes(sizes.html), encoded: bytes(sizes.htmlEncoded) },
				{ what: "text", name: "", bytes: bytes(sizes.text), encoded: "" },
				...files("image", sizes.images),
				...files("attachment", sizes.attachments),
				{ what: "message", name: "", bytes: "", encoded: bytes(sizes.message) },
			],
		);
		if (sizes.contributors.length > 0) await out.say(text`largest parts: ${sizes.contributors.slice(0, 6).join("; ")}`);
	}
	if (check.sites.length > 0) {
		await out.say(`\n${c.bold("time")} by site, from the limits of the lanes (deferrals come on top)`);
		await out.table(
			[
				{ title: "site", value: (site) => site.site, shrinks: true },
				{ title: "messages", value: (site) => count(site.messages), align: "right" },
				{ title: "about", value: (site) => spell(site.ms), align: "right" },
				{ title: "limit", value: (site) => site.limit, shrinks: true },
			],
			check.sites.slice(0, out.width === null ? undefined : 20),
		);
		if (out.width !== null && check.sites.length > 20) await out.say(`and ${several(check.sites.length - 20, "more site")}`);
	}
	await out.say(
		check.passed ? `\n${c.green("may start")}: wellsent campaign start ${campaign.id}` : `\n${c.red("may not start")}`,
	);
}

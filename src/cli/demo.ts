// The try-out of `wellsent serve` without settings: the example list and newsletter, sent once, shown live, summed up honestly.
import { addCampaign, startCampaign } from "../campaign/actions.ts";
import { type Campaign, getCampaign, listCampaigns } from "../campaign/campaign.store.ts";
import { pause } from "../clock.ts";
import { findList } from "../contacts/contacts.store.ts";
import { importContacts } from "../contacts/import-csv.file.ts";
import { WellsentError } from "../errors.ts";
import type { Live } from "./live.ts";
import type { Output } from "./output.ts";
import type { CliApp } from "./ports.ts";
import { text } from "./printable.ts";
import { onlyWaits } from "./progress.ts";
import { findingLines, reportJson, reportLines, reportOf } from "./report.ts";
import { watch } from "./stay.ts";
import { count, several } from "./words.ts";

/** The list and the newsletter to begin with. */
export interface Example {
	readonly list: string;
	readonly csv: string;
	readonly campaign: string;
}

/** What the simulated servers counted themselves, since this start. */
export interface SandboxTotals {
	readonly connections: number;
	readonly refusedConnections: number;
	readonly accepted: number;
	readonly refused: number;
}

/** An interim summary is due when nothing will happen for so long. Milliseconds. */
const LONG_WAIT_MS = 15_000;

/** Imports the example list where it is missing, and starts the example newsletter where there is no campaign at all. Says what it found; sends nothing twice. */
export async function prepareDemo(app: CliApp, example: Example, out: Output): Promise<void> {
	try {
		await findList(app.db, example.list);
	} catch (error) {
		if (!(error instanceof WellsentError) || error.code !== "list-unknown") throw error;
		const report = await importContacts(app.db, { file: example.csv, list: example.list, clock: app.clock });
		out.note(text`imported the example list "${report.list}": ${several(report.created, "reader")}`);
	}
	const campaigns = await listCampaigns(app.db, { limit: 1_000 });
	const known = campaigns.find((one) => one.folder === example.campaign && one.lists.includes(example.list));
	if (campaigns.length > 0 && (known === undefined || known.state !== "draft"))
		return sayWhatIsThere(known ?? null, campaigns, out);
	const campaign = known ?? (await addCampaign(app, { dir: example.campaign, lists: [example.list] }));
	const { started, check } = await startCampaign(app, campaign.id);
	const lines = findingLines(check, out.noteColours, started === null);
	if (lines.length > 0) out.note(lines.join("\n"));
	out.note(
		started === null
			? text`the example newsletter was not started: see wellsent campaign check ${campaign.id}`
			: text`started the example newsletter "${campaign.name}" as campaign ${campaign.id}`,
	);
}

function sayWhatIsThere(example: Campaign | null, campaigns: readonly Campaign[], out: Output): void {
	const running = campaigns.filter((one) => one.state === "running");
	for (const one of running) out.note(text`going on with what is left of campaign ${one.id} "${one.name}"; nobody gets it twice`);
	for (const one of campaigns.filter((other) => other.state === "paused"))
		out.note(text`campaign ${one.id} "${one.name}" is paused: wellsent campaign resume ${one.id}`);
	if (example !== null && (example.state === "finished" || example.state === "cancelled"))
		out.note(
			text`the example newsletter is ${example.state} already and is not sent again. Send one: wellsent send DIR --list LIST; begin anew: stop this and remove the folder data`,
		);
}

/** Shows every running campaign until the signal comes, and sums up each that ends. */
export async function showCampaigns(
	app: CliApp,
	of: {
		readonly out: Output;
		readonly signal: AbortSignal;
		readonly live: Live;
		readonly totals: () => SandboxTotals;
		readonly onIdle: () => void;
	},
): Promise<void> {
	const since = app.clock.now();
	const { signal, live } = of;
	const alive = setInterval(() => undefined, 60_000);
	let idle = false;
	try {
		while (!signal.aborted) {
			const campaign = (await listCampaigns(app.db, { states: ["running"], limit: 1_000 })).at(-1);
			if (campaign === undefined) {
				if (!idle) of.onIdle();
				idle = true;
				await pause(app.clock, 500, signal);
				continue;
			}
			idle = false;
			let interim = false;
			await watch(app, campaign.id, {
				live,
				signal,
				until: (progress) => progress.campaign.state !== "running",
				each: async (progress) => {
					if (interim || !onlyWaits(progress) || (progress.nextTry ?? 0) - progress.at < LONG_WAIT_MS) return;
					interim = true;
					live.clear();
					await summary(app, campaign.id, of, since);
				},
			});
			live.leave();
			if (!signal.aborted) await summary(app, campaign.id, of, since);
		}
	} finally {
		clearInterval(alive);
	}
}

async function summary(
	app: CliApp,
	id: number,
	of: { readonly out: Output; readonly totals: () => SandboxTotals },
	since: number,
): Promise<void> {
	const report = await reportOf(app, await getCampaign(app.db, id));
	const ours = await acceptedSince(app, since);
	const theirs = of.totals();
	await of.out.answer(
		() => ({ ...reportJson(report), sandbox: theirs }),
		() =>
			of.out.say(
				[
					"",
					...reportLines(report, of.out.colours),
					`  The simulated servers' own record since this start: ${several(theirs.accepted, "message")} accepted (our log: ${count(ours)}), ` +
						`${count(theirs.refused)} refused, ${several(theirs.connections, "connection")}, ${count(theirs.refusedConnections)} of them refused.`,
					`  Every answer: wellsent log --campaign ${id} · one reader: wellsent explain ADDRESS · the hosts: wellsent hosts --problems`,
					"",
				].join("\n"),
			),
	);
}

async function acceptedSince(app: CliApp, since: number): Promise<number> {
	const rows = await app.db.response.count({ where: { class: "accepted", at: { gte: new Date(since) } } });
	return rows;
}

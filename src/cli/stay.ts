// Stays with a campaign until it is finished: sends from here when nobody else does, follows the daemon otherwise, pauses on Ctrl-C.
import { pauseCampaign } from "../campaign/actions.ts";
import { getCampaign, listCampaigns } from "../campaign/campaign.store.ts";
import { spell } from "../campaign/eta.ts";
import { pause } from "../clock.ts";
import { activeRunner } from "../deliver/runner.store.ts";
import { WellsentError } from "../errors.ts";
import { onInterrupt } from "./interrupt.ts";
import { Live } from "./live.ts";
import type { CliApp, Sender } from "./ports.ts";
import { readProgress } from "./progress.store.ts";
import { onlyWaits, type Progress, RateMeter } from "./progress.ts";
import { reportJson, reportLines, reportOf } from "./report.ts";
import type { Run } from "./run.ts";
import { localTime } from "./words.ts";

/** How often the picture is renewed; a large campaign, whose counting takes longer, is counted less often. Milliseconds. */
const LOOK_EVERY_MS = 500;
const COUNTING_SHARE = 30;

/** Watches a campaign until `until` says so of it, or the signal comes. Answers the last picture. */
export async function watch(
	app: CliApp,
	id: number,
	of: {
		readonly live: Live;
		readonly signal: AbortSignal;
		readonly until: (progress: Progress) => boolean;
		readonly each?: (progress: Progress) => Promise<void>;
	},
): Promise<Progress> {
	const meter = new RateMeter();
	// The clock's own timers do not keep the process alive, and following another process is nothing else.
	const alive = setInterval(() => undefined, 60_000);
	try {
		for (;;) {
			const began = performance.now();
			const progress = await readProgress(app, id, meter);
			const cost = performance.now() - began;
			of.live.show(progress);
			if (of.signal.aborted || of.until(progress)) return progress;
			await of.each?.(progress);
			await pause(app.clock, Math.max(LOOK_EVERY_MS, cost * COUNTING_SHARE), of.signal);
		}
	} finally {
		clearInterval(alive);
	}
}

/** Stays until the campaign is over, paused or cancelled. Answers the exit status: 0 when it is finished, whatever became of its readers; they are shown. */
export async function stayWith(run: Run, app: CliApp, id: number): Promise<number> {
	const { out } = run;
	const live = new Live(out);
	let sender = await senderFor(app, live);
	const interrupt = onInterrupt(() =>
		live.note(`stopping: what is being sent is finished, campaign ${id} is paused (Ctrl-C again quits at once) …`),
	);
	run.atEnd(async () => interrupt.release());
	const waits = new WaitNotes(live);
	const last = await watch(app, id, {
		live,
		signal: interrupt.signal,
		until: (progress) => progress.campaign.state !== "running",
		each: async (progress) => {
			waits.look(progress);
			if (sender === null && (await activeRunner(app.db, app.clock)) === null) {
				live.note("the daemon is gone: sending goes on from here");
				sender = await senderFor(app, live);
			}
		},
	});
	const stopped = interrupt.signal.aborted && last.campaign.state === "running";
	if (stopped) await pauseUnlessOver(app, id);
	await sender?.stop();
	live.leave();
	const report = await reportOf(app, await getCampaign(app.db, id));
	await out.answer(
		() => reportJson(report),
		() => out.say(`\n${reportLines(report, out.colours).join("\n")}`),
	);
	if (report.campaign.state === "paused") out.note(`\n${await howToResume(app, id)}`);
	return report.campaign.state === "finished" ? 0 : 1;
}

/** Starts sending in this process; null when another one does it. */
async function senderFor(app: CliApp, live: Live): Promise<Sender | null> {
	const runner = await activeRunner(app.db, app.clock);
	if (runner !== null) {
		live.note(`process ${runner.pid} (${runner.role}) sends; this only follows it`);
		return null;
	}
	try {
		const others = await listCampaigns(app.db, { states: ["running"] });
		const sender = await app.startSender("send");
		tellRecovery(sender, (words) => live.note(words));
		if (others.length > 1) live.note(`${others.length - 1} other running campaign(s) are sent as well while this goes on`);
		return sender;
	} catch (error) {
		if (error instanceof WellsentError && error.code === "already-running") return null;
		throw error;
	}
}

/** Says what was found half done, if anything was. */
export function tellRecovery({ recovered }: Sender, note: (words: string) => void): void {
	const { settled, uncertain, requeued } = recovered;
	if (settled + uncertain + requeued === 0) return;
	note(
		`recovered from the last run: ${settled} answered deliveries recorded, ${requeued} queued again, ${uncertain} uncertain (not sent again by themselves)`,
	);
}

/** Who will send what was started: the words for people. */
export async function whoSends(app: CliApp): Promise<string> {
	const runner = await activeRunner(app.db, app.clock);
	if (runner === null) return "No process is sending now: start one with `wellsent serve`.";
	return `Process ${runner.pid} (${runner.role}) sends it now: \`wellsent campaign show\` tells how far it is.`;
}

async function howToResume(app: CliApp, id: number): Promise<string> {
	const runner = await activeRunner(app.db, app.clock);
	const stay = runner === null ? " --stay" : "";
	return `The campaign is paused. Go on with: wellsent campaign resume ${id}${stay}`;
}

async function pauseUnlessOver(app: CliApp, id: number): Promise<void> {
	try {
		await pauseCampaign(app, id, "Ctrl-C");
	} catch (error) {
		if (!(error instanceof WellsentError) || error.code !== "campaign-state") throw error;
	}
}

/** Says once for each long wait until when nothing will happen. */
class WaitNotes {
	readonly #live: Live;
	#told = 0;

	constructor(live: Live) {
		this.#live = live;
	}

	look(progress: Progress): void {
		if (!onlyWaits(progress) || progress.nextTry === null || progress.nextTry <= this.#told) return;
		const wait = progress.nextTry - progress.at;
		if (wait < 30_000) return;
		this.#told = progress.nextTry;
		const until = localTime(progress.nextTry);
		this.#live.note(`all ${progress.deferred} that are left wait for a later try: the next at ${until}, in ${spell(wait)}`);
	}
}

// How far a campaign has come, as lines: a view that is drawn again and again on a terminal, one line elsewhere. Pure; progress.store.ts reads the facts.
import type { Counts } from "../campaign/campaign.store.ts";
import { type LaneSpeed, type SiteShare, siteTimes, spell } from "../campaign/eta.ts";
import { withQuiet } from "../campaign/quiet.ts";
import type { QuietHours } from "../config/schema-schedule.ts";
import type { Colours } from "./output.ts";
import { printable } from "./printable.ts";
import { pad, shorten } from "./table.ts";
import { clockTime, count } from "./words.ts";

/** One site of a campaign. Deliveries. */
export interface SiteProgress {
	/** "" for readers whose site is not known yet. */
	readonly site: string;
	readonly total: number;
	readonly delivered: number;
	readonly failed: number;
	readonly uncertain: number;
	readonly suppressed: number;
	readonly cancelled: number;
	/** Queued and due, or being sent. */
	readonly left: number;
	/** Tried and waiting for a later try. */
	readonly deferred: number;
	/** Earliest and latest of those later tries; null without any. Instants. */
	readonly nextTry: number | null;
	readonly lastTry: number | null;
}

export interface Progress {
	readonly at: number;
	readonly campaign: { readonly id: number; readonly name: string; readonly state: string };
	readonly counts: Counts;
	readonly deferred: number;
	readonly nextTry: number | null;
	readonly lastTry: number | null;
	/** The most that is left first. */
	readonly sites: readonly SiteProgress[];
	/** Settled a second, over the last moments; null before that is known. */
	readonly rate: number | null;
	readonly siteRates: ReadonlyMap<string, number>;
	/** Milliseconds until the last message, from what is left and the lanes' limits. */
	readonly eta: number;
	/** "naver: 600/h", or "" when nothing is left but waiting. */
	readonly etaBecause: string;
}

/** Rates are taken over so long. */
const RATE_WINDOW_MS = 10_000;

/** Turns counts that only grow into rates. */
export class RateMeter {
	readonly #samples: { readonly at: number; readonly done: ReadonlyMap<string, number> }[] = [];

	/** Takes the counts (by site, "*" for all) at an instant and answers each rate a second; null until two samples are a second apart. */
	add(at: number, done: ReadonlyMap<string, number>): ReadonlyMap<string, number> | null {
		this.#samples.push({ at, done });
		while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) >= RATE_WINDOW_MS) this.#samples.shift();
		const [first] = this.#samples;
		if (first === undefined || at - first.at < 1_000) return null;
		const seconds = (at - first.at) / 1_000;
		return new Map([...done].map(([key, n]) => [key, Math.max(0, n - (first.done.get(key) ?? 0)) / seconds]));
	}
}

export function settledOf(site: SiteProgress): number {
	return site.delivered + site.failed + site.uncertain;
}

/** Time until the end: each site's lanes work off what is left, outside the identity's quiet hours, and the latest known later try must come too. */
export function timeLeft(
	sites: readonly SiteProgress[],
	lanesOf: (site: string) => readonly LaneSpeed[],
	now: number,
	of?: SiteShare["of"],
	hours: QuietHours | null = null,
): { readonly eta: number; readonly etaBecause: string } {
	const times = siteTimes(
		sites
			.filter((one) => one.left > 0)
			.map((one) => ({
				site: one.site,
				messages: one.left,
				lanes: one.site === "" ? [] : lanesOf(one.site),
				...(of === undefined ? {} : { of }),
			})),
	);
	const slowest = times[0];
	const latest = Math.max(0, ...sites.map((one) => (one.lastTry === null ? 0 : one.lastTry - now)));
	const needed = withQuiet(hours, now, slowest?.ms ?? 0);
	if (slowest !== undefined && needed >= latest)
		return { eta: needed, etaBecause: slowest.site === "" ? "" : `${slowest.site}: ${slowest.limit}` };
	return { eta: latest, etaBecause: "" };
}

/** True when there is nothing to do before the next later try. */
export function onlyWaits(progress: Progress): boolean {
	return progress.counts.queued + progress.counts.sending > 0 && progress.sites.every((site) => site.left === 0);
}

const done = ({ counts }: Progress) => counts.total - counts.queued - counts.sending;

/** One line, for logs and pipes. */
export function progressLine(progress: Progress): string {
	const { campaign, counts } = progress;
	if (counts.total === 0) return `campaign ${campaign.id} ${campaign.state}: its readers are being put into the queue`;
	const busiest = progress.sites
		.filter((site) => site.left + site.deferred > 0)
		.slice(0, 5)
		.map(
			(site) => `${printable(site.site || "(looking up)")} ${count(site.total - site.left - site.deferred)}/${count(site.total)}`,
		);
	return `campaign ${campaign.id} ${campaign.state}: ${[
		`${count(counts.delivered)} of ${count(counts.total)} sent`,
		...amounts(progress).slice(1),
		...(progress.rate === null ? [] : [`${rateText(progress.rate)}`]),
		...outlook(progress),
		...(busiest.length === 0 ? [] : [busiest.join(" ")]),
	].join(", ")}`;
}

/** The lines of the view on a terminal: a bar, the sums, and the sites as far as there is room. */
export function progressView(
	progress: Progress,
	of: { readonly width: number; readonly height: number; readonly colours: Colours },
): string[] {
	const { colours: c, width } = of;
	const { campaign, counts } = progress;
	const share = counts.total === 0 ? 0 : done(progress) / counts.total;
	const percent = `${Math.floor(share * 100)}%`;
	const title = shorten(printable(campaign.name), Math.max(20, width - 30));
	const lines = [
		`${c.bold(title)} ${c.dim(`campaign ${campaign.id}, ${campaign.state}`)}`,
		`${bar(share, Math.max(10, Math.min(50, width - 30)), c)} ${pad(percent, 4, "right")}  ${count(done(progress))} of ${count(counts.total)}`,
		shorten(
			[...amounts(progress), ...(progress.rate === null ? [] : [rateText(progress.rate)]), ...outlook(progress)].join(" · "),
			width - 1,
		),
	];
	// An empty line, the head, the line about the rest, and the line of the cursor: one more, and the terminal would scroll and the next picture stand wrong.
	const room = Math.max(0, of.height - lines.length - 4);
	const shown = progress.sites.slice(0, room);
	if (shown.length > 0) lines.push("", ...siteLines(shown, progress, of));
	const hidden = progress.sites.length - shown.length;
	if (hidden > 0) lines.push(c.dim(`and ${hidden} more ${hidden === 1 ? "site" : "sites"}`));
	return lines;
}

function siteLines(
	sites: readonly SiteProgress[],
	progress: Progress,
	of: { readonly width: number; readonly colours: Colours },
): string[] {
	const c = of.colours;
	const name = Math.min(28, Math.max(8, of.width - 58));
	const head = ["sent", "deferred", "failed", "left"].map((title) => pad(title, 9, "right")).join("");
	const rows = sites.map((site) => {
		const rate = progress.siteRates.get(site.site);
		const over = site.left + site.deferred === 0;
		const numbers = [site.delivered, site.deferred, site.failed + site.uncertain, site.left].map((n) =>
			pad(n === 0 ? "·" : count(n), 9, "right"),
		);
		const colour = [c.green, c.yellow, c.red, (text: string) => text];
		const text = numbers.map((number, at) => (number.trim() === "·" ? c.dim(number) : (colour[at] ?? c.dim)(number))).join("");
		const wait = site.left === 0 && site.nextTry !== null ? `again at ${clockTime(site.nextTry)}` : "";
		const tail = over ? "done" : site.left === 0 ? wait : rate === undefined ? "" : rateText(rate);
		// A line that wraps would be two, and the next picture stand wrong.
		const shown = of.width >= name + 36 + 2 + tail.length ? `  ${c.dim(tail)}` : "";
		return `${pad(shorten(printable(site.site || "(looking up)"), name), name)}${text}${shown}`;
	});
	return [c.dim(`${pad("site", name)}${head}`), ...rows];
}

function amounts({ counts, deferred }: Progress): string[] {
	return [
		`${count(counts.delivered)} sent`,
		`${count(deferred)} deferred`,
		`${count(counts.failed)} failed`,
		...(counts.uncertain > 0 ? [`${count(counts.uncertain)} uncertain`] : []),
		...(counts.suppressed > 0 ? [`${count(counts.suppressed)} suppressed`] : []),
		...(counts.cancelled > 0 ? [`${count(counts.cancelled)} cancelled`] : []),
	];
}

function outlook(progress: Progress): string[] {
	if (progress.counts.queued + progress.counts.sending === 0) return [];
	if (onlyWaits(progress) && progress.nextTry !== null)
		return [`next try at ${clockTime(progress.nextTry)} (in ${spell(Math.max(0, progress.nextTry - progress.at))})`];
	return [`about ${spell(progress.eta)} left${progress.etaBecause === "" ? "" : ` (${printable(progress.etaBecause)})`}`];
}

/** "4.2/s", "12/min" for what is slower than one in two seconds. */
export function rateText(perSecond: number): string {
	if (perSecond >= 0.5 || perSecond === 0)
		return `${perSecond >= 100 ? Math.round(perSecond) : Math.round(perSecond * 10) / 10}/s`;
	return `${Math.max(1, Math.round(perSecond * 60))}/min`;
}

function bar(share: number, width: number, c: Colours): string {
	const full = Math.floor(Math.min(1, share) * width);
	return `${c.green("█".repeat(full))}${c.dim("░".repeat(width - full))}`;
}

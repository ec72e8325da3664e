// The small pieces that all pages are made of: bars, badges, times, numbers, the meaning of a reply. Pure; everything is escaped by Hono's html tag.
import { html } from "hono/html";
import type { Counts } from "../campaign/campaign.store.ts";
import type { CampaignState } from "../campaign/states.ts";
import { CLASSES } from "../replies/classes.ts";
import { REPLY_CLASSES, type ReplyClass } from "../replies/outcome.ts";
import type { Language, Words } from "./words.ts";

export type Html = ReturnType<typeof html>;

/** What every page is told. */
export interface View {
	readonly language: Language;
	readonly words: Words;
	/** Instant, milliseconds. */
	readonly now: number;
}

export const NOTHING_HERE = html``;

export const number = (n: number): string => n.toLocaleString("en-US");

/** A share as people read it: never 100 % before the last one is done, never 0 % after the first. */
export function percent(part: number, whole: number): string {
	if (whole === 0 || part === 0) return "0 %";
	if (part >= whole) return "100 %";
	const share = (100 * part) / whole;
	return share < 1 ? "<1 %" : `${Math.min(99, Math.floor(share))} %`;
}

export type Tone = "ok" | "wait" | "bad" | "doubt" | "rest";

export interface Part {
	readonly n: number;
	readonly tone: Tone;
	readonly label: string;
}

/** A bar of parts; SVG, because widths as style attributes would need a looser Content-Security-Policy. */
export function bar(parts: readonly Part[], whole: number, big = false): Html {
	const shown = parts.filter((part) => part.n > 0);
	const label = shown.map((part) => `${number(part.n)} ${part.label}`).join(", ");
	let x = 0;
	const rects = shown.map((part) => {
		const width = whole === 0 ? 0 : (100 * part.n) / whole;
		const rect = html`<rect class="${part.tone}" x="${x.toFixed(3)}" width="${width.toFixed(3)}" height="1"></rect>`;
		x += width;
		return rect;
	});
	return html`<svg class="bar${big ? " big" : ""}" viewBox="0 0 100 1" preserveAspectRatio="none" role="img" aria-label="${label}"><title>${label}</title>${rects}</svg>`;
}

/** Where the deliveries of a campaign or site stand: done, in doubt, failed, left out; what is empty still waits. */
export function countsBar(counts: Counts, words: Words, big = false): Html {
	const parts: Part[] = [
		{ n: counts.delivered, tone: "ok", label: words.delivered },
		{ n: counts.uncertain, tone: "doubt", label: words.uncertain },
		{ n: counts.failed, tone: "bad", label: words.failed },
		{ n: counts.suppressed + counts.cancelled, tone: "rest", label: `${words.suppressed} / ${words.cancelled}` },
	];
	return bar(parts, counts.total, big);
}

/** How much of a limit is used. */
export function useBar(used: number, limit: number): Html {
	const width = limit === 0 ? 100 : Math.min(100, (100 * used) / limit);
	return html`<svg class="bar use" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect class="fill" width="${width.toFixed(2)}" height="1"></rect></svg>`;
}

export const settled = (counts: Counts): number =>
	counts.delivered + counts.failed + counts.uncertain + counts.suppressed + counts.cancelled;

export function badge(text: string, tone: Tone): Html {
	return html`<span class="badge ${tone}">${text}</span>`;
}

const STATE_TONES: Readonly<Record<CampaignState, Tone>> = {
	draft: "rest",
	scheduled: "wait",
	running: "ok",
	finished: "rest",
	paused: "wait",
	cancelled: "rest",
	blocked: "bad",
};

const STATES_KO: Readonly<Record<CampaignState, string>> = {
	draft: "초안",
	scheduled: "예약됨",
	running: "발송 중",
	finished: "완료",
	paused: "일시 정지",
	cancelled: "취소됨",
	blocked: "차단됨",
};

export function stateBadge(state: CampaignState, view: View): Html {
	return badge(view.language === "ko" ? STATES_KO[state] : state, STATE_TONES[state]);
}

/** The colour of a class: went, waits for us or them, failed, in doubt. */
export function classTone(name: string): Tone {
	const known = classNamed(name);
	if (known === null || known === "skipped") return "rest";
	switch (CLASSES[known].action) {
		case "done":
			return "ok";
		case "doubt":
			return "doubt";
		case "suppress":
		case "end":
			return "bad";
		default:
			return "wait";
	}
}

export const classNamed = (name: string): ReplyClass | null => REPLY_CLASSES.find((one) => one === name) ?? null;

/** What a class means and what to do, in the reader's language; nothing for an unknown one. */
export function classWords(name: string, view: View): Html {
	const known = classNamed(name);
	if (known === null) return NOTHING_HERE;
	const { meaning, advice } = CLASSES[known];
	return html`<div class="tip"><b>${meaning[view.language]}</b>${known === "accepted" ? "" : html` ${advice[view.language]}`}</div>`;
}

/** An instant in the machine's own zone: the time alone when it is near, with the date otherwise; the exact instant on hovering. */
export function time(at: number | null, view: View): Html {
	if (at === null) return html`<span class="faint">–</span>`;
	const exact = new Date(at).toISOString();
	return html`<time class="nowrap" datetime="${exact}" title="${exact}">${timeText(at, view)}</time>`;
}

/** The same as a text, for sentences. */
export function timeText(at: number, view: View): string {
	const near = Math.abs(view.now - at) < 20 * 3_600_000;
	return new Intl.DateTimeFormat("sv-SE", {
		hourCycle: "h23",
		hour: "2-digit",
		minute: "2-digit",
		...(near ? { second: "2-digit" as const } : { year: "numeric" as const, month: "2-digit" as const, day: "2-digit" as const }),
	}).format(new Date(at));
}

/** An address that may break before its @. */
export function address(email: string): Html {
	const at = email.lastIndexOf("@");
	return at < 0 ? html`${email}` : html`${email.slice(0, at)}<wbr>${email.slice(at)}`;
}

/** A link to the log with filters; empty values are left out. */
export function logLink(filters: Readonly<Record<string, string | number>>): string {
	return `/log?${new URLSearchParams(
		Object.entries(filters)
			.filter(([, value]) => value !== "")
			.map(([name, value]): [string, string] => [name, String(value)]),
	)}`;
}

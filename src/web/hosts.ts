// The ledger of MX hosts and the lanes. Pure.
import { html } from "hono/html";
import { becauseWords } from "../log/host-words.ts";
import type { HostRow } from "../log/query.store.ts";
import type { HostVerdict } from "../log/verdict.ts";
import type { LaneState } from "../throttle/lane-types.ts";
import { badge, classTone, type Html, logLink, number, percent, type Tone, time, timeText, useBar, type View } from "./parts.ts";

export interface HostsForm {
	readonly site: string;
	/** "1h", "24h", "7d" or "all". */
	readonly since: string;
	readonly problems: boolean;
}

export const SPANS: Readonly<Record<string, number | null>> = {
	"1h": 3_600_000,
	"24h": 86_400_000,
	"7d": 7 * 86_400_000,
	all: null,
};

const TONES: Readonly<Record<HostVerdict, Tone>> = { ok: "ok", suspect: "wait", refusing: "bad", idle: "rest" };
const VERDICTS_KO: Readonly<Record<HostVerdict, string>> = { ok: "정상", suspect: "의심", refusing: "거절", idle: "사용 안 함" };
/** The worst first. */
const ORDER: Readonly<Record<HostVerdict, number>> = { refusing: 0, suspect: 1, ok: 2, idle: 3 };

/** The hosts, sites with trouble first. */
export function hostsPage(rows: readonly HostRow[], form: HostsForm, titleOf: (site: string) => string, view: View): Html {
	const { words } = view;
	const worst = new Map<string, number>();
	for (const row of rows) worst.set(row.site, Math.min(worst.get(row.site) ?? 9, ORDER[row.verdict]));
	const shown = rows
		.filter((row) => form.site === "" || row.site === form.site)
		.filter((row) => !form.problems || row.verdict === "refusing" || row.verdict === "suspect")
		.toSorted((a, b) => (worst.get(a.site) ?? 9) - (worst.get(b.site) ?? 9) || (a.site < b.site ? -1 : a.site > b.site ? 1 : 0));
	const sites = [...new Set(rows.map((row) => row.site))].sort();
	const body = shown.map((row, i) => {
		const first = shown[i - 1]?.site !== row.site;
		const why = row.verdict === "refusing" || row.verdict === "suspect" ? whyLine(row, view) : "";
		return html`<tr${why === "" ? "" : html` class="bare"`}>
<td>${first ? html`<a href="/hosts?since=${form.since}&amp;site=${encodeURIComponent(row.site)}">${titleOf(row.site)}</a>` : ""}</td>
<td>${badge(view.language === "ko" ? VERDICTS_KO[row.verdict] : row.verdict, TONES[row.verdict])}</td>
<td class="break"><a href="${logLink({ host: row.mxHost, source: row.source })}">${row.mxHost}</a><div class="tip">${row.mxAddress}${row.source === "" ? "" : ` ← ${row.source}`}</div></td>
<td class="num">${number(row.accepted)}</td>
<td class="num">${number(row.refused)}<div class="tip">${percent(row.refused, row.accepted + row.refused)}</div></td>
<td>${classes(row)}</td>
<td>${time(row.lastAccepted, view)}</td>
<td>${time(row.lastRefused, view)}</td>
</tr>${why}`;
	});
	const option = (value: string, label: string, chosen: string) =>
		html`<option value="${value}"${value === chosen ? html` selected` : ""}>${label}</option>`;
	return html`
<div class="head"><h1 class="grow">${words.hosts}</h1></div>
<section class="card"><form class="filters" method="get" action="/hosts">
<label>${words.site}<select name="site"><option value="">${words.any}</option>${sites.map((site) => option(site, titleOf(site), form.site))}</select></label>
<label>${words.since}<select name="since">${Object.keys(SPANS).map((span) => option(span, span === "all" ? words.all : span, form.since))}</select></label>
<label class="inline"><input type="checkbox" name="problems" value="1"${form.problems ? html` checked` : ""}> ${words.onlyProblems}</label>
<button class="main">${words.show}</button>
</form></section>
${
	shown.length === 0
		? html`<div class="card empty">${words.noHosts}</div>`
		: html`<div class="card flush"><table>
<thead><tr><th>${words.site}</th><th>${words.verdict}</th><th>${words.host}</th><th class="num">${words.accepted}</th><th class="num">${words.refused}</th><th>${words.class}</th><th>${words.lastAccepted}</th><th>${words.lastRefused}</th></tr></thead>
<tbody>${body}</tbody></table></div>`
}`;
}

/** Why a host has its verdict, since when, against how many siblings, in its own words; and what to do. */
function whyLine(row: HostRow, view: View): Html {
	const facts = { streak: row.streak, text: row.lastText };
	const because = becauseWords(row.judgement, facts, view.language, (at) => timeText(at, view));
	const evidence = `wellsent evidence ${row.mxHost}${row.source === "" ? "" : ` --source ${row.source}`}`;
	return html`<tr><td></td><td colspan="7"><div class="break">${because}</div>${
		row.judgement.because === "streak" || row.judgement.because === "pattern"
			? html`<div class="tip">${view.words.forPostmaster}: <code>${evidence}</code></div>`
			: ""
	}</td></tr>`;
}

function classes(row: HostRow): Html {
	const all = Object.entries(row.byClass).sort(([, a], [, b]) => (b ?? 0) - (a ?? 0));
	return html`${all.map(
		([name, n]) =>
			html`<a href="${logLink({ host: row.mxHost, class: name })}">${badge(`${number(n ?? 0)} ${name}`, classTone(name))}</a> `,
	)}`;
}

/** The lanes: what is used of each limit, holds, when the next message may go. */
export function lanesPage(lanes: readonly LaneState[], view: View): Html {
	const { words } = view;
	const body = lanes.map(
		(lane) => html`<tr>
<td><b>${lane.key}</b>${lane.hold === null ? "" : html`<div>${badge(words.held, "wait")} ${lane.hold.until === null ? words.untilReleased : html`→ ${time(lane.hold.until, view)}`}</div><div class="tip break">${lane.hold.reason} (${lane.hold.by})</div>`}</td>
<td class="num">${lane.connections.open} / ${lane.connections.limit}</td>
<td>${laneLearned(lane, view)}${lane.uses.map((use) => html`<div class="nowrap" title="${use.from}">${useBar(use.used, use.limit)}${number(use.used)} <span class="soft">/ ${use.text}</span></div>`)}</td>
<td>${nextOf(lane, view)}</td>
</tr>`,
	);
	return html`
<div class="head"><h1 class="grow">${words.lanes}</h1></div>
${
	lanes.length === 0
		? html`<div class="card empty">${words.noLanes}</div>`
		: html`<div class="card flush"><table>
<thead><tr><th>${words.lane}</th><th class="num">${words.connections}</th><th>${words.limitsUsed}</th><th>${words.next}</th></tr></thead>
<tbody>${body}</tbody></table></div>`
}`;
}

/** Limits that replies have lowered, and the day of the warm-up with its cap: what a postmaster looks for first. */
function laneLearned({ learned, warmUp }: LaneState, view: View): Html {
	const { words } = view;
	return html`${
		warmUp === null
			? ""
			: html`<div class="nowrap" title="${warmUp.from}">${useBar(warmUp.used, warmUp.cap)}${number(warmUp.used)} <span class="soft">/ ${number(warmUp.cap)}, ${words.warmUp} ${warmUp.day}/${warmUp.days}</span></div>`
	}${learned.map(
		(one) =>
			html`<div title="${one.because}">${badge(words.learned, "wait")} ${one.text} <span class="tip">${one.because} · ↑ ${time(one.raiseAt, view)}</span></div>`,
	)}`;
}

function nextOf(lane: LaneState, view: View): Html {
	const { at, because } = lane.nextMessage;
	if (because.rule === "free" || (at !== null && at <= view.now)) return html`${view.words.now}`;
	const why = because.rule === "hold" ? "" : html`<div class="tip">${because.text}</div>`;
	return html`${at === null ? view.words.untilReleased : time(at, view)}${why}`;
}

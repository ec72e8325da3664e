// The log: every reply of every MX host with its meaning, filtered; with one reader as filter it is that reader's story. Pure.
import { html } from "hono/html";
import type { LogFilter, LoggedResponse } from "../log/query.store.ts";
import { REPLY_CLASSES, STAGES } from "../replies/outcome.ts";
import { address, badge, classTone, classWords, type Html, logLink, time, type View } from "./parts.ts";

/** The filters as the form sends them: texts, "" where nothing is asked. */
export type LogForm = Readonly<Record<(typeof FIELDS)[number], string>>;

export const FIELDS = [
	"campaign",
	"to",
	"domain",
	"site",
	"host",
	"source",
	"class",
	"stage",
	"since",
	"until",
	"limit",
] as const;

const SPANS: readonly (readonly [string, number])[] = [
	["15m", 15 * 60_000],
	["1h", 3_600_000],
	["24h", 86_400_000],
	["7d", 7 * 86_400_000],
];

const LIMITS = ["50", "100", "500"] as const;

/** The form's texts from a query. */
export function readForm(query: Readonly<Record<string, string>>): LogForm {
	return Object.fromEntries(FIELDS.map((field) => [field, (query[field] ?? "").trim().slice(0, 320)])) as LogForm;
}

/** What the form asks of the log. What cannot be understood is left out: the form shows it still, and the rows tell. */
export function filterOf(form: LogForm, now: number): LogFilter {
	const span = SPANS.find(([name]) => name === form.since)?.[1];
	const until = /^\d{10,14}$/.test(form.until) ? Number(form.until) : undefined;
	const campaign = /^\d{1,15}$/.test(form.campaign) ? Number(form.campaign) : undefined;
	const filter = {
		campaign,
		to: form.to.toLowerCase(),
		domain: form.domain.toLowerCase(),
		site: form.site.toLowerCase(),
		host: form.host.toLowerCase(),
		source: form.source,
		class: form.class,
		stage: form.stage,
		since: span === undefined ? undefined : now - span,
		until,
		limit: Math.min(500, Math.max(1, Number.parseInt(form.limit, 10) || 100)),
	};
	return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ""));
}

/** `rows` oldest first, as the log answers; shown newest first, a story in its order. */
export function logPage(rows: readonly LoggedResponse[], form: LogForm, view: View): Html {
	const { words } = view;
	const story = form.to !== "";
	const limit = Number.parseInt(form.limit, 10) || 100;
	const shown = story ? rows : rows.toReversed();
	const oldest = rows[0];
	const csv = new URLSearchParams([
		...FIELDS.filter((field) => form[field] !== "").map((field): [string, string] => [field, form[field]]),
		["format", "csv"],
	]);
	return html`
<div class="head"><h1 class="grow break">${story ? `${words.storyOf} ${form.to}` : words.log}</h1>
${story ? html`<a class="button" href="/explain?to=${encodeURIComponent(form.to)}">${words.explain}</a>` : ""}
<a class="button" href="/api/v1/log?${csv}">${words.csv}</a></div>
<section class="card">${filters(form, view)}</section>
${
	shown.length === 0
		? html`<div class="card empty">${words.nothingFits}</div>`
		: html`<div class="card flush"><table>
<thead><tr><th>${words.time}</th><th>${words.reader}</th><th>${words.host}</th><th>${words.reply}</th><th>${words.class}</th></tr></thead>
<tbody>${shown.map((row) => logRow(row, story, view))}</tbody></table></div>`
}
<div class="pager">
${form.until === "" ? "" : html`<a class="button" href="${logLink({ ...form, until: "" })}">${words.newest}</a>`}
${rows.length < limit || oldest === undefined ? "" : html`<a class="button" href="${logLink({ ...form, until: oldest.at })}">${words.older}</a>`}
</div>`;
}

function filters(form: LogForm, view: View): Html {
	const { words } = view;
	const text = (name: keyof LogForm, label: string) =>
		html`<label>${label}<input name="${name}" value="${form[name]}" autocomplete="off"></label>`;
	const select = (name: keyof LogForm, label: string, values: readonly string[], none: string) =>
		html`<label>${label}<select name="${name}"><option value="">${none}</option>${values.map(
			(value) => html`<option value="${value}"${form[name] === value ? html` selected` : ""}>${value}</option>`,
		)}</select></label>`;
	return html`<form class="filters" method="get" action="/log">
${text("to", words.address)}
${text("domain", words.domain)}
${text("site", words.site)}
${text("host", words.host)}
${text("source", words.source)}
${text("campaign", words.campaign)}
${select("class", words.class, REPLY_CLASSES, words.any)}
${select("stage", words.stage, STAGES, words.any)}
${select(
	"since",
	words.since,
	SPANS.map(([name]) => name),
	words.all,
)}
${select("limit", words.rows, LIMITS, "100")}
<button class="main">${words.show}</button>
<a class="button" href="/log">${words.clear}</a>
</form>`;
}

function logRow(row: LoggedResponse, story: boolean, view: View): Html {
	const code = [row.code === 0 ? "" : String(row.code), row.enhanced ?? ""].filter((part) => part !== "").join(" ");
	return html`<tr>
<td class="nowrap">${time(row.at, view)}<div class="tip"><a href="/campaigns/${row.campaign}">#${row.campaign}</a>${row.attempt > 1 ? ` · ${view.words.attempt} ${row.attempt}` : ""}</div></td>
<td class="who">${story ? address(row.to) : html`<a href="${logLink({ to: row.to })}">${address(row.to)}</a>`}<div class="tip">${row.site}</div></td>
<td class="who">${row.mxHost === "" ? html`<span class="faint">–</span>` : html`<a href="${logLink({ host: row.mxHost })}">${row.mxHost}</a>`}
<div class="tip">${[row.mxAddress, row.source === "" ? row.route : row.source, row.tls === null ? "" : row.tls.version.replace("TLSv", "TLS ")].filter((part) => part !== "").join(" · ")}</div></td>
<td><span class="mono"><b>${code}</b> ${row.text}</span>${row.class === "accepted" ? "" : classWords(row.class, view)}</td>
<td class="nowrap">${badge(row.class, classTone(row.class))}<div class="tip">${row.stage} · ${row.rule}</div></td>
</tr>`;
}

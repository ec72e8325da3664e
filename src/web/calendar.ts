// The page of what comes when, and the part of a campaign's page that is about its time. Pure.
import { html } from "hono/html";
import type { Coming } from "../campaign/calendar.store.ts";
import type { Campaign } from "../campaign/campaign.store.ts";
import { spell } from "../campaign/eta.ts";
import type { Series } from "../campaign/series.store.ts";
import { type CampaignCommand, move } from "../campaign/states.ts";
import { formatLocal, inZone, localAt } from "../campaign/zone-time.ts";
import { badge, type Html, NOTHING_HERE, stateBadge, time, type View } from "./parts.ts";
import { calendarWords } from "./words-calendar.ts";

export interface CalendarFacts {
	readonly coming: readonly Coming[];
	readonly series: readonly { readonly series: Series; readonly next: number | null }[];
	/** Address of the feed. */
	readonly feed: string;
	/** It holds a key. */
	readonly secret: boolean;
}

export function calendarPage(facts: CalendarFacts, view: View): Html {
	const words = calendarWords(view.language);
	return html`
<div class="head"><h1 class="grow">${words.comingUp}</h1></div>
${comingTable(facts, view)}
<h2>${words.series}</h2>
${seriesTable(facts, view)}
<h2>${words.feed}</h2>
<section class="card"><p class="mono break"><a href="${facts.feed}">${facts.feed}</a></p>${facts.secret ? html`<p class="soft small">${words.feedHint}</p>` : ""}</section>`;
}

function comingTable({ coming }: CalendarFacts, view: View): Html {
	const words = calendarWords(view.language);
	if (coming.length === 0)
		return html`<div class="card empty">${words.nothing}<br><span class="mono">${words.nothingHint}</span></div>`;
	const rows = coming.map((one) => {
		const about =
			one.kind === "campaign"
				? {
						name: html`<a href="/campaigns/${one.campaign.id}">${one.campaign.name}</a>`,
						state: stateBadge(one.campaign.state, view),
						check: checkOf(one.campaign, view),
						lists: one.campaign.lists,
					}
				: {
						name: html`${one.series.name}`,
						state: badge(words.series, "rest"),
						check: html`<span class="faint">${words.notMade}</span>`,
						lists: one.series.lists,
					};
		// The name first: on a telephone the columns on the right are out of sight.
		return html`<tr>
<td>${about.name}<div class="small soft">${about.lists.join(", ")}</div></td>
<td class="nowrap">${time(one.at, view)}</td>
<td class="nowrap soft">${inZone(one.at, one.zone)}</td>
<td class="nowrap">${one.at > view.now ? spell(one.at - view.now) : words.overdue}</td>
<td>${about.state}</td><td>${about.check}</td></tr>`;
	});
	return html`<div class="card flush"><table>
<thead><tr><th>${view.words.campaign}</th><th>${words.when}</th><th>${words.ownZone}</th><th>${words.within}</th><th>${view.words.state}</th><th>${words.lastCheck}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function checkOf({ checked, state, stateReason }: Campaign, view: View): Html {
	const words = calendarWords(view.language);
	if (state === "blocked" && stateReason !== null) return html`<span class="break">${stateReason}</span>`;
	if (checked === null) return html`<span class="faint">${words.notYet}</span>`;
	return html`${badge(checked.passed ? words.passed : words.failed, checked.passed ? "ok" : "bad")} ${time(checked.at, view)}`;
}

function seriesTable({ series }: CalendarFacts, view: View): Html {
	const words = calendarWords(view.language);
	if (series.length === 0)
		return html`<div class="card empty">${words.noSeries}<br><span class="mono">${words.noSeriesHint}</span></div>`;
	const rows = series.map(({ series: one, next }) => {
		const paused = one.pausedAt !== null;
		const action = paused ? "resume" : "pause";
		return html`<tr>
<td>${one.name}<div class="small soft">${one.lists.join(", ")}</div></td>
<td>${badge(paused ? words.paused : words.active, paused ? "wait" : "ok")}</td>
<td class="mono nowrap">${one.cron}</td>
<td class="nowrap">${paused || next === null ? "" : html`${inZone(next, one.zone)}`}</td>
<td class="num"><form method="post" action="/series/${one.id}/${action}"><button>${view.words[action]}</button></form></td></tr>`;
	});
	return html`<div class="card flush"><table class="tight">
<thead><tr><th>${words.series}</th><th>${view.words.state}</th><th>${words.cron}</th><th>${words.nextRun}</th><th></th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** When a campaign starts, and the form that gives it another time. Nothing for one that has begun. `here`: the zone of this machine. */
export function timeCard(campaign: Campaign, here: string, view: View): Html {
	const can = (command: CampaignCommand) => move(campaign.state, command) !== null;
	if (!can("schedule")) return NOTHING_HERE;
	const words = calendarWords(view.language);
	const { id, scheduledAt, state } = campaign;
	const zone = campaign.zone ?? here;
	const planned =
		scheduledAt === null
			? ""
			: html`<p>${state === "scheduled" ? words.starts : words.wasToStart} <b>${inZone(scheduledAt, zone)}</b>
${zone === here ? "" : html`<span class="soft">(${words.here}: ${formatLocal(localAt(here, scheduledAt))})</span>`}
${scheduledAt > view.now ? html`<span class="soft">· ${words.within} ${spell(scheduledAt - view.now)}</span>` : ""}
${campaign.checked === null ? "" : html`<span class="soft">· ${words.lastCheck}:</span> ${checkOf({ ...campaign, stateReason: null }, view)}`}</p>`;
	return html`<h2>${words.schedule}</h2><section class="card">${planned}
<form method="post" action="/campaigns/${id}/schedule" class="filters">
<label>${words.at}<input name="at" required placeholder="2026-12-01 09:00" value="${scheduledAt === null ? "" : formatLocal(localAt(zone, scheduledAt))}"></label>
<label>${words.zone}<input name="zone" required list="zones" value="${zone}"></label>
<datalist id="zones">${Intl.supportedValuesOf("timeZone").map((one) => html`<option value="${one}"></option>`)}</datalist>
<label>${words.which}<select name="which"><option value="">${words.ask}</option><option value="first">${words.first}</option><option value="second">${words.second}</option></select></label>
<button class="main">${scheduledAt === null ? words.schedule : words.reschedule}</button>
${can("unschedule") ? html`<button formaction="/campaigns/${id}/unschedule" formnovalidate>${words.unschedule}</button>` : ""}</form></section>`;
}

/** Said of a campaign that runs while its identity is quiet. */
export function quietNote(until: number | null, view: View): Html {
	if (until === null) return NOTHING_HERE;
	const words = calendarWords(view.language);
	return html`<ul class="notices"><li>${badge(view.words.held, "wait")}<span>${words.quietUntil} ${time(until, view)}</span></li></ul>`;
}

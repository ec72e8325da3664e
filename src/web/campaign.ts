// The page of one campaign: where it stands, site by site, why deliveries failed and what to do about it, and the buttons. Pure.
import { html } from "hono/html";
import type { Campaign } from "../campaign/campaign.store.ts";
import { spell } from "../campaign/eta.ts";
import { timeOf } from "../campaign/schedule.store.ts";
import { type CampaignCommand, move } from "../campaign/states.ts";
import type { FailureRow } from "../log/query.store.ts";
import { quietNote, timeCard } from "./calendar.ts";
import type { CampaignFacts } from "./facts.store.ts";
import { figures } from "./overview.ts";
import {
	address,
	badge,
	classTone,
	classWords,
	countsBar,
	type Html,
	logLink,
	NOTHING_HERE,
	number,
	settled,
	stateBadge,
	time,
	type View,
} from "./parts.ts";
import { checkWords } from "./words-check.ts";

export interface CampaignPageFacts extends CampaignFacts {
	readonly failed: readonly FailureRow[];
	readonly waitFor: readonly FailureRow[];
	readonly doubtful: readonly FailureRow[];
	/** Failures by MX host, "" where none was reached. */
	readonly byHost: readonly FailureRow[];
	/** The zone of this machine. */
	readonly here: string;
	/** It runs, and its identity is quiet until then. */
	readonly quietUntil: number | null;
	readonly titleOf: (site: string) => string;
}

const HOSTS = 10;

export function campaignPage(facts: CampaignPageFacts, view: View): Html {
	const { words } = view;
	const { campaign, counts } = facts;
	return html`
<div class="head">
<h1 class="grow">${campaign.name} ${stateBadge(campaign.state, view)}</h1>
${actions(facts, view)}
</div>
${campaign.stateReason === null ? "" : html`<ul class="notices"><li>${badge(campaign.state, "wait")}<span>${campaign.stateReason}</span></li></ul>`}
${quietNote(facts.quietUntil, view)}
${facts.holds.length === 0 ? "" : html`<ul class="notices">${facts.holds.map((hold) => html`<li>${badge(hold.subject, "wait")}<span>${hold.what}</span></li>`)}</ul>`}
<section class="card">
${counts.total === 0 ? "" : countsBar(counts, words, true)}
${figures(facts, view)}
</section>
${timeCard(campaign, facts.here, view)}
${facts.sites.length === 0 ? "" : siteTable(facts, view)}
${reasons(words.whyFailed, facts.failed, campaign, view, true)}
${reasons(words.whyDeferred, facts.waitFor, campaign, view)}
${reasons(words.whyUncertain, facts.doubtful, campaign, view)}
${hostTable(facts, view)}
<h2>${words.details}</h2>
<section class="card"><dl class="facts">
<dt>${words.subject}</dt><dd>${campaign.subject}</dd>
<dt>${words.identity}</dt><dd>${campaign.identity}</dd>
<dt>${words.lists}</dt><dd>${campaign.lists.join(", ") || words.none}</dd>
<dt>${words.added}</dt><dd>${time(campaign.createdAt, view)}</dd>
${campaign.scheduledAt === null ? "" : html`<dt>${words.scheduledFor}</dt><dd>${timeOf(campaign)}</dd>`}
<dt>${words.started}</dt><dd>${time(campaign.startedAt, view)}</dd>
<dt>${words.finished}</dt><dd>${time(campaign.finishedAt, view)}</dd>
<dt>${words.folder}</dt><dd class="mono">${campaign.folder}</dd>
<dt>${words.log}</dt><dd><a href="${logLink({ campaign: campaign.id })}">${words.allReplies}</a></dd>
</dl></section>`;
}

function actions({ campaign, counts }: CampaignFacts, view: View): Html {
	const { words } = view;
	const can = (command: CampaignCommand) => move(campaign.state, command) !== null;
	const post = (action: string, label: string, kind = "", what = "") =>
		html`<form method="post" action="/campaigns/${campaign.id}/${action}">${what === "" ? "" : html`<input type="hidden" name="what" value="${what}">`}<button class="${kind}">${label}</button></form>`;
	const sure = (label: string, question: string, body: Html) =>
		html`<details class="sure"><summary class="button">${label}…</summary><div><p class="small">${question}</p>${body}</div></details>`;
	const again = can("retry") && campaign.startedAt !== null;
	return html`<div class="actions">
${again && counts.failed > 0 ? post("retry", words.retryFailed, "", "failed") : ""}
${again && counts.uncertain > 0 ? sure(words.retryUncertain, words.retryUncertainSure, post("retry", words.retryUncertain, "danger", "uncertain")) : ""}
${can("cancel") ? sure(words.cancel, words.cancelSure, post("cancel", words.cancel, "danger")) : ""}
${can("pause") ? post("pause", words.pause) : ""}
${can("resume") ? post("resume", words.resume, "main") : ""}
${campaign.startedAt === null && can("start") ? html`<a class="button" href="/campaigns/${campaign.id}/check">${checkWords(view.language).link}</a>` : ""}
${can("start") ? post("start", words.start, "main") : ""}
</div>`;
}

function siteTable({ campaign, sites, titleOf }: CampaignPageFacts, view: View): Html {
	const { words } = view;
	const rows = sites.map(({ site, counts, deferred, nextTry, time: left }) => {
		const waiting = counts.queued + counts.sending;
		return html`<tr>
<td>${site === "" ? "DNS…" : html`<a href="${logLink({ campaign: campaign.id, site })}">${titleOf(site)}</a>`}</td>
<td class="barcell">${countsBar(counts, words)}</td>
<td class="num">${number(settled(counts))} / ${number(counts.total)}</td>
<td class="num">${counts.failed === 0 ? html`<span class="faint">0</span>` : number(counts.failed)}</td>
<td class="num">${deferred === 0 ? html`<span class="faint">0</span>` : number(deferred)}</td>
<td>${deferred === 0 ? "" : time(nextTry, view)}</td>
<td class="num">${waiting === deferred ? "" : spell(left?.ms ?? 0)}</td>
<td class="soft nowrap">${waiting === deferred ? "" : (left?.limit ?? "")}</td>
</tr>`;
	});
	return html`<h2>${words.bySite}</h2><div class="card flush"><table class="tight">
<thead><tr><th>${words.site}</th><th>${words.progress}</th><th class="num">${words.done}</th><th class="num">${words.failed}</th><th class="num">${words.deferred}</th><th>${words.nextTry}</th><th class="num">${words.timeLeft}</th><th>${words.limit}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** `ended`: these deliveries are over, also where the class by itself asks for another try. */
function reasons(title: string, rows: readonly FailureRow[], campaign: Campaign, view: View, ended = false): Html {
	if (rows.length === 0) return NOTHING_HERE;
	const { words } = view;
	const body = rows.map(
		({ key, deliveries, example }) => html`<tr>
<td class="nowrap"><a href="${logLink({ campaign: campaign.id, class: key })}">${badge(key === "" ? "–" : key, classTone(key))}</a></td>
<td class="num">${number(deliveries)}</td>
<td>${classWords(key, view)}${ended && classTone(key) === "wait" ? html`<div class="tip">${words.givenUp}</div>` : ""}
<div class="mono soft">${example.text} <a href="${logLink({ to: example.to })}">${address(example.to)}</a></div></td>
</tr>`,
	);
	return html`<h2>${title}</h2><div class="card flush"><table>
<thead><tr><th>${words.class}</th><th class="num">${words.deliveries}</th><th>${words.meaning}</th></tr></thead><tbody>${body}</tbody></table></div>`;
}

function hostTable({ byHost, campaign }: CampaignPageFacts, view: View): Html {
	const named = byHost.filter((row) => row.key !== "").slice(0, HOSTS);
	if (named.length === 0) return NOTHING_HERE;
	const { words } = view;
	const rows = named.map(
		({ key, deliveries, example }) => html`<tr>
<td class="nowrap"><a href="${logLink({ campaign: campaign.id, host: key })}">${key}</a></td><td class="num">${number(deliveries)}</td><td class="mono soft">${example.text}</td></tr>`,
	);
	return html`<h2>${words.hostsOfFailures}</h2><div class="card flush"><table>
<thead><tr><th>${words.host}</th><th class="num">${words.deliveries}</th><th>${words.example}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

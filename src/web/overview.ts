// The first page: what needs a look, what is going on, what has been. Pure.
import { html } from "hono/html";
import type { Incident } from "../alerts/incident.ts";
import type { Campaign, Counts } from "../campaign/campaign.store.ts";
import { spell } from "../campaign/eta.ts";
import { becauseWords } from "../log/host-words.ts";
import type { HostRow } from "../log/query.store.ts";
import type { LaneState } from "../throttle/lane-types.ts";
import { LEVEL_TONES } from "./alerts.ts";
import type { CampaignFacts, SiteFacts } from "./facts.store.ts";
import {
	badge,
	countsBar,
	type Html,
	logLink,
	NOTHING_HERE,
	number,
	percent,
	settled,
	stateBadge,
	type Tone,
	time,
	timeText,
	type View,
} from "./parts.ts";
import { kindTitle, levelName } from "./words-alerts.ts";

export interface OverviewFacts {
	/** The worst first. */
	readonly incidents: readonly Incident[];
	readonly active: readonly CampaignFacts[];
	readonly others: readonly { readonly campaign: Campaign; readonly counts: Counts }[];
	readonly uncertain: readonly { readonly campaign: Campaign; readonly n: number }[];
	readonly heldLanes: readonly LaneState[];
	/** Hosts that refuse us or accept only now and then. */
	readonly badHosts: readonly HostRow[];
	readonly sending: boolean;
	readonly titleOf: (site: string) => string;
}

/** Sites shown of one campaign on this page. */
const SITES = 6;
/** Notices of one kind; the page behind the link has all. */
const NOTICES = 5;

export function overviewPage(facts: OverviewFacts, view: View): Html {
	const { words } = view;
	const cards = facts.active.map((one) => campaignCard(one, facts, view));
	const empty = facts.active.length + facts.others.length === 0;
	return html`
<div class="head"><h1 class="grow">${words.overview}</h1></div>
${notices(facts, view)}
${empty ? html`<div class="card empty">${words.noCampaigns}<br><span class="mono">${words.noCampaignsHint}</span></div>` : ""}
${cards.length === 0 ? "" : html`<h2>${words.inProgress}</h2>${cards}`}
${facts.others.length === 0 ? "" : otherCampaigns(facts, view)}`;
}

interface Notice {
	readonly tone: Tone;
	readonly label: string;
	readonly body: Html;
}

function notices(facts: OverviewFacts, view: View): Html {
	const { words } = view;
	const all: Notice[] = facts.incidents.slice(0, NOTICES).map((one) => incidentNotice(one, view));
	// What an incident tells is not told a second time.
	const told = new Set(facts.incidents.slice(0, NOTICES).map((one) => one.subject));
	if (facts.incidents.length > NOTICES)
		all.push({ tone: "wait", label: words.alerts, body: html`<a href="/alerts">+ ${facts.incidents.length - NOTICES}</a>` });
	if (!facts.sending && facts.active.some(({ campaign, counts }) => campaign.state === "running" && counts.queued > 0))
		all.push({ tone: "bad", label: words.notSending, body: html`${words.noSenderNotice}` });
	for (const { campaign } of facts.active)
		if (
			!told.has(`campaign ${campaign.id}`) &&
			(campaign.state === "blocked" || (campaign.state === "paused" && campaign.stateReason !== null))
		)
			all.push({
				tone: campaign.state === "blocked" ? "bad" : "wait",
				label: words.campaign,
				body: html`<a href="/campaigns/${campaign.id}">${campaign.name}</a>: ${campaign.stateReason ?? words.blockedNotice}`,
			});
	const badHosts = facts.badHosts.filter((one) => !told.has(`${one.source}/${one.mxHost}/${one.mxAddress}`));
	for (const host of badHosts.slice(0, NOTICES)) {
		const bad = host.verdict === "refusing";
		all.push({
			tone: bad ? "bad" : "wait",
			label: words.host,
			body: html`<a href="${logLink({ host: host.mxHost, source: host.source })}">${host.mxHost}</a> <span class="faint">${host.mxAddress}</span>
				${bad ? words.hostRefuses : host.accepted === 0 ? words.hostAcceptsNothing : words.hostSuspect} (${facts.titleOf(host.site)}${host.source === "" ? "" : `, ${host.source}`}):
				${mainClasses(host)}, ${words.lastRefused.toLowerCase()} ${time(host.lastRefused, view)}${bad ? html`<div class="tip break">${becauseWords(host.judgement, { streak: host.streak, text: host.lastText }, view.language, (at) => timeText(at, view))}</div>` : ""}`,
		});
	}
	for (const lane of facts.heldLanes.filter((one) => !told.has(one.key)).slice(0, NOTICES))
		all.push({
			tone: "wait",
			label: words.lane,
			body: html`<a href="/lanes">${lane.key}</a> ${words.laneHeld} (${
				lane.hold?.until === null || lane.hold === null ? words.untilReleased : html`→ ${time(lane.hold.until, view)}`
			}): <span class="break">${lane.hold?.reason ?? ""}</span>`,
		});
	for (const { campaign, n } of facts.uncertain.slice(0, NOTICES))
		all.push({
			tone: "doubt",
			label: words.uncertain,
			body: html`<a href="/campaigns/${campaign.id}">${campaign.name}</a>: ${number(n)} ${words.uncertainNotice}`,
		});
	if (all.length === 0) return NOTHING_HERE;
	return html`<h2>${words.needsALook}</h2><ul class="notices">${all.map(({ tone, label, body }) => html`<li>${badge(label, tone)}<span>${body}</span></li>`)}</ul>`;
}

function incidentNotice(one: Incident, { language }: View): Notice {
	return {
		tone: LEVEL_TONES[one.level],
		label: levelName(one.level, language),
		body: html`<a href="/alerts">${kindTitle(one.kind, language)}</a>: <span class="break">${one.text}</span>`,
	};
}

function mainClasses(host: HostRow): string {
	return Object.entries(host.byClass)
		.filter(([name]) => name !== "skipped")
		.sort(([, a], [, b]) => (b ?? 0) - (a ?? 0))
		.slice(0, 2)
		.map(([name, n]) => `${number(n ?? 0)} × ${name}`)
		.join(", ");
}

function campaignCard(facts: CampaignFacts, { titleOf }: OverviewFacts, view: View): Html {
	const { words } = view;
	const { campaign, counts, sites } = facts;
	const rows = sites.slice(0, SITES).map((site) => siteRow(site, titleOf, view));
	const more = sites.length - SITES;
	return html`<section class="card">
<div class="head">
<h1 class="grow"><a href="/campaigns/${campaign.id}">${campaign.name}</a></h1>
${stateBadge(campaign.state, view)}
</div>
${countsBar(counts, words, true)}
${figures(facts, view)}
${counts.total === 0 ? scheduleNote(campaign, view) : html`<table class="tight"><tbody>${rows}</tbody></table>`}
${more > 0 ? html`<div class="small"><a href="/campaigns/${campaign.id}">+ ${more}</a></div>` : ""}
</section>`;
}

function scheduleNote(campaign: Campaign, view: View): Html {
	if (campaign.scheduledAt === null) return NOTHING_HERE;
	return html`<p class="soft">${view.words.scheduledFor} ${time(campaign.scheduledAt, view)} ${campaign.zone ?? ""}</p>`;
}

/** The numbers of a campaign, those that are zero left out. */
export function figures({ campaign, counts, sites, deferred, left }: CampaignFacts, view: View): Html {
	const { words } = view;
	const waiting = counts.queued + counts.sending;
	const figure = (tone: Tone, n: number, label: string) =>
		n === 0 ? "" : html`<div class="${tone}"><b>${number(n)}</b><span>${label}</span></div>`;
	return html`<div class="figures">
<div><b>${percent(settled(counts), counts.total)}</b><span>${number(counts.total)} ${words.readers}</span></div>
${figure("ok", counts.delivered, words.delivered)}
${figure("rest", waiting, deferred === 0 ? words.waiting : `${words.waiting}, ${number(deferred)} ${words.deferred}`)}
${figure("bad", counts.failed, words.failed)}
${figure("doubt", counts.uncertain, words.uncertain)}
${figure("rest", counts.suppressed, words.suppressed)}
${figure("rest", counts.cancelled, words.cancelled)}
${
	waiting === 0 || campaign.state !== "running"
		? ""
		: deferred === waiting
			? html`<div><b>${time(nextTryOf(sites), view)}</b><span>${words.nextTry}</span></div>`
			: html`<div><b>${spell(left)}</b><span>${words.timeLeft}, ${words.byLimits}</span></div>`
}
</div>`;
}

/** The first of the later tries. */
function nextTryOf(sites: readonly SiteFacts[]): number | null {
	const tries = sites.flatMap((site) => site.nextTry ?? []);
	return tries.length === 0 ? null : Math.min(...tries);
}

/** One site of a campaign as a row: name, bar, done of all, what it waits for. */
function siteRow(
	{ site, counts, deferred, nextTry, time: left }: SiteFacts,
	titleOf: (site: string) => string,
	view: View,
): Html {
	const waiting = counts.queued + counts.sending;
	const note =
		waiting === 0
			? ""
			: deferred === waiting
				? html`${number(deferred)} ${view.words.deferred} → ${time(nextTry, view)}`
				: html`${number(waiting)} ${view.words.waiting}${left === null || left.ms < 1_000 ? "" : html`, ${spell(left.ms)} <span class="faint">${left.limit}</span>`}`;
	return html`<tr><td>${site === "" ? "DNS…" : titleOf(site)}</td><td class="barcell">${countsBar(counts, view.words)}</td>
<td class="num">${number(settled(counts))} / ${number(counts.total)}</td><td class="num soft">${note}</td></tr>`;
}

function otherCampaigns({ others }: OverviewFacts, view: View): Html {
	const { words } = view;
	const rows = others.map(
		({ campaign, counts }) => html`<tr>
<td><a href="/campaigns/${campaign.id}">${campaign.name}</a></td>
<td>${stateBadge(campaign.state, view)}</td>
<td>${time(campaign.finishedAt ?? campaign.startedAt ?? campaign.createdAt, view)}</td>
<td class="barcell">${counts.total === 0 ? "" : countsBar(counts, words)}</td>
<td class="num">${number(counts.total)}</td><td class="num">${number(counts.delivered)}</td><td class="num">${number(counts.failed)}</td><td class="num">${number(counts.uncertain)}</td>
</tr>`,
	);
	return html`<h2>${words.otherCampaigns}</h2><div class="card flush"><table class="tight">
<thead><tr><th>${words.campaign}</th><th>${words.state}</th><th>${words.time}</th><th></th><th class="num">${words.readers}</th><th class="num">${words.delivered}</th><th class="num">${words.failed}</th><th class="num">${words.uncertain}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

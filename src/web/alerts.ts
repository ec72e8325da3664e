// The page of alerts: what is wrong, since when, what was done and what to do, with buttons to acknowledge and to mute. Pure.
import { html } from "hono/html";
import type { Board } from "../alerts/board.store.ts";
import { type Incident, muteOf } from "../alerts/incident.ts";
import type { AlertLevel } from "../log/alert-kinds.ts";
import { badge, type Html, NOTHING_HERE, number, type Tone, time, type View } from "./parts.ts";
import { alertWords, kindTitle, levelName } from "./words-alerts.ts";

export const LEVEL_TONES: Readonly<Record<AlertLevel, Tone>> = { critical: "bad", warning: "wait", info: "rest" };

/** Days of the choices to mute. */
export const MUTE_DAYS = [1, 7, 30] as const;

export function alertsPage(board: Board, view: View): Html {
	const words = alertWords(view.language);
	return html`
<div class="head"><h1 class="grow">${view.words.alerts}</h1></div>
${board.open.length === 0 ? html`<div class="card empty">${words.nothingWrong}</div>` : board.open.map((one) => incidentCard(one, board, view))}
${unsent(board, view)}
${mutes(board, view)}
${past(board, view)}`;
}

function incidentCard(one: Incident, { mutes }: Board, view: View): Html {
	const words = alertWords(view.language);
	const mute = muteOf(one, mutes, view.now);
	return html`<section class="card">
<div class="head"><div class="grow">${badge(levelName(one.level, view.language), LEVEL_TONES[one.level])} <b>${kindTitle(one.kind, view.language)}</b> <span class="mono">${one.subject}</span></div>
${buttons(one, mute !== undefined, view)}</div>
<p class="why break">${one.text}</p>
<dl class="facts">
<dt>${words.openSince}</dt><dd>${time(one.since, view)}${one.times > 1 ? html` <span class="soft">· ${number(one.times)} ${words.saidTimes}</span>` : ""}</dd>
${one.did === "" ? "" : html`<dt>${words.did}</dt><dd>${one.did}</dd>`}
${one.todo === "" ? "" : html`<dt>${words.todo}</dt><dd>${one.todo}</dd>`}
${one.acknowledgedAt === null ? "" : html`<dt>${words.acknowledgedBy}</dt><dd>${one.acknowledgedBy ?? ""} ${time(one.acknowledgedAt, view)}${one.note === null ? "" : html`: ${one.note}`}</dd>`}
${mute === undefined ? "" : html`<dt>${words.mutedUntil}</dt><dd>${time(mute.until, view)} (${mute.by}: ${mute.reason})</dd>`}
</dl></section>`;
}

function buttons(one: Incident, muted: boolean, view: View): Html {
	const words = alertWords(view.language);
	const acknowledge =
		one.acknowledgedAt !== null
			? ""
			: html`<details class="sure"><summary class="button">${words.acknowledge}</summary><div><form method="post" action="/alerts/${one.id}/ack">
<label>${words.note}<input name="note" maxlength="300"></label><p></p><button class="main">${words.acknowledge}</button></form></div></details>`;
	const days = { 1: words.day, 7: words.week, 30: words.month };
	const mute = muted
		? ""
		: html`<details class="sure"><summary class="button">${words.mute}</summary><div><form method="post" action="/alerts/mute">
<input type="hidden" name="kind" value="${one.kind}"><input type="hidden" name="subject" value="${one.subject}">
<label>${words.muteFor}<select name="days">${MUTE_DAYS.map((n) => html`<option value="${n}">${days[n]}</option>`)}</select></label>
<label class="inline"><input type="checkbox" name="all" value="1"> ${words.muteKind}</label>
<label>${words.note}<input name="reason" maxlength="300" required></label><p></p><button class="main">${words.mute}</button></form></div></details>`;
	return html`<div class="actions">${acknowledge}${mute}</div>`;
}

function unsent({ unsent: posts }: Board, view: View): Html {
	if (posts.length === 0) return NOTHING_HERE;
	const words = alertWords(view.language);
	const rows = posts.map(
		(post) => html`<tr><td class="mono">${post.channel}</td><td>${time(post.createdAt, view)}</td>
<td>${post.state === "waiting" ? html`${words.triedAgain} ${time(post.dueAt, view)}` : badge(words.givenUp, "bad")}</td><td class="break">${post.lastError ?? ""}</td></tr>`,
	);
	return html`<h2>${words.notSent}</h2><div class="card flush"><table><tbody>${rows}</tbody></table></div>`;
}

function mutes({ mutes: all }: Board, view: View): Html {
	if (all.length === 0) return NOTHING_HERE;
	const words = alertWords(view.language);
	const rows = all.map(
		(
			mute,
		) => html`<tr><td class="mono">${mute.kind} ${mute.subject}</td><td>${words.mutedUntil} ${time(mute.until, view)}</td><td class="break">${mute.by}: ${mute.reason}</td>
<td class="num"><form method="post" action="/alerts/mutes/${mute.id}/end"><button>${words.unmute}</button></form></td></tr>`,
	);
	return html`<h2>${words.muted}</h2><div class="card flush"><table><tbody>${rows}</tbody></table></div>`;
}

function past({ past: all }: Board, view: View): Html {
	if (all.length === 0) return NOTHING_HERE;
	const words = alertWords(view.language);
	const rows = all.map(
		(one) => html`<tr><td>${kindTitle(one.kind, view.language)}</td><td class="mono">${one.subject}</td>
<td class="nowrap">${time(one.since, view)} ${words.until} ${time(one.recoveredAt, view)}</td><td class="break">${one.text}</td></tr>`,
	);
	return html`<h2>${words.over}</h2><div class="card flush"><table><tbody>${rows}</tbody></table></div>`;
}

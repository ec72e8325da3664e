// The page of blacklists: what is listed and how to get off it, what is watched, which lists are believed, the history. Pure.
import { html } from "hono/html";
import type { HoldRow } from "../deliver/hold.store.ts";
import type { Status, ZoneView } from "../reputation/blacklist.ts";
import type { BlacklistRow } from "../reputation/blacklist-view.ts";
import { roleWords } from "../reputation/blacklist-words.ts";
import { zoneNamed } from "../reputation/zones/all.ts";
import type { Severity } from "../reputation/zones/zone.ts";
import { badge, type Html, NOTHING_HERE, number, type Tone, time, type View } from "./parts.ts";
import { blacklistWords } from "./words-blacklists.ts";

export interface BlacklistFacts {
	readonly status: Status;
	readonly zones: readonly ZoneView[];
	/** Named in the settings and not asked. */
	readonly refused: readonly { readonly name: string; readonly why: string }[];
	readonly history: readonly BlacklistRow[];
	/** Holds of the watch in force. */
	readonly holds: readonly HoldRow[];
}

const TONES: Readonly<Record<Severity, Tone>> = { critical: "bad", serious: "bad", minor: "wait", info: "rest" };

export function blacklistPage(facts: BlacklistFacts, view: View): Html {
	const words = blacklistWords(view.language);
	const { rows } = facts.status;
	const listed = rows.filter((row) => row.state === "listed" || row.confirmed);
	const asked = rows.some((row) => row.checkedAt !== null);
	return html`
<div class="head"><h1 class="grow">${view.words.blacklists}</h1><form method="post" action="/blacklists/check"><button class="main">${words.checkNow}</button></form></div>
<p class="soft">${words.lead}</p>
${listed.length === 0 ? html`<div class="card empty">${asked ? words.nothingListed : words.never}</div>` : listed.map((row) => listedCard(row, facts.holds, view))}
${subjects(facts.status, view)}
${zones(facts, view)}
${history(facts.history, view)}`;
}

function listedCard(row: BlacklistRow, holds: readonly HoldRow[], view: View): Html {
	const words = blacklistWords(view.language);
	const { title, removal } = zoneNamed(row.zone);
	const how = view.language === "ko" ? (removal.ko ?? removal.how) : removal.how;
	const severity = row.severity ?? "info";
	const mine = holds.filter((hold) => hold.class?.startsWith(`${row.zone} ${row.subject} `) === true);
	return html`<section class="card">
<div class="head"><div class="grow">${badge(words.severities[severity], TONES[severity])} <b class="mono">${row.subject}</b> → <b>${title}</b> <span class="soft mono">${row.zone}</span>
${row.confirmed ? "" : badge(words.unconfirmed, "wait")}${row.state === "unknown" ? badge(words.unknown, "doubt") : ""}</div></div>
<p class="why break">${row.meaning} <span class="soft mono">${row.codes.join(" ")}</span></p>
<dl class="facts">
<dt>${words.firstSeen}</dt><dd>${time(row.firstSeen, view)}</dd>
<dt>${words.lastSeen}</dt><dd>${time(row.lastSeen, view)}</dd>
${row.text === "" ? "" : html`<dt>${words.says}</dt><dd class="break">${row.text}</dd>`}
<dt>${words.remove}</dt><dd>${how} ${removal.url === "" ? "" : html`<a href="${removal.url}" rel="noreferrer">${removal.url}</a>`}</dd>
${mine.length === 0 ? "" : html`<dt>${words.holds}</dt><dd>${mine.map((hold) => html`<div class="mono">${hold.subject}</div>`)}</dd>`}
</dl></section>`;
}

function subjects({ rows, subjects: all, skipped }: Status, view: View): Html {
	const words = blacklistWords(view.language);
	const lines = all.map((subject) => {
		const mine = rows.filter((row) => row.subject === subject.subject);
		const count = (state: BlacklistRow["state"]) => mine.filter((row) => row.state === state).length;
		const asked = Math.max(0, ...mine.map((row) => row.checkedAt ?? 0));
		const cell = (n: number, tone: Tone) => (n === 0 ? html`<span class="faint">0</span>` : badge(number(n), tone));
		return html`<tr><td class="mono break">${subject.subject}</td>
<td class="soft">${[...new Set(subject.roles.map(roleWords))].filter((one) => one !== "").join(", ")}</td>
<td class="num">${cell(count("listed"), "bad")}</td><td class="num">${cell(count("clean"), "ok")}</td><td class="num">${cell(count("unknown"), "doubt")}</td>
<td>${asked === 0 ? words.notAsked : time(asked, view)}</td></tr>`;
	});
	const left = skipped.map(
		({ subject, why }) =>
			html`<tr><td class="mono">${subject}</td><td class="soft" colspan="5">${words.notWatched}: ${why}</td></tr>`,
	);
	return html`<h2>${words.watched}</h2><div class="card flush"><table>
<thead><tr><th>${words.subject}</th><th>${words.what}</th><th class="num">${words.listed}</th><th class="num">${words.clean}</th><th class="num">${words.unknown}</th><th>${words.lastAsked}</th></tr></thead>
<tbody>${lines}${left}</tbody></table></div>`;
}

function zones({ zones: all, refused }: BlacklistFacts, view: View): Html {
	const words = blacklistWords(view.language);
	const lines = all.map(({ zone, title, state, why, provenAt, badSince, registration, ownResolver }) => {
		const shown =
			state === null ? badge(words.notAsked, "rest") : badge(words.states[state], state === "proven" ? "ok" : "doubt");
		return html`<tr><td><b>${title}</b><div class="tip mono">${zone}</div></td>
<td>${shown}${why === "" ? "" : html`<div class="tip">${why}</div>`}</td><td>${badSince === null ? time(provenAt, view) : time(badSince, view)}</td>
<td class="soft">${registration ?? (ownResolver ? words.ownResolver : "")}</td></tr>`;
	});
	const left = refused.map(
		({ name, why }) => html`<tr><td class="mono">${name}</td><td class="soft" colspan="3">${why}</td></tr>`,
	);
	return html`<h2>${words.zones}</h2><div class="card flush"><table>
<thead><tr><th>${words.zone}</th><th>${words.believed}</th><th>${view.words.since}</th><th>${words.needs}</th></tr></thead><tbody>${lines}${left}</tbody></table></div>`;
}

function history(rows: readonly BlacklistRow[], view: View): Html {
	if (rows.length === 0) return NOTHING_HERE;
	const words = blacklistWords(view.language);
	const lines = rows.map(
		(row) => html`<tr><td class="mono break">${row.subject}</td><td class="mono">${row.zone}</td>
<td>${row.severity === null ? "" : badge(words.severities[row.severity], TONES[row.severity])} ${row.meaning}</td>
<td>${time(row.firstSeen, view)}</td><td>${time(row.lastSeen, view)}</td><td>${row.clearedAt === null ? words.still : time(row.clearedAt, view)}</td></tr>`,
	);
	return html`<h2>${words.history}</h2><div class="card flush"><table>
<thead><tr><th>${words.subject}</th><th>${words.zone}</th><th>${words.cause}</th><th>${words.firstSeen}</th><th>${words.lastSeen}</th><th>${words.cleared}</th></tr></thead>
<tbody>${lines}</tbody></table></div>`;
}

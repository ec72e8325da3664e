// The page that answers "why did it not arrive, or not yet?" for one address. Pure.
import { html } from "hono/html";
import type { Explanation } from "../deliver/explain.ts";
import type { ExplainRule } from "../deliver/explain-reason.ts";
import { badge, type Html, logLink, number, type Tone, time, useBar, type View } from "./parts.ts";

const TONES: Readonly<Record<ExplainRule, Tone>> = {
	suppressed: "bad",
	"unknown-reader": "rest",
	"no-delivery": "rest",
	settled: "rest",
	campaign: "wait",
	"no-way-out": "bad",
	hold: "wait",
	"no-sender": "bad",
	dns: "wait",
	sending: "ok",
	deferred: "wait",
	gap: "wait",
	rate: "wait",
	connections: "wait",
	queue: "wait",
	free: "ok",
};

/** The form, and the answer when something was asked. `trouble`: why there is none. */
export function explainPage(
	of: { readonly to: string; readonly answer: Explanation | null; readonly trouble: string | null },
	view: View,
): Html {
	const { words } = view;
	return html`
<div class="head"><h1 class="grow break">${words.explain}${of.to === "" ? "" : `: ${of.to}`}</h1></div>
<section class="card"><form class="filters" method="get" action="/explain">
<label class="wide">${words.address}<input name="to" type="text" inputmode="email" value="${of.to}" autocomplete="off" required></label>
<button class="main">${words.ask}</button>
</form></section>
${of.trouble === null ? "" : html`<section class="card"><p class="why">${of.trouble}</p></section>`}
${of.answer === null ? "" : answerCard(of.answer, view)}`;
}

function answerCard(explanation: Explanation, view: View): Html {
	const { words } = view;
	const { delivery, lane, mx, holds } = explanation;
	return html`<section class="card">
<p class="why">${badge(explanation.rule, TONES[explanation.rule])} ${explanation.because}</p>
</section>
<section class="card"><dl class="facts">
<dt>${words.tryAgainAt}</dt><dd>${time(explanation.nextAttemptAt, view)}</dd>
<dt>${words.site}</dt><dd>${explanation.site}</dd>
<dt>${words.route}</dt><dd>${explanation.route ?? words.none}${explanation.source ? ` · ${explanation.source}` : ""}</dd>
<dt>${words.lists}</dt><dd>${explanation.lists.join(", ") || words.none}</dd>
${
	delivery === null
		? ""
		: html`<dt>${words.campaign}</dt><dd><a href="/campaigns/${delivery.campaign}">${delivery.campaignName}</a> · ${delivery.state} · ${delivery.attempts} ${words.tries}</dd>
${delivery.lastText === null ? "" : html`<dt>${words.lastReply}</dt><dd class="mono">${delivery.lastText}</dd>`}`
}
${
	lane === null
		? ""
		: html`<dt>${words.lane}</dt><dd>${lane.key}: ${lane.limits.connections} ${words.connections.toLowerCase()} <span class="faint">(${lane.limits.origin.connections})</span>
${lane.now.uses.map((use) => html`<div>${useBar(use.used, use.limit)}${number(use.used)} <span class="soft">/ ${use.text}, ${use.from}</span></div>`)}</dd>`
}
<dt>${words.holds}</dt><dd>${holds.length === 0 ? words.none : holds.map((hold) => html`<div>${hold.kind} ${hold.subject}: ${hold.reason} → ${hold.until === null ? words.untilReleased : time(hold.until, view)}</div>`)}</dd>
<dt>${words.log}</dt><dd><a href="${logLink({ to: explanation.to })}">${words.story}</a></dd>
</dl></section>
${
	mx.length === 0
		? ""
		: html`<div class="card flush"><table><thead><tr><th>${words.host}</th><th class="num">MX</th><th>IP</th><th>${words.lastReply}</th></tr></thead><tbody>${mx.map(
				(
					host,
				) => html`<tr><td><a href="${logLink({ host: host.host })}">${host.host}</a></td><td class="num">${host.preference}</td>
<td>${host.addresses.length === 0 ? html`<span class="faint">–</span>` : host.addresses.join(", ")}</td>
<td>${host.mark === null ? html`<span class="faint">–</span>` : html`${badge(host.mark.class, "wait")} ${time(host.mark.at, view)}<div class="mono soft">${host.mark.text}</div>`}</td></tr>`,
			)}</tbody></table></div>`
}`;
}

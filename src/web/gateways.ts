// The page of gateways: who leaves through them, what recipients see, how the last test ended, and who allowed what. Pure.
import { html } from "hono/html";
import type { GatewayView } from "../reputation/gateway-view.store.ts";
import type { PolicyChangeRow } from "../routing/policy.store.ts";
import { badge, type Html, time, type View } from "./parts.ts";
import { type GatewayWords, gatewayWords } from "./words-gateways.ts";

export function gatewaysPage(gateways: readonly GatewayView[], changes: readonly PolicyChangeRow[], view: View): Html {
	const words = gatewayWords(view.language);
	return html`
<div class="head"><h1 class="grow">${words.title}</h1></div>
${gateways.length === 0 ? html`<section class="card"><p>${words.none}</p></section>` : gateways.map((gateway) => card(gateway, words, view))}
${changes.length === 0 ? "" : history(changes, words, view)}`;
}

function card(gateway: GatewayView, words: GatewayWords, view: View): Html {
	const { tested } = gateway;
	const list = (items: readonly string[]) => (items.length === 0 ? words.nobody : items.join(", "));
	const limits = [...gateway.rates, `${gateway.connections} ${words.connections}`].join(", ");
	return html`<section class="card">
<div class="head"><h2 class="grow">${gateway.name} ${tested === null ? badge(words.never, "rest") : badge(tested.ok ? words.works : words.failing, tested.ok ? "ok" : "bad")}</h2>
<form method="post" action="/gateways/${encodeURIComponent(gateway.name)}/test"><button>${words.test}</button></form></div>
${tested === null ? "" : html`<p>${tested.what} <span class="tip">${time(tested.at, view)}</span></p>`}
${tested === null || tested.fix === "" ? "" : html`<p>${tested.fix}${tested.docs === null ? "" : html` <a href="${tested.docs}" rel="noreferrer">${words.explained}</a>`}</p>`}
<dl class="facts">
<dt>${words.server}</dt><dd>${gateway.host}:${gateway.port} · ${gateway.security === "tls" ? "TLS" : "STARTTLS"}${gateway.service === null ? "" : ` · ${gateway.service}`}</dd>
<dt>${words.login}</dt><dd>${gateway.user === null ? words.noLogin : `${gateway.user} · ${gateway.login}`}</dd>
<dt>${words.limits}</dt><dd>${limits}</dd>
<dt>${words.usedBy}</dt><dd>${list(gateway.identities)}</dd>
<dt>${words.allowed}</dt><dd>${gateway.allowed.length === 0 ? words.nobody : gateway.allowed.map(({ subject, because }) => html`<div>${subject} <span class="tip">${because}</span></div>`)}</dd>
${gateway.held.length === 0 ? "" : html`<dt>${words.held}</dt><dd>${gateway.held.map(({ identity, reason }) => html`<div>${identity} <span class="tip">${reason}</span></div>`)}</dd>`}
${gateway.requiredFor.length === 0 ? "" : html`<dt>${words.required}</dt><dd>${list(gateway.requiredFor)}</dd>`}
</dl>
${gateway.alignments.length === 0 ? "" : seen(gateway, words)}
</section>`;
}

function seen(gateway: GatewayView, words: GatewayWords): Html {
	const verdict = { pass: words.passes, "spf-only": words.spfOnly, fail: words.fails } as const;
	const tone = { pass: "ok", "spf-only": "wait", fail: "bad" } as const;
	const rows = gateway.alignments.map(
		(one) => html`<tr${one.findings.length > 0 ? html` class="bare"` : ""}>
<td class="break">${one.from}</td><td class="break">${one.returnPath}</td><td>${one.spfDomain}</td>
<td>${one.dkimDomains.length === 0 ? "–" : one.dkimDomains.join(", ")}</td><td>${badge(verdict[one.dmarc], tone[one.dmarc])}</td><td class="break">${one.shown}</td>
</tr>${one.findings.map((finding) => html`<tr><td colspan="6"><span class="tip">${finding.what}. ${finding.fix}</span></td></tr>`)}`,
	);
	return html`<h3>${words.seen}</h3><div class="scroll"><table class="tight">
<thead><tr><th>From</th><th>Return-Path</th><th>SPF</th><th>DKIM d=</th><th>DMARC</th><th>Outlook</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function history(changes: readonly PolicyChangeRow[], words: GatewayWords, view: View): Html {
	const rows = changes.map(
		(change) => html`<tr><td>${time(change.at, view)}</td><td>${change.by}</td><td class="break">${change.subject}</td>
<td class="break">${change.before}</td><td class="break">${change.after === "" ? words.removed : change.after}</td></tr>`,
	);
	return html`<section class="card"><h2>${words.history}</h2><div class="scroll"><table class="tight">
<thead><tr><th>${words.when}</th><th>${words.by}</th><th>${words.what}</th><th>${words.before}</th><th>${words.after}</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

// The page of a campaign's check: what stands against sending, how large the largest message is part by part, how long it will take. Pure.
import { html } from "hono/html";
import type { Campaign } from "../campaign/campaign.store.ts";
import type { CampaignCheck } from "../campaign/check.ts";
import { spell } from "../campaign/eta.ts";
import type { FindingLevel } from "../campaign/finding.ts";
import type { SizeLevel, SizePart } from "../compose/size.ts";
import { formatBytes } from "../compose/text.ts";
import { address, badge, bar, type Html, NOTHING_HERE, number, type Tone, type View } from "./parts.ts";
import { checkWords } from "./words-check.ts";
import { identityWords } from "./words-identities.ts";

const TONES: Readonly<Record<FindingLevel, Tone>> = { ok: "ok", warn: "wait", fail: "bad", unknown: "doubt" };
const WEIGHT: Readonly<Record<FindingLevel, number>> = { fail: 0, unknown: 1, warn: 2, ok: 3 };
const SITES = 20;

export function checkPage(campaign: Campaign, check: CampaignCheck, view: View): Html {
	const words = checkWords(view.language);
	const findings = check.findings.toSorted((a, b) => WEIGHT[a.level] - WEIGHT[b.level]);
	return html`
<div class="head"><h1 class="grow"><a href="/campaigns/${campaign.id}">${campaign.name}</a>: ${words.title} ${badge(check.passed ? words.passed : words.failed, check.passed ? "ok" : "bad")}</h1>
<a class="button" href="/campaigns/${campaign.id}/check">${words.again}</a></div>
<div class="card flush"><table class="tight"><tbody>${findings.map(
		({ level, subject, what, fix }) => html`<tr>
<td class="nowrap">${badge(identityWords(view.language).levels[level], TONES[level])}</td>
<td class="break"><span class="soft">${subject}:</span> ${what}${fix === "" || level === "ok" ? "" : html`<div class="tip break">${fix}</div>`}</td></tr>`,
	)}</tbody></table></div>
${sizes(campaign, check, view)}
${times(check, view)}`;
}

function sizes(campaign: Campaign, check: CampaignCheck, view: View): Html {
	const { sizes, search, worstReader, worstHtmlReader } = check;
	if (sizes === null || search === null) return NOTHING_HERE;
	const words = checkWords(view.language);
	const large = sizes.parts.some(({ level }) => level !== "ok");
	const other = worstHtmlReader === worstReader ? "" : html`; ${words.largestHtml} ${address(worstHtmlReader ?? "")}`;
	return html`<h2>${words.sizes}</h2>
<p class="soft small">${(search.proven ? words.proven : words.likely)(number(search.measured), worstReader ?? "")}${other}</p>
<div class="card flush"><table class="tight">
<thead><tr><th>${words.part}</th><th>${words.file}</th><th class="num">${words.size}</th><th class="num">${words.travels}</th><th class="num">${words.limit}</th><th>${words.used}</th></tr></thead>
<tbody>${sizes.parts.map((part) => sizeRow(part, view))}</tbody></table></div>
${sizes.contributors.length === 0 ? "" : html`<p class="soft small">${words.made}: ${sizes.contributors.slice(0, 6).join("; ")}</p>`}
${large ? html`<p class="soft small">${words.fix} <span class="mono">wellsent campaign check ${campaign.id} --fix</span></p>` : ""}`;
}

function sizeRow({ part, name, bytes, encoded, counts, warn, limit, level }: SizePart, view: View): Html {
	const words = checkWords(view.language);
	const bound = limit ?? warn;
	const share = bound === null ? 0 : (100 * counts) / bound;
	const percent = share > 0 && share < 1 ? "<1 %" : `${Math.floor(share)} %`;
	const tones: Readonly<Record<SizeLevel, Tone>> = { ok: "ok", warn: "wait", fail: "bad" };
	return html`<tr><td>${words.parts[part]}</td><td class="break">${name}</td>
<td class="num">${bytes === null ? "" : formatBytes(bytes)}</td><td class="num">${formatBytes(encoded)}</td>
<td class="num">${bound === null ? "" : `${formatBytes(bound)}${limit === null ? ` ${words.advised}` : ""}`}</td>
<td class="barcell">${bound === null ? "" : html`${bar([{ n: Math.min(100, share), tone: tones[level], label: "%" }], 100)}<span class="small soft">${percent}</span>`}</td></tr>`;
}

function times(check: CampaignCheck, view: View): Html {
	if (check.sites.length === 0) return NOTHING_HERE;
	const words = checkWords(view.language);
	const rows = check.sites
		.slice(0, SITES)
		.map(
			({ site, messages, ms, limit }) =>
				html`<tr><td>${site}</td><td class="num">${number(messages)}</td><td class="num">${spell(ms)}</td><td class="soft">${limit}</td></tr>`,
		);
	return html`<h2>${words.time}</h2><div class="card flush"><table class="tight">
<thead><tr><th>${view.words.site}</th><th class="num">${words.messages}</th><th class="num">${words.about}</th><th>${view.words.limit}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

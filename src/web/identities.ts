// The page of identities: what the last preflight found about each, and the checklist of the big providers. Pure.
import { html } from "hono/html";
import { BULK_SOURCES, type BulkProvider, type BulkRow, type BulkState } from "../reputation/bulk-rules.ts";
import type { KeptReport } from "../reputation/preflight.store.ts";
import type { FindingLevel, PreflightFinding } from "../reputation/preflight-finding.ts";
import { badge, type Html, type Tone, time, type View } from "./parts.ts";
import { identityWords } from "./words-identities.ts";

export interface IdentitiesFacts {
	/** Of all that is configured: the last report, or null when there was none yet. Identities first. */
	readonly subjects: readonly {
		readonly kind: "source" | "identity";
		readonly subject: string;
		readonly beside: string;
		readonly report: KeptReport | null;
	}[];
	readonly checklist: readonly BulkRow[];
}

const TONES: Readonly<Record<FindingLevel, Tone>> = { ok: "ok", warn: "wait", fail: "bad", unknown: "doubt" };
const STATES: Readonly<Record<BulkState, Tone>> = { passed: "ok", failed: "bad", unknown: "doubt" };
const WEIGHT: Readonly<Record<FindingLevel, number>> = { fail: 0, unknown: 1, warn: 2, ok: 3 };

export function identitiesPage(facts: IdentitiesFacts, view: View): Html {
	const words = identityWords(view.language);
	return html`
<div class="head"><h1 class="grow">${words.title}</h1><form method="post" action="/identities/check"><button class="main">${words.checkNow}</button></form></div>
<p class="soft">${words.lead}</p>
${facts.subjects.length === 0 ? html`<div class="card empty">${words.none}</div>` : ""}
${facts.subjects.map((one) => card(one, facts.checklist, view))}`;
}

function card(of: IdentitiesFacts["subjects"][number], checklist: readonly BulkRow[], view: View): Html {
	const words = identityWords(view.language);
	const { report } = of;
	const rows = checklist.filter((row) => of.kind === "identity" && row.identity === of.subject);
	const head = html`<h2>${words[of.kind]} ${of.subject} <span class="soft small">${of.beside}</span></h2>`;
	if (report === null) return html`<section class="card">${head}<p class="soft">${words.never}</p></section>`;
	const findings = report.findings.toSorted((a, b) => WEIGHT[a.level] - WEIGHT[b.level]);
	return html`<section class="card">${head}
<p class="soft small">${words.looked} ${time(report.checkedAt, view)}</p>
<table class="tight"><tbody>${findings.map((finding) => findingRow(finding, view))}</tbody></table>
${rows.length === 0 ? "" : rulesTable(rows, view)}
</section>`;
}

function findingRow(finding: PreflightFinding, view: View): Html {
	const tip = finding.fix === "" || finding.level === "ok" ? "" : html`<div class="tip break">${finding.fix}</div>`;
	return html`<tr><td>${badge(identityWords(view.language).levels[finding.level], TONES[finding.level])}</td><td class="break">${finding.what}${tip}</td></tr>`;
}

function rulesTable(rows: readonly BulkRow[], view: View): Html {
	const words = identityWords(view.language);
	const providers = [...new Set(rows.map((row) => row.provider))];
	const part = (
		provider: BulkProvider,
	) => html`<h3><a href="${BULK_SOURCES[provider].url}" rel="noreferrer">${BULK_SOURCES[provider].title}</a></h3>
<table class="tight"><tbody>${rows.filter((row) => row.provider === provider).map((row) => ruleRow(row, view))}</tbody></table>`;
	return html`<details><summary>${words.rules}: ${counted(rows, view)}</summary>${providers.map(part)}</details>`;
}

function ruleRow(row: BulkRow, view: View): Html {
	const words = identityWords(view.language);
	const tip =
		row.state === "passed" ? "" : html`<div class="tip break">${row.because}${row.fix === "" ? "" : html` ${row.fix}`}</div>`;
	return html`<tr><td>${badge(words.states[row.state], STATES[row.state])}</td><td class="break">${row.rule} <span class="soft small">${row.required ? words.required : words.advice}</span>${tip}</td></tr>`;
}

function counted(rows: readonly BulkRow[], view: View): Html {
	const words = identityWords(view.language);
	const states: readonly BulkState[] = ["passed", "failed", "unknown"];
	return html`${states.map((state) => {
		const n = rows.filter((row) => row.state === state).length;
		return n === 0 ? "" : html`${badge(`${n} ${words.states[state]}`, STATES[state])} `;
	})}`;
}

// The page of jobs: what runs by the clock, how it went, and a button to run it now. Pure.
import { html } from "hono/html";
import type { JobView } from "../log/job-run.store.ts";
import { badge, type Html, number, time, type View } from "./parts.ts";
import { alertWords } from "./words-alerts.ts";

export function jobsPage(jobs: readonly JobView[] | null, view: View): Html {
	const words = alertWords(view.language);
	const head = html`<div class="head"><h1 class="grow">${view.words.jobs}</h1></div>`;
	if (jobs === null) return html`${head}<div class="card empty">${words.noJobs}</div>`;
	return html`${head}<div class="card flush"><table>
<thead><tr><th>${words.job}</th><th>${words.schedule}</th><th>${words.lastRun}</th><th>${words.outcome}</th><th>${words.nextRun}</th><th></th></tr></thead>
<tbody>${jobs.map((job) => row(job, view))}</tbody></table></div>`;
}

function row({ name, purpose, schedule, last, next }: JobView, view: View): Html {
	const words = alertWords(view.language);
	const took =
		last === null || last.finishedAt === null ? "" : html`<div class="tip">${number(last.finishedAt - last.startedAt)} ms</div>`;
	const outcome =
		last === null
			? ""
			: last.ok === null
				? badge(words.isRunning, "wait")
				: html`${last.ok ? "" : badge(words.failed, "bad")} ${last.outcome}${last.because === "schedule" ? "" : html` <span class="faint">(${last.because})</span>`}`;
	return html`<tr><td><b>${name}</b><div class="tip">${purpose}</div></td><td class="mono nowrap">${schedule ?? words.off}</td>
<td>${last === null ? words.never : time(last.startedAt, view)}${took}</td><td class="break">${outcome}</td><td>${time(next, view)}</td>
<td class="num"><form method="post" action="/jobs/${name}/run"><button>${words.runNow}</button></form></td></tr>`;
}

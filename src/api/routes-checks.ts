// The preflight over HTTP: what was found last about sources and identities, and a new look.
import { z } from "zod";
import { keptReports } from "../reputation/preflight.store.ts";
import { checklists, runPreflight, scopeOf } from "../reputation/preflight-run.ts";
import { iso } from "./campaign-view.ts";
import type { ApiDeps } from "./deps.ts";
import { NOTHING, type Route, route } from "./route.ts";

const FINDING = z.object({
	id: z.string(),
	level: z.enum(["ok", "warn", "fail", "unknown"]),
	subject: z.string(),
	what: z.string(),
	fix: z.string().describe("what to do; where a DNS record helps, the record to publish"),
});
const RULE = z.object({
	provider: z.enum(["google", "yahoo", "microsoft", "naver"]),
	topic: z.string(),
	rule: z.string(),
	required: z.boolean(),
	identity: z.string(),
	state: z.enum(["passed", "failed", "unknown"]),
	because: z.string(),
	fix: z.string(),
	source: z.string().describe("where the provider says so"),
});
const CHECKS = z.object({
	passed: z.boolean().describe("nothing failed; what is unknown has not failed"),
	checks: z.array(
		z.object({
			kind: z.enum(["source", "identity"]),
			subject: z.string(),
			checkedAt: z.iso.datetime(),
			passed: z.boolean(),
			findings: z.array(FINDING),
		}),
	),
	checklist: z.array(RULE).describe("rules of the big providers for bulk senders, for each identity"),
});

export const CHECK_ROUTES: readonly Route[] = [
	route({
		method: "get",
		path: "/checks",
		tag: "checks",
		summary: "What the last preflight found about each source and identity, and the checklist for bulk senders",
		params: NOTHING,
		input: NOTHING,
		output: CHECKS,
		handle: ({ deps }) => kept(deps),
	}),
	route({
		method: "post",
		path: "/checks/run",
		tag: "checks",
		summary: "Run the preflight of everything now, and wait for it (some seconds)",
		params: NOTHING,
		input: NOTHING,
		output: CHECKS,
		async handle({ deps }) {
			await runPreflight(deps, scopeOf(deps.config, null));
			return kept(deps);
		},
	}),
];

async function kept({ db, config }: Pick<ApiDeps, "db" | "config">) {
	const known = (kind: string, subject: string) =>
		kind === "source"
			? config.sources.some((one) => one.name === subject)
			: config.identities.some((one) => one.from === subject);
	const reports = (await keptReports(db)).filter((report) => known(report.kind, report.subject));
	return {
		passed: reports.every((report) => report.passed),
		checks: reports.map((report) => ({ ...report, checkedAt: iso(report.checkedAt) })),
		checklist: checklists(config, reports),
	};
}

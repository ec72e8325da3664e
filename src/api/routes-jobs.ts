// What runs by the clock, over HTTP.
import { z } from "zod";
import { fail } from "../errors.ts";
import { jobJson } from "../log/job-json.ts";
import type { ApiDeps } from "./deps.ts";
import { NOTHING, type Route, route } from "./route.ts";

const time = z.iso.datetime();

const JOB = z.object({
	name: z.string(),
	purpose: z.string(),
	schedule: z.string().nullable().describe("cron expression, six fields with seconds first; null: off by the settings"),
	zone: z.literal("UTC"),
	next: time.nullable(),
	last: z
		.object({
			plannedAt: time,
			startedAt: time,
			finishedAt: time.nullable(),
			durationMs: z.number().nullable(),
			ok: z.boolean().nullable().describe("null while it runs"),
			outcome: z.string(),
			because: z.string().describe('"schedule", "missed", or who asked for it'),
			runner: z.string(),
		})
		.nullable(),
});

export const JOB_ROUTES: readonly Route[] = [
	route({
		method: "get",
		path: "/jobs",
		tag: "jobs",
		summary: "Every job: when it runs, how it went last, when it runs next",
		params: NOTHING,
		input: NOTHING,
		output: z.object({ jobs: z.array(JOB) }),
		async handle({ deps }) {
			return { jobs: (await desk(deps).list()).map(jobJson) };
		},
	}),
	route({
		method: "post",
		path: "/jobs/:name/run",
		tag: "jobs",
		summary: "Run a job now, and wait for it",
		params: z.object({ name: z.string().max(100) }),
		input: NOTHING,
		output: z.object({ name: z.string(), outcome: z.string() }),
		async handle({ deps, params }) {
			return { name: params.name, outcome: await desk(deps).run(params.name, "http") };
		},
	}),
];

function desk({ jobs }: ApiDeps) {
	return jobs ?? fail("request-invalid", { detail: "no jobs run in this process" });
}

// The log, the ledger of hosts, the explanation of one address and the lanes over HTTP.
import { z } from "zod";
import { explainAddress, explanationJson, laneJson } from "../deliver/explain.ts";
import { savedLaneStates } from "../deliver/saved-lanes.store.ts";
import { hostJson, hostLedger, type LogFilter, logCsv, logCsvHeader, logJson, queryLog } from "../log/query.store.ts";
import { REPLY_CLASSES, STAGES } from "../replies/outcome.ts";
import type { LaneState } from "../throttle/lane-types.ts";
import type { ApiDeps } from "./deps.ts";
import { parseInstant } from "./parse.ts";
import { INSTANT, LIMIT, NOTHING, type Route, route } from "./route.ts";
import { EXPLANATION, HOST_ROW, LANE_STATE, LOG_ROW } from "./shapes.ts";

const text = z.string().max(300);
const LOG_INPUT = z.object({
	campaign: z.coerce.number().int().optional(),
	to: text.optional().describe("the reader's address"),
	domain: text.optional(),
	site: text.optional(),
	host: text.optional().describe("name of the MX host"),
	source: text.optional(),
	class: z.enum(REPLY_CLASSES).optional(),
	stage: z.enum(STAGES).optional(),
	since: INSTANT.optional(),
	until: INSTANT.optional(),
	limit: LIMIT(10_000, 100),
	afterId: z.coerce
		.number()
		.int()
		.min(0)
		.optional()
		.describe("only rows written after that one: `nextAfterId` of the answer before"),
	meaning: z
		.enum(["en", "ko"])
		.optional()
		.describe("adds `meaning` and `advice` to each row: what the reply means and what to do"),
	format: z
		.enum(["json", "ndjson", "csv"])
		.optional()
		.describe("ndjson: a row a line. Without it Accept decides: application/x-ndjson, text/csv, else JSON"),
});

/** Every field that was given, none that was not. */
export function logFilterOf(input: z.infer<typeof LOG_INPUT>, now: number): LogFilter {
	const { format, meaning, since, until, ...rest } = input;
	const filter = {
		...rest,
		to: rest.to?.toLowerCase(),
		domain: rest.domain?.toLowerCase(),
		host: rest.host?.toLowerCase(),
		since: parseInstant(since, now),
		until: parseInstant(until, now),
	};
	return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as LogFilter;
}

export const LOG_ROUTES: readonly Route[] = [
	route({
		method: "get",
		path: "/log",
		tag: "log",
		summary: "Replies of MX hosts: the newest that fit, in the order they were written",
		params: NOTHING,
		input: LOG_INPUT,
		output: z.object({
			log: z.array(LOG_ROW.extend({ meaning: z.string().optional(), advice: z.string().optional() })),
			nextAfterId: z.number().nullable().describe("pass it as afterId to get what comes next; null: there was nothing"),
		}),
		also: ["application/x-ndjson", "text/csv"],
		async handle({ deps, input, context }) {
			const rows = await queryLog(deps.db, logFilterOf(input, deps.clock.now()));
			const { meaning } = input;
			const nextAfterId = rows.at(-1)?.id ?? input.afterId ?? null;
			const next = { "wellsent-next-after-id": `${nextAfterId ?? ""}` };
			switch (input.format ?? accepted(context.req.header("accept"))) {
				case "csv":
					return context.body([logCsvHeader(meaning), ...rows.map((row) => logCsv(row, meaning))].join(""), 200, {
						"content-type": "text/csv; charset=utf-8",
						"content-disposition": 'attachment; filename="wellsent-log.csv"',
						...next,
					});
				case "ndjson":
					return context.body(rows.map((row) => `${JSON.stringify(logJson(row, meaning))}\n`).join(""), 200, {
						"content-type": "application/x-ndjson; charset=utf-8",
						...next,
					});
				case "json":
					return { log: rows.map((row) => logJson(row, meaning)), nextAfterId };
			}
		},
	}),
	route({
		method: "get",
		path: "/hosts",
		tag: "log",
		summary: "The ledger: what each MX host said to each source, with a verdict",
		params: NOTHING,
		input: z.object({
			site: text.optional(),
			since: INSTANT.default("24h"),
			problems: z.stringbool().default(false).describe("only hosts that are suspect or refuse us"),
		}),
		output: z.object({ hosts: z.array(HOST_ROW) }),
		async handle({ deps, input }) {
			const since = parseInstant(input.since, deps.clock.now());
			const rows = await hostLedger(deps.db, {
				...(input.site === undefined ? {} : { site: input.site }),
				...(since === undefined ? {} : { since }),
			});
			const shown = input.problems ? rows.filter((row) => row.verdict === "suspect" || row.verdict === "refusing") : rows;
			return { hosts: shown.map(hostJson) };
		},
	}),
	route({
		method: "get",
		path: "/explain",
		tag: "log",
		summary: "Where mail to one address goes, what limits it now, and the one rule that makes it wait, and until when",
		params: NOTHING,
		input: z.object({ to: z.string().max(320) }),
		output: z.object({ explanation: EXPLANATION }),
		async handle({ deps, input }) {
			return { explanation: explanationJson(await explainAddress(deps, input.to)) };
		},
	}),
	route({
		method: "get",
		path: "/lanes",
		tag: "lanes",
		summary: "The lanes in use: limits in force, what is used of them, holds, when the next message may go",
		params: NOTHING,
		input: NOTHING,
		output: z.object({ lanes: z.array(LANE_STATE.extend({ key: z.string() })) }),
		async handle({ deps }) {
			return { lanes: (await laneStates(deps)).map((state) => ({ key: state.key, ...laneJson(state) })) };
		},
	}),
];

/** The form that Accept asks for by name; a browser, which takes anything, gets JSON. */
function accepted(header: string | undefined): "json" | "ndjson" | "csv" {
	const asked = (header ?? "").toLowerCase();
	return asked.includes("application/x-ndjson") ? "ndjson" : asked.includes("text/csv") ? "csv" : "json";
}

/** The lanes of this process, or as another one saved them last. */
export async function laneStates(
	deps: Pick<ApiDeps, "db" | "clock" | "settings"> & Partial<Pick<ApiDeps, "lanes">>,
): Promise<LaneState[]> {
	const live = deps.lanes === undefined ? [] : [...deps.lanes()];
	return live.length > 0 ? live.sort((a, b) => (a.key < b.key ? -1 : 1)) : savedLaneStates(deps);
}

// The log, the ledger of hosts, the explanation of one address and the lanes over HTTP.
import { z } from "zod";
import { explainAddress, explanationJson, laneJson } from "../deliver/explain.ts";
import { loadLanes } from "../deliver/lane-state.store.ts";
import { hostJson, hostLedger, type LogFilter, logCsv, logCsvHeader, logJson, queryLog } from "../log/query.store.ts";
import { REPLY_CLASSES, STAGES } from "../replies/outcome.ts";
import { LaneSet } from "../throttle/lane-set.ts";
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
	format: z.enum(["json", "csv"]).default("json"),
});

/** Every field that was given, none that was not. */
export function logFilterOf(input: z.infer<typeof LOG_INPUT>, now: number): LogFilter {
	const { format, since, until, ...rest } = input;
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
			log: z.array(LOG_ROW),
			nextAfterId: z.number().nullable().describe("pass it as afterId to get what comes next; null: there was nothing"),
		}),
		also: "text/csv",
		async handle({ deps, input, context }) {
			const rows = await queryLog(deps.db, logFilterOf(input, deps.clock.now()));
			if (input.format === "csv")
				return context.body([logCsvHeader(), ...rows.map(logCsv)].join(""), 200, {
					"content-type": "text/csv; charset=utf-8",
					"content-disposition": 'attachment; filename="wellsent-log.csv"',
				});
			return { log: rows.map(logJson), nextAfterId: rows.at(-1)?.id ?? input.afterId ?? null };
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

/** The lanes of this process, or as another one saved them last. */
export async function laneStates(
	deps: Pick<ApiDeps, "db" | "clock" | "limitsFor"> & Partial<Pick<ApiDeps, "lanes">>,
): Promise<LaneState[]> {
	const live = deps.lanes === undefined ? [] : [...deps.lanes()];
	if (live.length > 0) return live.sort((a, b) => (a.key < b.key ? -1 : 1));
	const kept = await loadLanes(deps.db);
	const set = new LaneSet({ clock: deps.clock, limitsFor: deps.limitsFor });
	set.restore(kept);
	return kept
		.filter(({ key }) => key.includes("/") && !key.startsWith("shared:"))
		.map(({ key }) => set.lane(key.slice(0, key.lastIndexOf("/")), key.slice(key.lastIndexOf("/") + 1)).state())
		.sort((a, b) => (a.key < b.key ? -1 : 1));
}

// Blacklists over HTTP: how everything stands, the history, the lists that are asked, and a check on demand.
import { z } from "zod";
import { linksOfWaiting } from "../campaign/waiting-links.ts";
import { checkNow, historyOf, statusNow, zonesNow } from "../reputation/blacklist.ts";
import { rowJson } from "../reputation/blacklist-view.ts";
import { sumUp } from "../reputation/blacklist-words.ts";
import { LIMIT, NOTHING, route } from "./route.ts";

const time = z.iso.datetime();
const ROW = z.object({
	subject: z.string(),
	kind: z.enum(["ip", "domain"]),
	zone: z.string(),
	state: z.enum(["listed", "clean", "unknown"]),
	codes: z.array(z.string()),
	meaning: z.string(),
	severity: z.enum(["critical", "serious", "minor", "info"]).nullable(),
	text: z.string(),
	removal: z.string().describe("the removal page"),
	firstSeen: time.nullable(),
	lastSeen: time.nullable(),
	clearedAt: time.nullable(),
	why: z.string().describe("why it is unknown"),
	checkedAt: time.nullable(),
	confirmed: z.boolean().describe("two checks agreed: the listing is open"),
});
const SUBJECTS = z.object({
	subject: z.string().max(2_000).optional().describe("addresses or domains, divided by commas; all that is watched unless given"),
});
const ROWS = z.object({ rows: z.array(ROW) });

const named = (text: string | undefined): readonly string[] =>
	(text ?? "")
		.toLowerCase()
		.split(",")
		.map((one) => one.trim())
		.filter((one) => one !== "");

export const BLACKLIST_ROUTES = [
	route({
		method: "get",
		path: "/blacklist",
		tag: "reputation",
		summary: "What blacklists said of our addresses and domains at the last check",
		params: NOTHING,
		input: SUBJECTS,
		output: ROWS,
		async handle({ deps, input }) {
			const subjects = named(input.subject);
			const { rows } = await statusNow(deps, subjects.length === 0 ? undefined : subjects);
			return { rows: rows.map(rowJson) };
		},
	}),
	route({
		method: "get",
		path: "/blacklist/history",
		tag: "reputation",
		summary: "All listings, the newest first",
		params: NOTHING,
		input: SUBJECTS.extend({ limit: LIMIT(1_000, 200) }),
		output: ROWS,
		async handle({ deps, input }) {
			return { rows: (await historyOf(deps, named(input.subject), input.limit)).map(rowJson) };
		},
	}),
	route({
		method: "get",
		path: "/blacklist/zones",
		tag: "reputation",
		summary: "The blacklists that are asked, whether each proves itself, and what it asks of those who query it",
		params: NOTHING,
		input: NOTHING,
		output: z.object({
			zones: z.array(z.record(z.string(), z.unknown())),
			refused: z.array(z.object({ name: z.string(), why: z.string() })).describe("named in the settings and not asked"),
		}),
		async handle({ deps }) {
			const { zones, refused } = await zonesNow(deps);
			const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
			return { zones: zones.map((zone) => ({ ...zone, provenAt: iso(zone.provenAt), badSince: iso(zone.badSince) })), refused };
		},
	}),
	route({
		method: "post",
		path: "/blacklist/check",
		tag: "reputation",
		summary: "Ask the lists now; nothing that was asked within the last minute",
		params: NOTHING,
		input: SUBJECTS,
		output: ROWS.extend({ outcome: z.string(), opened: z.array(z.string()), cleared: z.array(z.string()) }),
		async handle({ deps, input }) {
			const subjects = named(input.subject);
			const wish = subjects.length === 0 ? {} : { subjects };
			const report = await checkNow(deps, { ...wish, links: await linksOfWaiting(deps), urgent: true });
			deps.wake?.();
			return { rows: report.rows.map(rowJson), outcome: sumUp(report), opened: report.opened, cleared: report.cleared };
		},
	}),
];

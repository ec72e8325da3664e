// Evidence against a host, the watch on a de-listing, counts of failures, unknown replies and holds over HTTP.
import { z } from "zod";
import { holdsInForce, releaseHolds } from "../deliver/hold.store.ts";
import { fail } from "../errors.ts";
import { AUDIT_KEYS } from "../log/audit-keys.ts";
import { type Delisting, delistingProgress, openDelistings, startDelisting } from "../log/delisting.store.ts";
import { evidenceFor, evidenceJson } from "../log/evidence.store.ts";
import { audit } from "../log/failures.store.ts";
import { auditCsv, auditJson } from "../log/format.ts";
import { unknownReplies } from "../log/unknown.store.ts";
import { REPLY_CLASSES, STAGES, type Stage } from "../replies/outcome.ts";
import { proposeRule } from "../replies/propose.ts";
import { listStates } from "../reputation/blacklist.ts";
import { lookUpPtr } from "../routing/ptr.client.ts";
import type { ApiDeps } from "./deps.ts";
import { parseInstant } from "./parse.ts";
import { INSTANT, LIMIT, NOTHING, type Route, route } from "./route.ts";
import { HOST_ROW } from "./shapes.ts";

const text = z.string().max(300);
const time = z.iso.datetime();
const DNS_TIMEOUT_MS = 3_000;

const DELISTING = z.object({
	site: z.string(),
	source: z.string(),
	since: time,
	hosts: z.array(
		z.object({
			mxHost: z.string(),
			mxAddress: z.string(),
			state: z.enum(["accepts", "refuses", "waiting"]),
			at: time.nullable(),
			text: z.string(),
		}),
	),
});

export const HOST_ROUTES: readonly Route[] = [
	route({
		method: "get",
		path: "/evidence",
		tag: "log",
		summary: "What the postmaster of a host that refuses us asks for, as facts and as a text in English and Korean",
		params: NOTHING,
		input: z.object({ host: text, source: text.optional(), since: INSTANT.default("7d") }),
		output: z.object({
			evidence: z.object({
				host: z.string(),
				site: z.string(),
				source: z.record(z.string(), z.unknown()),
				since: time,
				replies: z.array(
					z.object({ at: time, stage: z.enum(STAGES), code: z.number(), enhanced: z.string().nullable(), text: z.string() }),
				),
				hosts: z.array(HOST_ROW),
				siblings: z.array(HOST_ROW),
				text: z.object({ en: z.string(), ko: z.string() }),
			}),
		}),
		async handle({ deps, input }) {
			const { db, config, clock } = deps;
			const now = clock.now();
			const facts = await evidenceFor(
				{
					db,
					config,
					now,
					zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
					lists: (address) => listStates(deps, address),
					ptr: (address) => lookUpPtr(address, { servers: config.dns.servers, timeoutMs: DNS_TIMEOUT_MS }),
				},
				{
					host: input.host,
					since: parseInstant(input.since, now) ?? 0,
					...(input.source === undefined ? {} : { source: input.source }),
				},
			);
			return { evidence: evidenceJson(facts) };
		},
	}),
	route({
		method: "get",
		path: "/delistings",
		tag: "log",
		summary: "De-listings that are being watched, and how each host of the site has taken it",
		params: NOTHING,
		input: NOTHING,
		output: z.object({ delistings: z.array(DELISTING) }),
		async handle({ deps }) {
			const watches = await openDelistings(deps.db);
			return { delistings: await Promise.all(watches.map((watch) => progressOf(deps, watch))) };
		},
	}),
	route({
		method: "post",
		path: "/delistings",
		tag: "log",
		summary: "A site says that it has de-listed a source: watch its hosts accept, one by one",
		params: NOTHING,
		input: z.object({ site: text, source: text }),
		output: z.object({ delisting: DELISTING }),
		async handle({ deps, input }) {
			if (!deps.config.sources.some((source) => source.name === input.source))
				fail("request-invalid", { detail: `there is no source ${JSON.stringify(input.source)}` });
			const watch = await startDelisting(deps.db, input.site, input.source, deps.clock.now());
			if (watch === null) return fail("site-unspoken", { site: input.site });
			return { delisting: await progressOf(deps, watch) };
		},
	}),
	route({
		method: "get",
		path: "/failures",
		tag: "log",
		summary: "Refusals and troubles, counted by one key, and the deliveries that ended with them",
		params: NOTHING,
		input: z.object({
			by: z.enum(AUDIT_KEYS).default("class"),
			campaign: z.coerce.number().int().optional(),
			site: text.optional(),
			class: z.enum(REPLY_CLASSES).optional(),
			host: text.optional(),
			rule: text.optional(),
			since: INSTANT.optional(),
			until: INSTANT.optional(),
			limit: LIMIT(10_000, 100),
			format: z.enum(["json", "csv"]).default("json"),
		}),
		output: z.object({ failures: z.array(z.record(z.string(), z.unknown())) }),
		also: ["text/csv"],
		async handle({ deps, input, context }) {
			const { by, format, since, until, ...rest } = input;
			const now = deps.clock.now();
			const filter = { ...rest, since: parseInstant(since, now), until: parseInstant(until, now) };
			const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
			const rows = await audit(deps.db, by, given);
			if (format === "csv") return context.body(auditCsv(rows, by), 200, { "content-type": "text/csv; charset=utf-8" });
			return { failures: rows.map((row) => auditJson(row, by)) };
		},
	}),
	route({
		method: "get",
		path: "/replies/unknown",
		tag: "log",
		summary: "Replies that no rule knows, counted, each with a rule to begin with",
		params: NOTHING,
		input: z.object({ site: text.optional(), since: INSTANT.optional(), limit: LIMIT(1_000, 30) }),
		output: z.object({ replies: z.array(z.record(z.string(), z.unknown())) }),
		async handle({ deps, input }) {
			const since = parseInstant(input.since, deps.clock.now());
			const rows = await unknownReplies(deps.db, {
				limit: input.limit,
				...(input.site === undefined ? {} : { site: input.site }),
				...(since === undefined ? {} : { since }),
			});
			return {
				replies: rows.map((row, index) => ({
					...row,
					firstAt: new Date(row.firstAt).toISOString(),
					lastAt: new Date(row.lastAt).toISOString(),
					proposal: proposeRule({ ...row, stage: row.stage as Stage }, index + 1),
				})),
			};
		},
	}),
	route({
		method: "get",
		path: "/holds",
		tag: "lanes",
		summary: "What must wait: identities that are not believed, campaigns that a site does not want, lanes by order",
		params: NOTHING,
		input: NOTHING,
		output: z.object({
			holds: z.array(
				z.object({
					id: z.number(),
					kind: z.enum(["lane", "host", "identity", "campaign-site"]),
					subject: z.string(),
					reason: z.string(),
					class: z.string().nullable(),
					until: time.nullable().describe("null: until a person releases it"),
					createdAt: time,
					by: z.string().nullable().optional().describe("a person, or blacklist; null: a rule, from replies"),
				}),
			),
		}),
		async handle({ deps }) {
			const holds = await holdsInForce(deps.db, deps.clock.now());
			return {
				holds: holds.map((hold) => ({
					...hold,
					until: hold.until === null ? null : new Date(hold.until).toISOString(),
					createdAt: new Date(hold.createdAt).toISOString(),
				})),
			};
		},
	}),
	route({
		method: "post",
		path: "/holds/:id/release",
		tag: "lanes",
		summary: "End a hold now",
		params: z.object({ id: z.coerce.number().int().positive() }),
		input: NOTHING,
		output: z.object({ released: z.number() }),
		async handle({ deps, params }) {
			if ((await releaseHolds(deps.db, { id: params.id }, "http", deps.clock.now())) === 0)
				fail("hold-unknown", { id: params.id });
			deps.wake?.();
			return { released: params.id };
		},
	}),
];

async function progressOf(deps: ApiDeps, watch: Delisting) {
	const hosts = await delistingProgress(deps.db, watch, deps.clock.now());
	return {
		site: watch.site,
		source: watch.source,
		since: new Date(watch.createdAt).toISOString(),
		hosts: hosts.map((host) => ({ ...host, at: host.at === null ? null : new Date(host.at).toISOString() })),
	};
}

// The shapes that the API answers, for its OpenAPI document. The values themselves are typed by the code that makes them.
import { z } from "zod";
import { CAMPAIGN_STATES } from "../campaign/states.ts";
import { REPLY_CLASSES, STAGES } from "../replies/outcome.ts";

const time = z.iso.datetime();

export const COUNTS = z.object({
	total: z.number(),
	queued: z.number(),
	sending: z.number(),
	delivered: z.number(),
	failed: z.number(),
	suppressed: z.number(),
	uncertain: z.number().describe("may have arrived: never sent again unless asked for"),
	cancelled: z.number(),
});

export const PROBLEM = z.object({
	kind: z.enum(["state", "hold", "failed", "uncertain", "deferred"]),
	class: z.string().nullable(),
	deliveries: z.number(),
	what: z.string(),
	fix: z.string(),
	example: z.object({ to: z.string(), text: z.string() }).nullable(),
});

export const CAMPAIGN = z.object({
	id: z.number(),
	name: z.string(),
	state: z.enum(CAMPAIGN_STATES),
	identity: z.string(),
	lists: z.array(z.string()),
	scheduledAt: time.nullable(),
	zone: z.string().nullable(),
	counts: COUNTS,
	eta: time.nullable().describe("when the last message will have gone by the lanes' limits; null when nothing is being sent"),
	problems: z.array(PROBLEM),
	stateReason: z.string().nullable(),
	subject: z.string(),
	kind: z.string(),
	route: z.string().nullable().describe("the route of its campaign.toml; null: as its identity goes"),
	group: z.string().nullable().describe("the group of its campaign.toml"),
	createdAt: time,
	startedAt: time.nullable(),
	finishedAt: time.nullable(),
});

export const CAMPAIGN_DETAILS = CAMPAIGN.extend({
	deferred: z.number().describe("queued ones that were tried already"),
	sites: z.array(
		z.object({
			site: z.string().describe('"" while DNS was not asked yet'),
			counts: COUNTS,
			remainingMs: z.number(),
			limit: z.string().describe("the limit that decides how long it takes"),
		}),
	),
});

export const LOG_ROW = z.object({
	at: time,
	campaign: z.number(),
	to: z.string(),
	domain: z.string(),
	site: z.string(),
	route: z.string().describe('"direct" or the name of the gateway'),
	source: z.string(),
	mxHost: z.string(),
	mxAddress: z.string(),
	port: z.number(),
	attempt: z.number(),
	seq: z.number(),
	stage: z.enum(STAGES),
	code: z.number().describe("0 when no reply came"),
	enhanced: z.string().nullable(),
	text: z.string(),
	class: z.enum(REPLY_CLASSES),
	scope: z.enum(["recipient", "message", "host", "lane", "identity"]),
	action: z.string(),
	rule: z.string(),
	tls: z.object({ version: z.string(), cipher: z.string(), verified: z.boolean() }).nullable(),
	durationMs: z.number(),
	bytes: z.number(),
});

export const HOST_ROW = z.object({
	site: z.string(),
	mxHost: z.string(),
	mxAddress: z.string(),
	source: z.string(),
	accepted: z.number(),
	refused: z.number(),
	byClass: z.record(z.string(), z.number()),
	lastAccepted: time.nullable(),
	lastRefused: time.nullable(),
	verdict: z.enum(["ok", "suspect", "refusing", "idle"]),
	since: time.nullable().describe("since when the verdict holds"),
	because: z.enum(["idle", "serves", "streak", "site", "first-refusal", "trouble", "pattern"]),
	siblings: z
		.object({ hosts: z.number(), served: z.number(), aboutUs: z.number(), serving: z.number() })
		.describe("the other hosts of the site, for the same source; serving: how many let us in since this one began to refuse"),
	byStage: z.record(z.string(), z.number()),
	skipped: z.number().describe("times it was passed over"),
	connected: z.number().describe("connections on which nothing was asked"),
	firstAt: time,
	lastAt: time,
	lastText: z.string(),
});

export const LANE_STATE = z.object({
	connections: z.object({ open: z.number(), limit: z.number(), from: z.string() }),
	uses: z.array(
		z.object({
			text: z.string().describe('the limit as written: "600/h"'),
			used: z.number(),
			limit: z.number(),
			windowMs: z.number(),
			from: z.string().describe("where the limit comes from"),
			kind: z.enum(["connection", "message"]),
			of: z.string(),
		}),
	),
	hold: z.object({ until: time.nullable(), reason: z.string(), by: z.string() }).nullable(),
	nextMessageAt: time.nullable(),
	because: z.string(),
	learned: z
		.array(
			z.object({
				limit: z.enum(["rate", "connections", "connectionsPerHour", "messagesPerConnection"]),
				text: z.string().describe('the limit in force: "10/min"'),
				factor: z.number().describe("share of the configured limit that is left"),
				since: time,
				raiseAt: time.describe("from then on success raises it"),
				because: z.string().describe("the rule of the reply that taught it"),
			}),
		)
		.describe("limits that replies have lowered for now"),
	warmUp: z
		.object({
			day: z.number().describe("day of the curve, 1 the first"),
			days: z.number(),
			cap: z.number().describe("accepted messages a day"),
			used: z.number().describe("of the last 24 hours, and on their way"),
			rises: z.boolean().describe("the next midnight (UTC) raises the cap, as things are"),
			from: z.string(),
		})
		.nullable()
		.describe("null: the lane is warm"),
});

export const EXPLANATION = z.object({
	to: z.string(),
	domain: z.string(),
	site: z.string(),
	mx: z.array(
		z.object({
			host: z.string(),
			preference: z.number(),
			addresses: z.array(z.string()),
			mark: z.object({ class: z.string(), text: z.string(), at: time }).nullable(),
		}),
	),
	route: z.string().nullable(),
	source: z.string().nullable(),
	lane: z.object({ key: z.string(), limits: z.looseObject({}), now: LANE_STATE }).nullable(),
	holds: z.array(z.object({ kind: z.string(), subject: z.string(), reason: z.string(), until: time.nullable() })),
	nextAttemptAt: time.nullable(),
	because: z.string(),
	rule: z.string(),
	delivery: z.looseObject({}).nullable(),
	lists: z.array(z.string()),
});

export const SUPPRESSION = z.object({
	id: z.number(),
	subject: z.string().describe('an address, or "@domain"'),
	reason: z.string(),
	detail: z.string(),
	campaignId: z.number().nullable(),
	createdAt: time,
});

export const FINDING = z.object({ id: z.string(), level: z.string(), subject: z.string(), what: z.string(), fix: z.string() });

export const ERROR = z.object({
	ok: z.literal(false),
	error: z.object({
		code: z.string().describe("stable: scripts may match on it"),
		what: z.string(),
		fix: z.string(),
		findings: z.array(z.object({ where: z.string(), what: z.string(), fix: z.string().optional() })),
	}),
});

// What is wrong, and what people do about being told, over HTTP.
import { z } from "zod";
import { incidentJson, muteJson, postJson } from "../alerts/alert-json.ts";
import { alertBoard } from "../alerts/board.store.ts";
import { acknowledge } from "../alerts/incident.store.ts";
import { LEVELS } from "../alerts/incident.ts";
import { WHATS } from "../alerts/message.ts";
import { mute, unmute } from "../alerts/mute.store.ts";
import { fail } from "../errors.ts";
import { isAlertKind } from "../log/alert-kinds.ts";
import { LIMIT, NOTHING, type Route, route } from "./route.ts";

const time = z.iso.datetime();
const text = z.string().max(300);
const ID = z.object({ id: z.coerce.number().int().positive() });

export const INCIDENT = z.object({
	id: z.number(),
	kind: z.string(),
	title: z.string().describe("the kind in a few words"),
	subject: z.string(),
	level: z.enum(LEVELS),
	text: z.string(),
	did: z.string().describe("what Wellsent did about it"),
	todo: z.string().describe("what a person should do"),
	since: time,
	openedAt: time,
	lastAt: time,
	times: z.number().describe("how often it was said"),
	toldAt: time.nullable().describe("when channels were told last; null: not yet, or muted"),
	recoveredAt: time.nullable(),
	acknowledgedAt: time.nullable(),
	acknowledgedBy: z.string().nullable(),
	note: z.string().nullable(),
	mutedUntil: time.nullable(),
});

const MUTE = z.object({
	id: z.number(),
	kind: z.string(),
	subject: z.string(),
	until: time,
	by: z.string(),
	reason: z.string(),
	createdAt: time,
});

const POST = z.object({
	id: z.number(),
	channel: z.string(),
	what: z.enum(WHATS),
	state: z.enum(["waiting", "sent", "given-up"]),
	tries: z.number(),
	createdAt: time,
	dueAt: time.nullable(),
	sentAt: time.nullable(),
	lastError: z.string().nullable(),
});

export const ALERT_ROUTES: readonly Route[] = [
	route({
		method: "get",
		path: "/alerts",
		tag: "alerts",
		summary: "What is wrong now, the worst first; what is over, what is muted, and what could not be sent",
		params: NOTHING,
		input: z.object({ past: LIMIT(1_000, 20).describe("how many of those that are over") }),
		output: z.object({
			open: z.array(INCIDENT),
			past: z.array(INCIDENT),
			mutes: z.array(MUTE),
			unsent: z.array(POST),
		}),
		async handle({ deps, input }) {
			const now = deps.clock.now();
			const { open, past, mutes, unsent } = await alertBoard(deps.db, now, input.past);
			return {
				open: open.map((one) => incidentJson(one, mutes, now)),
				past: past.map((one) => incidentJson(one, mutes, now)),
				mutes: mutes.map(muteJson),
				unsent: unsent.map(postJson),
			};
		},
	}),
	route({
		method: "post",
		path: "/alerts/:id/ack",
		tag: "alerts",
		summary: "Somebody takes care of it: no more reminders; its end is told all the same",
		params: ID,
		input: z.object({ note: text.optional(), by: text.default("http") }),
		output: z.object({ incident: INCIDENT }),
		async handle({ deps, params, input }) {
			const now = deps.clock.now();
			const incident = await acknowledge(deps.db, params.id, { by: input.by, note: input.note ?? null, now });
			return { incident: incidentJson(incident, [], now) };
		},
	}),
	route({
		method: "post",
		path: "/alerts/mutes",
		tag: "alerts",
		summary: "Not to hear of a kind, or of one subject, until a date; what is still open then is told then",
		params: NOTHING,
		input: z.object({
			kind: text.describe('a kind of alert, or "*"'),
			subject: text.default("*"),
			until: time,
			reason: text,
			by: text.default("http"),
		}),
		output: z.object({ mute: MUTE }),
		async handle({ deps, input }) {
			const now = deps.clock.now();
			const until = Date.parse(input.until);
			if (input.kind !== "*" && !isAlertKind(input.kind))
				fail("request-invalid", { detail: `there is no kind ${JSON.stringify(input.kind)}` });
			if (until <= now) fail("request-invalid", { detail: "until is over already" });
			return { mute: muteJson(await mute(deps.db, { ...input, until, createdAt: now })) };
		},
	}),
	route({
		method: "delete",
		path: "/alerts/mutes/:id",
		tag: "alerts",
		summary: "End a mute: what is still open is told now",
		params: ID,
		input: NOTHING,
		output: z.object({ unmuted: z.number() }),
		async handle({ deps, params }) {
			await unmute(deps.db, params.id, deps.clock.now());
			return { unmuted: params.id };
		},
	}),
];

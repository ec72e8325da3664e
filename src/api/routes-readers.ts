// Lists of readers and suppressions over HTTP. Imports are for the command line: files of a million rows do not belong into a request.
import { z } from "zod";
import { listLists, showList } from "../contacts/contacts.store.ts";
import { addSuppression, listSuppressions, removeSuppression } from "../contacts/suppression.store.ts";
import { SUPPRESSION_REASONS } from "../contacts/suppression.ts";
import { fail } from "../errors.ts";
import { iso } from "./campaign-view.ts";
import { LIMIT, NOTHING, type Route, route } from "./route.ts";
import { SUPPRESSION } from "./shapes.ts";

const SUBJECT = z.string().max(320).describe('an address, or "@domain" for everybody there');
const LIST = z.object({ id: z.number(), name: z.string(), createdAt: z.iso.datetime(), members: z.number() });

export const READER_ROUTES: readonly Route[] = [
	route({
		method: "get",
		path: "/lists",
		tag: "readers",
		summary: "All lists with their sizes",
		params: NOTHING,
		input: NOTHING,
		output: z.object({ lists: z.array(LIST) }),
		async handle({ deps }) {
			const lists = await listLists(deps.db);
			return { lists: lists.map((list) => ({ ...list, createdAt: iso(list.createdAt) })) };
		},
	}),
	route({
		method: "get",
		path: "/lists/:name",
		tag: "readers",
		summary: "One list: how many can be mailed, its largest domains, its first readers",
		params: z.object({ name: z.string() }),
		input: NOTHING,
		output: z.object({
			list: LIST.extend({
				suppressed: z.number(),
				mailable: z.number(),
				domains: z.array(z.object({ domain: z.string(), members: z.number() })),
				sample: z.array(z.looseObject({ id: z.number(), email: z.string(), name: z.string().nullable() })),
			}),
		}),
		async handle({ deps, params }) {
			const list = await showList(deps.db, params.name);
			return { list: { ...list, createdAt: iso(list.createdAt) } };
		},
	}),
	route({
		method: "get",
		path: "/suppressions",
		tag: "readers",
		summary: "Who must not be mailed, in the order it became known",
		params: NOTHING,
		input: z.object({
			after: z.coerce.number().int().min(0).default(0).describe("id of the last one seen"),
			limit: LIMIT(10_000, 100),
			reason: z.enum(SUPPRESSION_REASONS).optional(),
			search: z.string().max(320).optional().describe("a part of the subject"),
		}),
		output: z.object({ suppressions: z.array(SUPPRESSION) }),
		async handle({ deps, input }) {
			const rows = await listSuppressions(deps.db, {
				after: input.after,
				limit: input.limit,
				...(input.reason === undefined ? {} : { reason: input.reason }),
				...(input.search === undefined ? {} : { search: input.search }),
			});
			return { suppressions: rows.map((row) => ({ ...row, createdAt: iso(row.createdAt) })) };
		},
	}),
	route({
		method: "post",
		path: "/suppressions",
		tag: "readers",
		summary: "Suppress an address or a domain; asked again it changes nothing",
		params: NOTHING,
		input: z.object({ subject: SUBJECT, detail: z.string().max(500).default("added over the API") }),
		output: z.object({ added: z.boolean() }),
		async handle({ deps, input }) {
			const answer = await addSuppression(deps.db, { ...input, reason: "manual", clock: deps.clock });
			return { added: answer === "added" };
		},
	}),
	route({
		method: "delete",
		path: "/suppressions/:subject",
		tag: "readers",
		summary: "Take a suppression back: the reader can be mailed again",
		params: z.object({ subject: SUBJECT }),
		input: NOTHING,
		output: z.object({ removed: z.literal(true) }),
		async handle({ deps, params }) {
			if (await removeSuppression(deps.db, params.subject)) return { removed: true };
			return fail("suppression-unknown", { subject: params.subject });
		},
	}),
];

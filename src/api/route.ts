// A route of the API as data: the server and the OpenAPI document are both made from it, so that they cannot drift apart.
import type { Context } from "hono";
import { z } from "zod";
import type { ApiDeps } from "./deps.ts";

export interface Route<P extends z.ZodType = z.ZodType, Q extends z.ZodType = z.ZodType> {
	readonly method: "get" | "post" | "delete";
	/** With parameters as Hono writes them: "/campaigns/:id". */
	readonly path: string;
	readonly tag: string;
	/** One line. */
	readonly summary: string;
	/** Parameters of the path, all texts. */
	readonly params: P;
	/** Of a GET the query, of a POST the JSON body (or form). */
	readonly input: Q;
	/** What is answered beside `ok: true`. */
	readonly output: z.ZodType;
	/** Other media types that it can answer in. */
	readonly also?: readonly string[];
	/** Answers a value for the JSON body, or a whole response. Throws the errors of the catalogue. */
	handle(of: {
		readonly deps: ApiDeps;
		readonly params: z.infer<P>;
		readonly input: z.infer<Q>;
		readonly context: Context;
	}): Promise<object | Response>;
}

/** Keeps the types of the schemas together with the handler's, and forgets them for the table. */
export function route<P extends z.ZodType, Q extends z.ZodType>(one: Route<P, Q>): Route {
	return one as unknown as Route;
}

export const NOTHING = z.object({});

export const CAMPAIGN_ID = z.object({ id: z.coerce.number().int().positive().describe("number of the campaign") });

/** An instant: ISO 8601, milliseconds since 1970, or a duration that means "so long ago". */
export const INSTANT = z
	.string()
	.max(40)
	.describe('ISO 8601 ("2026-12-01T09:00:00Z"), milliseconds since 1970, or a duration that means so long ago ("24h")');

export const LIMIT = (most: number, usual: number) =>
	z.coerce.number().int().min(1).max(most).default(usual).describe(`rows at most, ${usual} unless given`);

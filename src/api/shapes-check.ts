// The shape of a campaign's check, for the OpenAPI document. Bytes and milliseconds.
import { z } from "zod";
import { FINDING } from "./shapes.ts";

const LEVEL = z.enum(["ok", "warn", "fail"]);
const FILE = z.object({ name: z.string(), bytes: z.number(), encoded: z.number() });

const SIZES = z.object({
	html: z.number(),
	htmlEncoded: z.number().describe("as it travels"),
	text: z.number(),
	textEncoded: z.number(),
	message: z.number().describe("the whole, as it travels"),
	parts: z.array(
		z.object({
			part: z.enum(["html", "text", "image", "attachment", "message"]),
			name: z.string().describe('file name; "" where there is none'),
			bytes: z.number().nullable(),
			encoded: z.number(),
			counts: z.number().describe("what is held against the limits"),
			warn: z.number().nullable(),
			limit: z.number().nullable(),
			level: LEVEL,
		}),
	),
	images: z.array(FILE),
	attachments: z.array(FILE),
	levels: z.object({ html: LEVEL, message: LEVEL }),
	contributors: z.array(z.string()).describe("what makes it large, the largest first"),
	findings: z.array(z.object({ id: z.string(), level: LEVEL, what: z.string(), fix: z.string() })),
});

export const CHECK = z.object({
	campaign: z.number(),
	name: z.string(),
	passed: z.boolean().describe("nothing forbids the start"),
	findings: z.array(FINDING),
	sizes: SIZES.nullable().describe("of the largest message; null when none can be composed"),
	worstReader: z.string().nullable(),
	worstHtmlReader: z.string().nullable(),
	search: z.object({ measured: z.number(), proven: z.boolean().describe("nobody's message can be larger") }).nullable(),
	readers: z.number(),
	suppressed: z.number(),
	eta: z.number().describe("milliseconds that it will take by the lanes' limits"),
	sites: z.array(z.object({ site: z.string(), messages: z.number(), ms: z.number(), limit: z.string() })),
});

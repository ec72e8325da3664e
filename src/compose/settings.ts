// campaign.toml: what may stand in it, and what is wrong with it, with the line. Does not read files and knows no identities:
// whether the identity exists is the campaign check's question.
import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { parseAddress } from "../address/parse.ts";
import { suggestion } from "../config/nearest.ts";
import { lineOf, tomlLines } from "../config/toml-lines.ts";
import { parseDuration } from "../config/units.ts";
import type { Finding } from "../errors.ts";
import { hasControl, isPlainAscii } from "./text.ts";

export type CampaignKind = "marketing" | "notice";

/** campaign.toml with its defaults filled in. */
export interface CampaignSettings {
	readonly name: string;
	/** Liquid; no line breaks. */
	readonly subject: string;
	/** The From address, domain in ASCII. */
	readonly identity: string;
	readonly replyTo: string | null;
	/** Extra header fields in the order written. Not templates. */
	readonly headers: readonly { readonly name: string; readonly value: string }[];
	readonly kind: CampaignKind;
	/** "(광고)" before the subject, as Korean law asks of advertisements (정보통신망법 §50, its decree's annex 6). */
	readonly advertKr: boolean;
	/** The line that mail programs show after the subject; Liquid. */
	readonly preheader: string | null;
	/** "direct" or the name of a gateway, when it is to leave another way than its identity's; null: as the identity. */
	readonly route: string | null;
	/** Group it belongs to, for what gateways allow. */
	readonly group: string | null;
	/** Milliseconds in which the whole of it must be sent, or it may not start; null: however long it takes. */
	readonly finishWithin: number | null;
	/** Lines of campaign.toml where the templates in it stand. */
	readonly lines: { readonly subject: number; readonly preheader: number };
}

/** Fields that Wellsent writes itself, or that would break a signature, a route or the structure. */
const RESERVED = new Set(
	(
		"from sender to cc bcc subject date message-id reply-to return-path received mime-version dkim-signature " +
		"list-unsubscribe list-unsubscribe-post list-id feedback-id auto-submitted precedence arc-seal arc-message-signature " +
		"arc-authentication-results authentication-results received-spf"
	).split(" "),
);

const line = z
	.string()
	.trim()
	.min(1, "it is empty")
	.refine((text) => !hasControl(text), "line breaks and control characters are not allowed here");
const address = line.transform((text, context) => {
	const parsed = parseAddress(text);
	if (!("problem" in parsed)) return parsed.ascii;
	context.addIssue({ code: "custom", message: `"${text}" is not a mail address (${parsed.problem})` });
	return z.NEVER;
});
const headers = z.record(z.string(), line).superRefine((table, context) => {
	for (const [name, value] of Object.entries(table)) {
		const problem = headerProblem(name, value);
		if (problem !== null) context.addIssue({ code: "custom", path: [name], message: problem });
	}
});

const schema = z.strictObject({
	name: line,
	subject: line,
	identity: address,
	reply_to: address.optional(),
	headers: headers.optional(),
	kind: z.enum(["marketing", "notice"]).optional(),
	advert_kr: z.boolean().optional(),
	preheader: line.optional(),
	route: line.optional(),
	finish_within: z
		.string()
		.transform((text, context) => {
			const parsed = parseDuration(text);
			if (parsed.ok) return parsed.value;
			context.addIssue({ code: "custom", message: `${parsed.what}; ${parsed.fix}` });
			return z.NEVER;
		})
		.optional(),
	group: z
		.string()
		.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a group is a name of letters, digits, ".", "_" and "-"')
		.optional(),
});
const KEYS = Object.keys(schema.shape);

/** Reads campaign.toml. All mistakes are answered together; `file` is how the findings name it. */
export function parseSettings(
	text: string,
	file: string,
): { readonly settings: CampaignSettings } | { readonly findings: readonly Finding[] } {
	let table: unknown;
	try {
		table = parse(text);
	} catch (error) {
		if (!(error instanceof TomlError)) throw error;
		const what = error.message.split("\n", 1)[0] ?? error.message;
		return { findings: [{ where: `${file}:${error.line}`, what, fix: 'Strings stand in quotes: subject = "Hello"' }] };
	}
	const parsed = schema.safeParse(table);
	const lines = tomlLines(text);
	if (parsed.success) return { settings: complete(parsed.data, lines) };
	const place = (path: readonly PropertyKey[]) => {
		const at = lineOf(
			lines,
			path.map((key) => (typeof key === "number" ? key : String(key))),
		);
		return at === null ? file : `${file}:${at}`;
	};
	return {
		findings: parsed.error.issues.flatMap((issue): Finding[] => {
			if (issue.code === "unrecognized_keys")
				return issue.keys.map((key) => ({
					where: place([key]),
					what: `unknown key "${key}"`,
					fix: suggestion(key, KEYS, "key"),
				}));
			const key = issue.path.join(".");
			if (issue.code === "invalid_type" && issue.input === undefined && !present(table, issue.path))
				return [{ where: file, what: `the key "${key}" is missing`, fix: `Add ${key} = "…"` }];
			return [{ where: place(issue.path), what: `${key}: ${issue.message}` }];
		}),
	};
}

/** Why an extra header may not be set, or null when it may. */
function headerProblem(name: string, value: string): string | null {
	// RFC 5322 section 3.6.8: printable ASCII except the colon. 76 leaves room for a value on the same line.
	if (!/^[!-9;-~]{1,76}$/.test(name)) return "a header's name is ASCII letters, digits and hyphens";
	const lower = name.toLowerCase();
	if (RESERVED.has(lower) || lower.startsWith("content-") || lower.startsWith("resent-"))
		return "Wellsent writes this header itself";
	if (isPlainAscii(value) && value.split(" ").some((word) => word.length > 900))
		return "a word of it is longer than a line may be";
	return null;
}

function present(table: unknown, path: readonly PropertyKey[]): boolean {
	let at: unknown = table;
	for (const key of path) {
		if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return false;
		at = Reflect.get(at, key);
	}
	return true;
}

function complete(data: z.output<typeof schema>, lines: ReadonlyMap<string, number>): CampaignSettings {
	return {
		name: data.name,
		subject: data.subject,
		identity: data.identity,
		replyTo: data.reply_to ?? null,
		headers: Object.entries(data.headers ?? {}).map(([name, value]) => ({ name, value })),
		kind: data.kind ?? "marketing",
		advertKr: data.advert_kr ?? false,
		preheader: data.preheader ?? null,
		route: data.route ?? null,
		group: data.group ?? null,
		finishWithin: data.finish_within ?? null,
		lines: { subject: lineOf(lines, ["subject"]) ?? 1, preheader: lineOf(lines, ["preheader"]) ?? 1 },
	};
}

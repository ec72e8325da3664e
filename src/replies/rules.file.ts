// A user's own rules for replies: a TOML file of [[rule]] tables, each with the real reply it was made from. Reads and checks the file; the built-in
// rules are data in rules/, and what makes a rule good is check-rule.ts.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { codeOf, type Finding, fail, textOf } from "../errors.ts";
import { ruleProblem } from "./check-rule.ts";
import { type Action, REPLY_CLASSES, STAGES } from "./outcome.ts";
import type { Rule } from "./rule.ts";

/** Acting is limited to what a class may do anyhow: a rule of one's own must not turn a refusal into an acceptance or a doubt. */
const ACTIONS = [
	"suppress",
	"end",
	"retry",
	"retry-soon",
	"retry-long",
	"wait-recipient",
	"again",
	"sibling",
	"requeue",
	"hold",
] as const satisfies readonly Action[];

const CLASSES = REPLY_CLASSES.filter((name) => name !== "accepted" && name !== "skipped" && name !== "lost-after-body");

const pattern = (flags: string) =>
	z
		.string()
		.min(1)
		.max(1000)
		.transform((text, context): RegExp => {
			try {
				return new RegExp(text, flags);
			} catch (error) {
				context.addIssue({ code: "custom", message: `is not a regular expression: ${textOf(error)}` });
				return z.NEVER;
			}
		});

const RULE = z.strictObject({
	id: z.string(),
	hosts: z.union([z.literal("*"), z.array(z.string().regex(/^[a-z0-9.-]+$/i, "is not the end of a host name")).min(1)]),
	class: z.enum(CLASSES),
	action: z.enum(ACTIONS).optional(),
	stages: z.array(z.enum(STAGES)).min(1).optional(),
	codes: z.array(z.int().min(400).max(599)).min(1).optional(),
	enhanced: pattern("").optional(),
	text: pattern("i").optional(),
	evidence: z.string(),
	at: z.enum(STAGES),
	source: z.string(),
});

const FILE = z.strictObject({ rule: z.array(z.unknown()).default([]) });

/** The rules of that file (absolute path; null: none), in their order. Throws rules-unreadable, and rules-invalid with a finding for each bad rule. */
export async function loadRules(file: string | null): Promise<readonly Rule[]> {
	if (file === null) return [];
	const shown = path.basename(file);
	const document = readDocument(await read(file), shown);
	const top = FILE.safeParse(document);
	if (!top.success)
		return fail(
			"rules-invalid",
			{ file, count: "1 mistake" },
			{
				findings: [
					{ where: shown, what: "it holds something else than [[rule]] tables", fix: "write each rule as a [[rule]] table" },
				],
			},
		);
	const findings: Finding[] = [];
	const rules: Rule[] = [];
	for (const [index, written] of top.data.rule.entries()) {
		const where = `${shown}, rule ${index + 1}${nameOf(written)}`;
		const parsed = RULE.safeParse(written);
		if (parsed.success) rules.push(toRule(parsed.data));
		else
			for (const issue of parsed.error.issues)
				findings.push({ where, what: `${issue.path.join(".") || "it"}: ${issue.message}` });
	}
	for (const rule of rules) {
		const others = rules.filter((other) => other !== rule);
		const problem = others.some((other) => other.id === rule.id)
			? "there is another rule with this id"
			: ruleProblem(rule, others, () => performance.now());
		if (problem !== null) findings.push({ where: `${shown}, rule "${rule.id}"`, what: problem });
	}
	if (findings.length > 0)
		return fail(
			"rules-invalid",
			{ file, count: findings.length === 1 ? "1 mistake" : `${findings.length} mistakes` },
			{ findings },
		);
	return rules;
}

async function read(file: string): Promise<string> {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
	} catch (error) {
		const detail = codeOf(error) === "ENOENT" ? "there is no such file" : textOf(error);
		return fail("rules-unreadable", { file, detail }, { cause: error });
	}
}

function readDocument(text: string, shown: string): unknown {
	try {
		return parse(text, { unsafeKeyBehaviour: "throw" });
	} catch (error) {
		const detail =
			textOf(error)
				.split("\n")[0]
				?.replace(/^Invalid TOML document: /, "") ?? "";
		return fail("rules-unreadable", { file: shown, detail: `it is not TOML: ${detail}` }, { cause: error });
	}
}

function nameOf(written: unknown): string {
	const id = typeof written === "object" && written !== null && "id" in written ? written.id : null;
	return typeof id === "string" ? ` ("${id.slice(0, 60)}")` : "";
}

/** Leaves out what was not written: an absent condition is none. */
function toRule(written: z.output<typeof RULE>): Rule {
	const { action, stages, codes, enhanced, text, ...rest } = written;
	return {
		...rest,
		...(action === undefined ? {} : { action }),
		...(stages === undefined ? {} : { stages }),
		...(codes === undefined ? {} : { codes }),
		...(enhanced === undefined ? {} : { enhanced }),
		...(text === undefined ? {} : { text }),
	};
}

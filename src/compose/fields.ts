// Which variables a template uses, where, and whether it can do without them. Reads LiquidJS's syntax tree; renders nothing.
//
// A use is required unless a default stands right after it, it is the whole condition of an if, or it stands inside such an if.
// That is what LiquidJS's strict mode accepts; the last case is looser (an `or` could lead into the branch), and there the
// strict rendering of the reader decides.
import { analyzeSync, Output, type Template, type Token, TokenKind, toValueSync, Value } from "liquidjs";
import { suggestion } from "../config/nearest.ts";
import type { Finding } from "../errors.ts";
import { lineAt } from "./text.ts";

/** One place where a template uses a variable. */
export interface FieldUse {
	/** Dotted path: "contact.city", "unsubscribe_url". */
	readonly path: string;
	readonly file: string;
	readonly line: number;
	/** Without default: a reader who lacks it gets no message. */
	readonly required: boolean;
}

/** What a template may name besides `contact.…`. */
export const VIEW_VARIABLES = [
	"unsubscribe_url",
	"today",
	"campaign.name",
	"campaign.subject",
	"identity.name",
	"identity.postal_address",
] as const;
const ROOTS = ["contact", "unsubscribe_url", "today", "campaign", "identity"];

/** All uses in order. `firstLine` is the line of the file where the source begins. */
export function fieldUses(templates: readonly Template[], source: string, file: string, firstLine = 1): readonly FieldUse[] {
	const uses: FieldUse[] = [];
	const add = (value: unknown, lenient: boolean, guards: ReadonlySet<string>) => {
		for (const { token, path, safe } of variables(value)) {
			const required = !(lenient || safe || guards.has(path));
			uses.push({ path, file, line: lineAt(source, token.begin) + firstLine - 1, required });
		}
	};
	const walk = (list: readonly Template[], guards: ReadonlySet<string>) => {
		for (const template of list) {
			if (template.token.kind === TokenKind.HTML) continue;
			if (template instanceof Output) add(template.value, false, guards);
			else if (hasBranches(template)) {
				for (const branch of template.branches) {
					const single = branch.value.initial.postfix.length === 1;
					add(branch.value, single, guards);
					const asked = variables(branch.value).map(({ path }) => path);
					walk(branch.templates, new Set([...guards, ...asked]));
				}
				walk(template.elseTemplates ?? [], guards);
			} else {
				for (const argument of template.arguments?.() ?? []) add(argument, false, guards);
				if (template.children !== undefined) walk(childrenOf(template), guards);
			}
		}
	};
	walk(templates, new Set());
	const locals = new Set(Object.keys(analyzeSync([...templates], { partials: false }).locals));
	return uses.filter(({ path }) => !locals.has(rootOf(path)));
}

/** Variables that no reader can have: a mistyped root, a key of `campaign` or `identity` that does not exist. */
export function unknownVariables(templates: readonly Template[], uses: readonly FieldUse[]): readonly Finding[] {
	const global = new Set(Object.keys(analyzeSync([...templates], { partials: false }).globals));
	const findings: Finding[] = [];
	for (const { path, file, line } of uses) {
		const root = rootOf(path);
		if (!global.has(root)) continue;
		const where = `${file}:${line}`;
		if (!ROOTS.includes(root)) {
			const fix = suggestion(root, ROOTS, "variable");
			findings.push({ where, what: `unknown variable {{ ${path} }}`, fix: `${fix} Fields of a reader are contact.….` });
		} else if (root !== "contact" && !VIEW_VARIABLES.some((known) => known === path || path.startsWith(`${known}.`)))
			findings.push({ where, what: `unknown variable {{ ${path} }}`, fix: suggestion(path, VIEW_VARIABLES, "variable") });
		else if (path === "contact")
			findings.push({ where, what: "{{ contact }} is no text", fix: "Name a field: {{ contact.name }}" });
	}
	return findings;
}

const rootOf = (path: string): string => path.split(".", 1)[0] ?? path;

interface Branching {
	readonly branches: readonly { readonly value: Value; readonly templates: Template[] }[];
	readonly elseTemplates?: Template[];
}

/** `if` and `unless`. A `case` has branches too, but compares values instead of asking for presence. */
function hasBranches(template: Template): template is Template & Branching {
	if (!("name" in template) || (template.name !== "if" && template.name !== "unless")) return false;
	return "branches" in template && Array.isArray(template.branches);
}

function childrenOf(template: Template): Template[] {
	// `children` is a generator that LiquidJS runs itself; its answer is a list of templates.
	const children: unknown = toValueSync(template.children?.(false, true) ?? []);
	return Array.isArray(children) ? children : [];
}

interface VariableUse {
	readonly token: Token;
	readonly path: string;
	/** A default follows at once. */
	readonly safe: boolean;
}

/** The variables in a value, its filters' arguments included. */
function variables(value: unknown, safe = false): readonly VariableUse[] {
	if (value instanceof Value) {
		const hasDefault = value.filters[0]?.name === "default";
		return [
			...value.initial.postfix.flatMap((token) => variables(token, hasDefault && value.initial.postfix.length === 1)),
			...value.filters.flatMap(({ args }) => args.flatMap((arg) => variables(Array.isArray(arg) ? arg[1] : arg))),
		];
	}
	if (!isToken(value)) return [];
	const nested = ["lhs", "rhs", "variable", "initial"].flatMap((key) => (key in value ? variables(Reflect.get(value, key)) : []));
	const props: unknown = "props" in value ? value.props : undefined;
	if (!Array.isArray(props)) return nested;
	const names: string[] = [];
	for (const prop of props) {
		if (!isToken(prop) || !("content" in prop)) break;
		names.push(String(prop.content));
	}
	const inside = props.slice(names.length).flatMap((prop) => variables(prop));
	return names.length === 0 ? [...nested, ...inside] : [{ token: value, path: names.join("."), safe }, ...nested, ...inside];
}

function isToken(value: unknown): value is Token {
	return typeof value === "object" && value !== null && "begin" in value && "input" in value;
}

// Errors that a person is told: thrown by `fail`, in the words of the catalogue (error-catalogue.ts).
import { CATALOGUE, type ErrorEntry, type ExitStatus } from "./error-catalogue.ts";

export type ErrorCode = keyof typeof CATALOGUE;

/** One place in what the user wrote that is wrong: a line of a file, a key of the config. */
export interface Finding {
	readonly where: string;
	readonly what: string;
	readonly fix?: string;
}

export class WellsentError extends Error {
	override readonly name = "WellsentError";
	readonly code: ErrorCode;
	readonly exit: ExitStatus;
	readonly what: string;
	readonly fix: string;
	readonly findings: readonly Finding[];

	constructor(
		code: ErrorCode,
		details: Readonly<Record<string, string | number>> = {},
		options: { cause?: unknown; findings?: readonly Finding[] } = {},
	) {
		const entry: ErrorEntry = CATALOGUE[code];
		const what = fill(entry.what, details);
		super(what, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.exit = entry.exit;
		this.what = what;
		this.fix = fill(entry.fix, details);
		this.findings = options.findings ?? [];
	}
}

/** Throws the error of that code, its words filled with `details`. */
export function fail(
	code: ErrorCode,
	details: Readonly<Record<string, string | number>> = {},
	options: { cause?: unknown; findings?: readonly Finding[] } = {},
): never {
	throw new WellsentError(code, details, options);
}

/**
 * The whole error for people, several lines: what happened, each finding with its place and its way out, and what to do.
 * Anything else that was thrown is told by its own text.
 */
export function explainError(error: unknown): string {
	if (!(error instanceof WellsentError)) return textOf(error);
	const findings = error.findings.flatMap(({ where, what, fix }) => [
		`  ${where === "" ? "" : `${where}: `}${what}`,
		...(fix === undefined ? [] : [`    ${fix}`]),
	]);
	return [error.what, ...findings, error.fix].join("\n");
}

/** The text of anything that was thrown. */
export function textOf(thrown: unknown): string {
	return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The `code` of a system error (ENOENT, ECONNREFUSED …), or "". */
export function codeOf(thrown: unknown): string {
	return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}

function fill(template: string, details: Readonly<Record<string, string | number>>): string {
	return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole));
}

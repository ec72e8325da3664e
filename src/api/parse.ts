// Values of requests: instants as people write them, and zod's complaints as one error of the catalogue. Pure.
import { z } from "zod";
import { parseDuration } from "../config/units.ts";
import { fail } from "../errors.ts";

/** Milliseconds of "2026-12-01T09:00:00Z", "1793491200000" or "24h" (ago). Throws request-invalid. */
export function parseInstant(text: string | undefined, now: number): number | undefined {
	if (text === undefined || text === "") return undefined;
	if (/^\d{10,14}$/.test(text)) return Number(text);
	const ago = parseDuration(text);
	if (ago.ok) return now - ago.value;
	const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
	if (Number.isNaN(at))
		return fail("request-invalid", { detail: `"${text}" is not a time (2026-12-01T09:00:00Z, or 24h for a day ago)` });
	return at;
}

/** The value that a schema makes of it. Throws request-invalid, with a finding for each place. */
export function checked<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const findings = parsed.error.issues.map((issue) => ({ where: issue.path.join("."), what: issue.message }));
	const first = findings[0];
	return fail(
		"request-invalid",
		{
			detail:
				first === undefined ? z.prettifyError(parsed.error) : `${first.where === "" ? "" : `${first.where}: `}${first.what}`,
		},
		{ findings },
	);
}

// Who must not be mailed, and why: what a subject is. Does not know which outcome of a delivery suppresses (replies/ says so).
import { asciiDomain } from "../address/domain.ts";
import { ADDRESS_PROBLEMS, parseAddress } from "../address/parse.ts";

export const SUPPRESSION_REASONS = [
	"invalid-recipient",
	"inactive-mailbox",
	"complaint",
	"unsubscribe",
	"manual",
	"import",
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Narrows a text from outside (a flag, a cell, a query) to a reason. */
export function isSuppressionReason(text: string): text is SuppressionReason {
	return SUPPRESSION_REASONS.some((reason) => reason === text);
}

/**
 * The subject as it is kept: a normalised address, or "@domain" in lower-case ASCII for everybody at exactly that domain (not its subdomains: they
 * are often other people). Spaces around it do not matter.
 */
export function parseSubject(text: string): { readonly subject: string } | { readonly problem: string; readonly reason: string } {
	const trimmed = text.trim();
	if (!trimmed.startsWith("@")) {
		const parsed = parseAddress(trimmed);
		return "problem" in parsed ? parsed : { subject: parsed.normal };
	}
	const found = asciiDomain(trimmed.slice(1));
	return "problem" in found
		? { problem: found.problem, reason: ADDRESS_PROBLEMS[found.problem] }
		: { subject: `@${found.domain}` };
}

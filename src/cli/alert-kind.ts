// The name of a kind of alert as typed. Pure.
import { InvalidArgumentError } from "commander";
import { suggestion } from "../config/nearest.ts";
import { ALERT_KINDS, isAlertKind, kindFacts } from "../log/alert-kinds.ts";

/** "lane-held", or "*". The kinds that end others are none: whoever mutes the beginning mutes the end. */
export function kindArgument(typed: string): string {
	const known = Object.keys(ALERT_KINDS).filter((kind) => isAlertKind(kind) && kindFacts(kind).ends === undefined);
	if (typed === "*" || known.includes(typed)) return typed;
	throw new InvalidArgumentError(`there is no such kind: ${suggestion(typed, known, "kind")}`);
}

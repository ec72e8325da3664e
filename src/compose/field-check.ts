// Do the fields that templates name exist in the lists at all? A mistyped name would be empty, or its default, for everybody.
import { suggestion } from "../config/nearest.ts";
import type { Finding } from "../errors.ts";
import type { FieldUse } from "./fields.ts";

/** A finding for each use of a field that no list has. `known` absent: the lists are not known yet, so nothing is judged. */
export function inspectFields(uses: readonly FieldUse[], known: readonly string[] | undefined): readonly Finding[] {
	if (known === undefined) return [];
	const all = [...new Set(["email", "name", ...known])];
	const findings: Finding[] = [];
	for (const { path, file, line } of uses) {
		if (!path.startsWith("contact.")) continue;
		// "contact.tags.size" asks something of the field "tags"; "contact.plan.name" is a field only if it is called so.
		const field = path.slice("contact.".length);
		if (all.includes(field) || all.includes(field.split(".", 1)[0] ?? field)) continue;
		findings.push({
			where: `${file}:${line}`,
			what: `no list has the field {{ ${path} }}`,
			fix: suggestion(field, all, "field"),
		});
	}
	return findings;
}

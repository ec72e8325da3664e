// The segment path is only allowed because it gives exactly what LiquidJS gives.
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileTemplate, renderTemplate, type View } from "../../../src/compose/template.ts";
import { cleanField } from "../../../src/compose/text.ts";

const literal = fc.string({ unit: fc.constantFrom("a", "Z", " ", "한", "'", "&", "<", "🎉", "."), maxLength: 6 });
const path = fc.constantFrom(
	"contact.name",
	"contact.city",
	'contact["plan"]',
	"contact.도시",
	"unsubscribe_url",
	"today",
	"campaign.name",
	"identity.name",
);
const filters = fc.oneof(
	fc.constant(""),
	literal.map((text) => ` | default: "${text}"`),
	fc.constant(" | escape"),
	fc.constant(" | raw"),
	literal.map((text) => ` | default: "${text}" | escape`),
	literal.map((text) => ` | default: "${text}" | raw`),
);
const trim = fc.constantFrom("", "-");
const output = fc.tuple(trim, path, filters, trim).map(([left, name, filter, right]) => `{{${left} ${name}${filter} ${right}}}`);
const fixed = fc.string({ unit: fc.constantFrom("<p>", "</p>", " ", "\n", "\t", "x", "안녕", "}", "&amp;", '"', "👋") });
const template = fc.array(fc.oneof(output, fixed), { maxLength: 12 }).map((pieces) => pieces.join(""));
const value = fc.option(fc.string({ unit: "binary", maxLength: 12 }).map(cleanField), { nil: undefined, freq: 5 });

test("segments and LiquidJS give the same text for every template and reader, and miss the same fields", () => {
	fc.assert(
		fc.property(
			template,
			fc.tuple(value, value, value, value),
			fc.constantFrom("html" as const, "text" as const),
			(source, [name, city, plan, dosi], mode) => {
				const contact = Object.fromEntries(
					Object.entries({ email: "a@b.test", name, city, plan, 도시: dosi }).filter(
						(entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
					),
				);
				const view: View = {
					contact,
					unsubscribe_url: "https://x.test/u/a&b",
					today: "2026-11-21",
					campaign: { name: "N <1>" },
					identity: { name: "I" },
				};
				const options = { file: "body.html", mode };
				const fast = compileTemplate(source, options);
				const slow = compileTemplate(source, { ...options, fast: false });
				expect(fast.kind).toBe("segments");
				expect(slow.kind).toBe("liquid");
				const outcome = (compiled: typeof fast) => {
					try {
						return { text: renderTemplate(compiled, view) };
					} catch (error) {
						return { error: error instanceof Error ? error.message : String(error) };
					}
				};
				expect(outcome(fast)).toEqual(outcome(slow));
			},
		),
		{ numRuns: 2000 },
	);
});

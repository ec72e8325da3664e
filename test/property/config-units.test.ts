import fc from "fast-check";
import { stringify } from "smol-toml";
import { expect, test } from "vitest";
import { distance } from "../../src/config/nearest.ts";
import { lineOf, pathKey, tomlLines } from "../../src/config/toml-lines.ts";
import { formatDuration, formatRate, formatSize, parseDuration, parseRate, parseSize } from "../../src/config/units.ts";

const amount = fc.integer({ min: 1, max: 2 ** 45 });

test("a duration survives being written and read", () => {
	fc.assert(fc.property(amount, (ms) => void expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, value: ms })));
});

test("a size survives being written and read", () => {
	fc.assert(fc.property(amount, (bytes) => void expect(parseSize(formatSize(bytes))).toEqual({ ok: true, value: bytes })));
});

test("a rate survives being written and read, and writing it again changes nothing", () => {
	const windows = fc.constantFrom(1000, 60_000, 3_600_000, 86_400_000);
	fc.assert(
		fc.property(amount, windows, (limit, windowMs) => {
			const text = formatRate(limit, windowMs);
			expect(parseRate(text)).toEqual({ ok: true, value: { limit, windowMs, text } });
		}),
	);
});

test("no text makes a parser throw, and the right form it proposes is right", () => {
	const texts = fc.oneof(
		fc.string(),
		fc.tuple(fc.nat(99_999), fc.constantFrom("", " ", "/", " per "), fc.string({ maxLength: 8 })).map((parts) => parts.join("")),
	);
	fc.assert(
		fc.property(texts, (text) => {
			for (const parse of [parseDuration, parseSize, parseRate]) {
				const parsed = parse(text);
				if (parsed.ok) continue;
				const proposed = /"([^"]+)"/.exec(parsed.fix)?.[1];
				expect(parse(proposed ?? ""), `${text} → ${proposed}`).toMatchObject({ ok: true });
			}
		}),
		{ numRuns: 5000 },
	);
});

test("the distance of two names is symmetric, nothing only for equal names, and never more than the longer one", () => {
	const name = fc.string({ maxLength: 12 });
	fc.assert(
		fc.property(name, name, (a, b) => {
			expect(distance(a, b)).toBe(distance(b, a));
			expect(distance(a, b) === 0).toBe(a === b);
			expect(distance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
		}),
	);
});

test("every key of any document is found on a line that holds it", () => {
	const key = fc
		.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/), fc.string({ minLength: 1, maxLength: 6 }))
		.filter((name) => !["__proto__", "constructor"].includes(name));
	const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 }));
	const table = fc.dictionary(key, leaf, { maxKeys: 5 });
	const document = fc.dictionary(key, fc.oneof(leaf, table, fc.array(table, { minLength: 1, maxLength: 3 })), { maxKeys: 6 });
	fc.assert(
		fc.property(document, (value) => {
			const text = stringify(value);
			const lines = tomlLines(text);
			const written = text.split("\n");
			const walk = (part: unknown, path: (string | number)[]): void => {
				if (path.length > 0) {
					expect(lines.has(pathKey(path)), `${pathKey(path)} in\n${text}`).toBe(true);
					const last = path.findLast((step) => typeof step === "string") ?? "";
					const line = written[(lineOf(lines, path) ?? 0) - 1] ?? "";
					if (/^[\w-]+$/.test(String(last))) expect(line).toContain(last);
				}
				if (Array.isArray(part)) part.forEach((item, index) => void walk(item, [...path, index]));
				else if (typeof part === "object" && part !== null)
					for (const [name, item] of Object.entries(part)) walk(item, [...path, name]);
			};
			walk(value, []);
		}),
		{ numRuns: 500 },
	);
});

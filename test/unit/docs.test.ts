// Documentation as a tested artefact: what is made from the code equals the code, links lead somewhere, and decisions are numbered.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { generatedPages } from "../support/generated-docs.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const pages = [
	"README.md",
	...readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".md"))
		.map((name) => path.join("docs", name)),
];

const generated = await generatedPages();

describe("docs", () => {
	it.each(generated)("docs/$file is what `npm run docs` writes", ({ file, text }) => {
		expect(readFileSync(path.join(ROOT, "docs", file), "utf8")).toBe(text);
	});

	it.each(pages)("every link of %s leads to a file", (page) => {
		const text = readFileSync(path.join(ROOT, page), "utf8");
		const broken = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
			.map((match) => match[1] ?? "")
			.filter((target) => !/^[a-z]+:/.test(target))
			.filter((target) => !existsSync(path.resolve(ROOT, path.dirname(page), target)));
		expect(broken).toEqual([]);
	});

	it.each(["docs/flow.md", "docs/operations.md", "docs/glossary.md"])("every file of src/ that %s names exists", (page) => {
		const text = readFileSync(path.join(ROOT, page), "utf8");
		const named = [...text.matchAll(/`([a-z]+\/[a-z./-]*\.ts)`/g)].map((match) => match[1] ?? "");
		expect(named.filter((file) => !existsSync(path.join(ROOT, "src", file)))).toEqual([]);
	});

	it("every decision has a number of its own", () => {
		const numbers = readdirSync(path.join(ROOT, "docs/decisions")).map((name) => name.slice(0, 4));
		expect(new Set(numbers).size).toBe(numbers.length);
		expect(numbers.every((number) => /^\d{4}$/.test(number))).toBe(true);
	});
});

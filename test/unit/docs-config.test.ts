// docs/config.md is the schema in words. UPDATE=1 rewrites it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { configKeys } from "../../src/config/keys.ts";
import { projectRoot } from "../../src/config/project-root.ts";
import { configReference, heading } from "../../src/config/reference.ts";

const FILE = join(projectRoot(), "docs", "config.md");
if (process.env["UPDATE"] === "1") writeFileSync(FILE, configReference());
const text = readFileSync(FILE, "utf8");
const headings = text.split("\n").filter((line) => /^#{2,3} /.test(line));

test("every key has its heading in docs/config.md, and no heading is without a key", () => {
	expect(headings.filter((line) => line !== "## Services of gateways")).toEqual(configKeys().map(heading));
});

test.each(configKeys().map((info) => [info.key, info] as const))("%s is told with meaning, default and example", (_, info) => {
	expect(info.description).toMatch(/\.$/);
	const start = text.indexOf(`${heading(info)}\n`);
	const section = text.slice(start, text.indexOf("\n#", start + 1));
	expect(section).toContain(info.description);
	if (info.kind === "section" || info.kind === "sections") return;
	expect(section).toMatch(/^(Default: |\*\*Required)/m);
	expect(section).toContain(info.example);
});

test("docs/config.md is what the schema says (UPDATE=1 rewrites it)", () => {
	expect(text).toBe(configReference());
});

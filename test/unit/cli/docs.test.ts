// docs/cli.md is the help of the commands. UPDATE=1 rewrites it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildProgram } from "../../../src/cli/program.ts";
import { cliReference, helpOf, leaves } from "../../../src/cli/reference.ts";
import { fullName } from "../../../src/cli/run.ts";
import { projectRoot } from "../../../src/config/project-root.ts";

const FILE = join(projectRoot(), "docs", "cli.md");
if (process.env["UPDATE"] === "1") writeFileSync(FILE, cliReference());
const docs = readFileSync(FILE, "utf8");
const commands = leaves(buildProgram({ run: async () => undefined }));

test("docs/cli.md is what the commands say (UPDATE=1 rewrites it)", () => {
	expect(docs).toBe(cliReference());
});

test("every command has its heading, and no heading is without a command", () => {
	const headings = docs.split("\n").flatMap((line) => /^## (.+)$/.exec(line)?.[1] ?? []);
	expect(headings).toEqual(commands.map(fullName));
});

test.each(commands.map((command) => [fullName(command), command] as const))(
	"%s takes --config and --json, and says what it does",
	(_, command) => {
		const help = helpOf(command);
		expect(help).toContain("--config <file>");
		expect(help).toContain("--json");
		expect(command.description()).not.toBe("");
		for (const option of command.options) expect(option.description, option.flags).not.toBe("");
		for (const argument of command.registeredArguments) expect(argument.description, argument.name()).not.toBe("");
	},
);

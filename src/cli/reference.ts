// The text of docs/cli.md: the help of every command, as it is printed. A test holds the file equal to it.
import type { Command } from "commander";
import { buildProgram } from "./program.ts";
import { fullName } from "./run.ts";

const HEAD = `# The command line

Every command takes \`--config FILE\` (default \`./wellsent.toml\`), \`--json\` and \`--help\`.

- **Exit status**: 0 done; 1 failed; 2 wrong usage or config; 3 refused by a check (limits, preflight, hold).
- **On a terminal** there are tables, colours and a progress bar; elsewhere plain lines, the cells of a table divided by tabs and
  never shortened. \`NO_COLOR\` turns colours off. Words for people go to stderr when stdout carries data (a CSV, a message, an id, JSON).
- **\`--json\`**: one JSON value on stdout, or one a line for streams (\`log\`, \`serve\`, \`sandbox\`), and nothing else there. Instants are ISO 8601
  in UTC, sizes bytes, durations milliseconds. When a command fails, the value is
  \`{"error": {"code", "what", "fix", "findings": [{"where", "what", "fix"}]}}\`, after whatever was written before; the codes are those of docs/errors.md.
- **Instants** are typed as "2h" (ago), "2026-12-01", "2026-12-01 09:00" (where the program runs) or ISO 8601 with a zone.
- **Ctrl-C** stops in order: what is being sent is finished. A second one quits at once; the next start recovers what was half done, and sends nothing twice.
- **Without wellsent.toml**, \`wellsent serve\` is a try-out: a simulated internet on loopback, an example list and newsletter, data in \`./data\`. While
  it runs, the other commands in that folder work with its settings. It goes on where it was when it is started again.
- \`WELLSENT_DEBUG=1\` adds the stack to an error of the program itself.

This file is made from the commands' own help; \`UPDATE=1 npx vitest run test/unit/cli/docs.test.ts\` rewrites it.
`;

/** Columns of the help in the documentation. */
const WIDTH = 100;

/** The whole of docs/cli.md. */
export function cliReference(): string {
	const program = buildProgram({ run: async () => undefined });
	return `${HEAD}\n${leaves(program)
		.map((command) => `## ${fullName(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`)
		.join("\n")}`;
}

/** The program itself and every command that can be run, in the order of the help. */
export function leaves(program: Command): readonly Command[] {
	// A group with options of its own does something by itself (`wellsent lanes`).
	const below = (command: Command): readonly Command[] =>
		command.commands.length === 0
			? [command]
			: [...(command.options.length > 0 ? [command] : []), ...command.commands.flatMap(below)];
	return [program, ...program.commands.flatMap(below)];
}

/** The help as it is printed on that width, without colours. */
export function helpOf(command: Command): string {
	return command
		.configureOutput({ getOutHelpWidth: () => WIDTH, getOutHasColors: () => false })
		.helpInformation()
		.trimEnd();
}

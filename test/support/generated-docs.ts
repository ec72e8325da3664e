// The pages of docs/ that are made from the code.
import { cliReference } from "../../src/cli/reference.ts";
import { configReference } from "../../src/config/reference.ts";
import { CATALOGUE } from "../../src/error-catalogue.ts";
import { repliesPage } from "../../src/replies/page.ts";

export interface GeneratedPage {
	/** Below docs/. */
	readonly file: string;
	readonly text: string;
}

export async function generatedPages(): Promise<readonly GeneratedPage[]> {
	return [
		{ file: "config.md", text: configReference() },
		{ file: "cli.md", text: await cliReference() },
		{ file: "replies.md", text: repliesPage() },
		{ file: "errors.md", text: errorsPage() },
	];
}

function errorsPage(): string {
	const sections = Object.entries(CATALOGUE)
		.toSorted(([a], [b]) => (a < b ? -1 : 1))
		.map(([code, entry]) => `## ${code}\n\nExit status ${entry.exit}.\n\n> ${entry.what}\n\n${entry.fix}\n`);
	return [
		"# Errors\n",
		"Every error has a stable code, says what happened and to whom, and what to do. Words in braces are filled in. Made from `src/error-catalogue.ts` by `npm run docs`.\n",
		"Exit status: 1 failed, 2 wrong usage or config, 3 refused by a check (limits, preflight, hold). Trouble of the network is not in here: it is an outcome of a delivery, see [replies](replies.md).\n",
		...sections,
	].join("\n");
}

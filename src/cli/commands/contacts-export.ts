// `wellsent contacts export`: a list as CSV.
import type { Command } from "commander";
import { text } from "../printable.ts";
import type { Host } from "../run.ts";
import { several } from "../words.ts";

export interface ExportFlags {
	readonly out?: string;
	readonly bom?: true;
	readonly formulaSafe?: true;
}

export function withExportOptions(command: Command): Command {
	return command
		.option("--out <file>", "into a file instead of stdout")
		.option("--bom", "begin with a byte order mark: Excel needs it to see UTF-8")
		.option("--formula-safe", "an apostrophe before cells that a spreadsheet would run; for looking at, not for importing again");
}

export function contactsExport(group: Command, host: Host): void {
	withExportOptions(
		group.command("export").description("a list as CSV: email, name, and every attribute").argument("<list>", "name of the list"),
	).action((list: string, options: ExportFlags, command: Command) =>
		host.run(command, async (run) => {
			const { exportContacts } = await import("../../contacts/export.file.ts");
			const { exportTo } = await import("../stream.file.ts");
			const app = await run.app();
			const { findList } = await import("../../contacts/contacts.store.ts");
			const found = await findList(app.db, list);
			const rows = await exportTo(run, options, (target) => exportContacts(app.db, { ...target, list: found.name }));
			run.out.note(text`${several(rows, "reader")} of list "${found.name}"`);
			return 0;
		}),
	);
}

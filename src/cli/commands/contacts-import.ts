// `wellsent contacts import`: readers from a CSV.
import { type Command, Option } from "commander";
import type { BadRow } from "../../contacts/bad-rows.ts";
import type { Encoding } from "../../contacts/decode.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import { count, several } from "../words.ts";

interface Options {
	readonly encoding: Encoding;
	readonly bad?: string;
}

/** Bad rows shown one by one; all of them with --bad. */
const SHOWN = 20;

export function encodingOption(): Option {
	return new Option("--encoding <name>", "of the file").choices(["utf-8", "euc-kr"]).default("utf-8");
}

export function contactsImport(group: Command, host: Host): void {
	group
		.command("import")
		.description(
			"import readers from a CSV (column email or 이메일, name or 이름, all others become attributes); bad rows are reported, the others imported",
		)
		.argument("<list>", "name of the list; made when there is none")
		.argument("<file>", 'the CSV; "-" is standard input')
		.addOption(encodingOption())
		.option("--bad <file>", "write every bad row into this CSV, with line and reason")
		.action((list: string, file: string, options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { importContacts } = await import("../../contacts/import-csv.file.ts");
				const { out } = run;
				const app = await run.app();
				const bad = await badRows(run, options.bad);
				const { onInterrupt } = await import("../interrupt.ts");
				const interrupt = onInterrupt(() => out.note("stopping after what is written already …"));
				run.atEnd(async () => interrupt.release());
				const progress = progressLine(run);
				const report = await importContacts(app.db, {
					...sourceOf(run, file),
					list,
					encoding: options.encoding,
					clock: app.clock,
					signal: interrupt.signal,
					onBadRow: bad.take,
					onProgress: ({ phase, rows, total }) =>
						progress.show(`${phase} ${count(rows)}${total === null ? "" : ` of ${count(total)}`} rows`),
				}).finally(() => progress.clear());
				await bad.close();
				await out.answer(
					() => report,
					() =>
						out.say(
							[
								text`list "${report.list}"${report.listCreated ? " (new)" : ""}: ${several(report.rows, "row")} of ${report.file}`,
								`  ${count(report.created)} new readers, ${count(report.merged)} known before, ${count(report.duplicates)} named twice and merged`,
								`  ${count(report.added)} added to the list, ${count(report.alreadyOnList)} were on it`,
								...(report.suppressed > 0 ? [`  ${count(report.suppressed)} are suppressed and will not be mailed`] : []),
								...(report.blank > 0 ? [`  ${several(report.blank, "empty row")}`] : []),
								...(report.needSmtpUtf8 > 0 ? [`  ${count(report.needSmtpUtf8)} addresses need a server with SMTPUTF8`] : []),
								...(report.bad.total > 0 ? [out.colours.yellow(`  ${several(report.bad.total, "bad row")}, not imported`)] : []),
								...(report.attributes.length > 0 ? [text`  attributes: ${report.attributes.join(", ")}`] : []),
								...(report.unnamedColumns > 0 ? [`  ${several(report.unnamedColumns, "column")} without a name left out`] : []),
							].join("\n"),
						),
				);
				return 0;
			}),
		);
}

/** A file by its path, or standard input for "-". */
export function sourceOf(
	run: Run,
	file: string,
): { readonly file: string } | { readonly stream: AsyncIterable<Uint8Array>; readonly name: string } {
	if (file !== "-") return { file: absolute(run, file) };
	return { stream: run.out.io.stdin as AsyncIterable<Uint8Array>, name: "standard input" };
}

function absolute(run: Run, file: string): string {
	return file.startsWith("/") || /^[A-Za-z]:[\\/]/.test(file) ? file : `${run.out.io.cwd}/${file}`;
}

/** Shows the first bad rows on stderr, and writes all of them to `file` when one is named. */
export async function badRows(
	run: Run,
	file: string | undefined,
): Promise<{ take: (row: BadRow) => Promise<void>; close: () => Promise<void> }> {
	const { csvRow } = await import("../../contacts/export-csv.ts");
	const { openForWriting } = await import("../stream.file.ts");
	const writer = file === undefined ? null : await openForWriting(run.out.io.cwd, file);
	await writer?.write(csvRow(["line", "address", "problem", "reason"]));
	let seen = 0;
	return {
		async take(row) {
			seen += 1;
			if (seen <= SHOWN) run.out.note(text`  line ${row.line}: ${row.address}: ${row.reason}`);
			if (seen === SHOWN + 1)
				run.out.note(file === undefined ? "  … more bad rows; --bad FILE keeps all of them" : `  … more bad rows, see ${file}`);
			await writer?.write(csvRow([String(row.line), row.address, row.problem, row.reason], { formulaSafe: true }));
		},
		close: async () => await writer?.close(),
	};
}

/** One line that is written over, on a terminal only. */
export function progressLine(run: Run): { show(words: string): void; clear(): void } {
	const { stderr } = run.out.io;
	if (stderr.isTTY !== true) return { show: () => undefined, clear: () => undefined };
	return {
		show: (words) => void stderr.write(`\r${words}\x1b[K`),
		clear: () => void stderr.write("\r\x1b[K"),
	};
}

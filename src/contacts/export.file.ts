// Writes a list, or the suppressions, as CSV to any writable: page by page from the database, memory flat.
// Does not open or end the writable: that is for whoever made it.
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Db } from "../db/db.ts";
import { findList, readersAfter } from "./contacts.store.ts";
import { BYTE_ORDER_MARK, type CellOptions, csvRow } from "./export-csv.ts";
import { listSuppressions } from "./suppression.store.ts";

const PAGE_ROWS = 2_000;

export interface ExportOptions extends CellOptions {
	readonly to: Writable;
	/** Begin with the byte order mark that Excel needs to see UTF-8. */
	readonly bom?: boolean;
}

/**
 * A list as CSV: `email`, `name`, then every attribute any member has, in alphabetical order. What it writes can be imported again unless `formulaSafe`
 * is on. The list is gone through twice, first for the columns. Answers the number of readers. Throws list-unknown.
 */
export async function exportContacts(db: Db, options: ExportOptions & { readonly list: string }): Promise<{ rows: number }> {
	const list = await findList(db, options.list);
	const names = new Set<string>();
	for await (const page of pages(db, list.id))
		for (const reader of page) for (const name of Object.keys(reader.attributes)) names.add(name);
	const columns = [...names].sort();
	return await write(options, ["email", "name", ...columns], async function* () {
		for await (const page of pages(db, list.id)) {
			yield page.map(({ email, name, attributes }) => {
				// Someone may have been given a new attribute since the first time through: it waits for the next export.
				const values = columns.map((column) => (Object.hasOwn(attributes, column) ? (attributes[column] ?? "") : ""));
				return [email, name ?? "", ...values];
			});
		}
	});
}

/** The suppressions as CSV: `subject,reason,detail,campaign,since` (ISO 8601, UTC). `importSuppressions` reads it back. Answers the number of rows. */
export async function exportSuppressions(db: Db, options: ExportOptions): Promise<{ rows: number }> {
	return await write(options, ["subject", "reason", "detail", "campaign", "since"], async function* () {
		for (let after = 0; ; ) {
			const page = await listSuppressions(db, { after, limit: PAGE_ROWS });
			const last = page.at(-1);
			if (last === undefined) return;
			after = last.id;
			yield page.map((each) => [
				each.subject,
				each.reason,
				each.detail,
				each.campaignId === null ? "" : String(each.campaignId),
				new Date(each.createdAt).toISOString(),
			]);
		}
	});
}

async function* pages(db: Db, listId: number) {
	for (let after = 0; ; ) {
		const page = await readersAfter(db, listId, after, PAGE_ROWS);
		const last = page.at(-1);
		if (last === undefined) return;
		after = last.id;
		yield page;
	}
}

async function write(
	options: ExportOptions,
	header: readonly string[],
	rows: () => AsyncGenerator<readonly (readonly string[])[]>,
): Promise<{ rows: number }> {
	let count = 0;
	const text = async function* () {
		yield (options.bom ? BYTE_ORDER_MARK : "") + csvRow(header);
		for await (const page of rows()) {
			count += page.length;
			yield page.map((cells) => csvRow(cells, options)).join("");
		}
	};
	await pipeline(Readable.from(text()), options.to, { end: false });
	return { rows: count };
}

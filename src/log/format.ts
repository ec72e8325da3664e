// The log and the ledger as scripts read them: the field names of the --json contract, instants as ISO 8601 in UTC. Pure.
import { csvRow } from "../contacts/export-csv.ts";
import { CLASSES } from "../replies/classes.ts";
import type { AuditKey } from "./audit-keys.ts";
import type { AuditRow } from "./failures.store.ts";
import type { Language } from "./host-words.ts";
import type { HostRow } from "./ledger.store.ts";
import type { ResponseRow, TlsFacts } from "./response.ts";

/** Fields of a row of the log, in their order. They may grow at the end; none is renamed. */
export const LOG_FIELDS = [
	"at",
	"campaign",
	"to",
	"domain",
	"site",
	"route",
	"source",
	"mxHost",
	"mxAddress",
	"port",
	"attempt",
	"seq",
	"stage",
	"code",
	"enhanced",
	"text",
	"class",
	"scope",
	"action",
	"rule",
	"tls",
	"durationMs",
	"bytes",
] as const satisfies readonly (keyof ResponseRow)[];

export type LogJson = { readonly at: string } & Pick<ResponseRow, Exclude<(typeof LOG_FIELDS)[number], "at">>;

/** What a row means and what to do, in words. */
export interface RowWords {
	readonly meaning: string;
	readonly advice: string;
}

export function rowWords(row: ResponseRow, language: Language): RowWords {
	const { meaning, advice } = CLASSES[row.class];
	return { meaning: meaning[language], advice: advice[language] };
}

/** A row as JSON, exactly these fields in this order; with a language `meaning` and `advice` after them. */
export function logJson(row: ResponseRow, language?: Language): LogJson & Partial<RowWords> {
	const fields = LOG_FIELDS.map((field) => [field, field === "at" ? iso(row.at) : row[field]]);
	return { ...(Object.fromEntries(fields) as LogJson), ...(language === undefined ? {} : rowWords(row, language)) };
}

/** The first line of a CSV of the log, with its line end. */
export function logCsvHeader(language?: Language): string {
	return csvRow([...LOG_FIELDS, ...(language === undefined ? [] : ["meaning", "advice"])]);
}

/**
 * A row as a line of CSV, with its line end. Replies are written by strangers: a cell that a spreadsheet would run (= + - @ tab) gets an
 * apostrophe. TLS is one cell: "TLSv1.3 TLS_AES_256_GCM_SHA384 verified", empty in plain text.
 */
export function logCsv(row: ResponseRow, language?: Language): string {
	const cells = LOG_FIELDS.map((field) => {
		if (field === "at") return iso(row.at);
		if (field === "tls") return tlsText(row.tls);
		return String(row[field] ?? "");
	});
	if (language === undefined) return csvRow(cells, { formulaSafe: true });
	const { meaning, advice } = rowWords(row, language);
	return csvRow([...cells, meaning, advice], { formulaSafe: true });
}

/** TLS in words; "" in plain text. */
export function tlsText(tls: TlsFacts | null): string {
	return tls === null ? "" : `${tls.version} ${tls.cipher} ${tls.verified ? "verified" : "unverified"}`;
}

/** A row of the ledger as scripts read it. Fields may grow at the end; none is renamed. */
export function hostJson(row: HostRow) {
	const {
		site,
		mxHost,
		mxAddress,
		source,
		accepted,
		refused,
		byClass,
		verdict,
		byStage,
		skipped,
		connected,
		lastText,
		judgement,
	} = row;
	return {
		site,
		mxHost,
		mxAddress,
		source,
		accepted,
		refused,
		byClass,
		lastAccepted: isoOrNull(row.lastAccepted),
		lastRefused: isoOrNull(row.lastRefused),
		verdict,
		since: isoOrNull(row.since),
		because: judgement.because,
		siblings: judgement.siblings,
		byStage,
		skipped,
		connected,
		firstAt: iso(row.firstAt),
		lastAt: iso(row.lastAt),
		lastText,
	};
}

/** A count of failures as scripts read it, its key under its own name. */
export function auditJson(row: AuditRow, by: AuditKey) {
	const { key, responses, failed, uncertain, lastAt, example } = row;
	return { [by]: by === "campaign" ? Number(key) : key, responses, failed, uncertain, lastAt: iso(lastAt), example };
}

/** Counts of failures as CSV, with their head; safe for spreadsheets. */
export function auditCsv(rows: readonly AuditRow[], by: AuditKey): string {
	const head = csvRow([by, "responses", "failed", "uncertain", "lastAt", "to", "text"]);
	const lines = rows.map(({ key, responses, failed, uncertain, lastAt, example }) =>
		csvRow([key, `${responses}`, `${failed}`, `${uncertain}`, iso(lastAt), example.to, example.text], { formulaSafe: true }),
	);
	return [head, ...lines].join("");
}

const iso = (at: number): string => new Date(at).toISOString();

const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

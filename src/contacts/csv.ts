// A CSV of readers, row by row: what the header means, and what each row is — a contact, a bad row with its reason, or nothing.
// Does not read files, split text into fields (csv-parse does) or know the database.
import { ADDRESS_PROBLEMS, type AddressProblem, parseAddress } from "../address/parse.ts";

export type Delimiter = "," | ";" | "\t";

/** In order of preference when a header has none of them, or as many of one as of another. */
const DELIMITERS: readonly Delimiter[] = [",", ";", "\t"];

const EMAIL_NAMES: ReadonlySet<string> = new Set(["email", "이메일", "e-mail", "메일"]);
const NAME_NAMES: ReadonlySet<string> = new Set(["name", "이름", "성명"]);

/** Names end up in To: headers, which many servers refuse beyond 998 bytes; nobody's name is longer than this. Characters. */
export const NAME_MAX = 256;
/** A value above this is a missing quotation mark or a document, not something to greet a reader with. Characters. */
export const VALUE_MAX = 10_000;

export interface Columns {
	/** Index of the column with the address. */
	readonly email: number;
	/** Index of the column with the name, or -1. */
	readonly name: number;
	/** The other columns that have a header. */
	readonly attributes: readonly { readonly index: number; readonly name: string }[];
	/** How many columns have no header: spreadsheets write them after the last real one. Their values are left out. */
	readonly unnamed: number;
	/** Fields of a full row. */
	readonly width: number;
}

export type HeaderProblem = { readonly problem: "no-email" } | { readonly problem: "repeated"; readonly column: string };

export type RowProblem = AddressProblem | "too-many-fields" | "line-break-in-name" | "name-too-long" | "value-too-long";

export const ROW_PROBLEMS: Readonly<Record<RowProblem, string>> = {
	...ADDRESS_PROBLEMS,
	"too-many-fields": "the row has more fields than the header (a value that contains the delimiter needs quotation marks)",
	"line-break-in-name": "the name contains a line break, which would break the headers of a mail",
	"name-too-long": `the name is longer than ${NAME_MAX} characters`,
	"value-too-long": `a value is longer than ${VALUE_MAX} characters`,
};

/** A contact as a row gives it. */
export interface NewContact {
	/** Normalised: who it is. */
	readonly email: string;
	readonly domain: string;
	/** Null when the row has none. */
	readonly name: string | null;
	/** Only values that are not empty, so that an empty cell never erases what is known. */
	readonly attributes: Readonly<Record<string, string>>;
	readonly needsSmtpUtf8: boolean;
}

export type Row =
	| { readonly kind: "contact"; readonly contact: NewContact }
	| { readonly kind: "bad"; readonly address: string; readonly problem: RowProblem }
	/** No cell has anything in it: what spreadsheets leave below the last row. */
	| { readonly kind: "blank" };

/**
 * The first record of the text (to the first line break outside quotation marks), or null when it does not end within `text`.
 */
export function firstRecord(text: string): string | null {
	let quoted = false;
	for (let i = 0; i < text.length; i++) {
		const letter = text[i];
		if (letter === '"') quoted = !quoted;
		else if (!quoted && (letter === "\n" || letter === "\r")) return text.slice(0, i);
	}
	return null;
}

/** The delimiter that occurs most often in the header outside quotation marks; a comma when none does. */
export function detectDelimiter(header: string): Delimiter {
	const counts = new Map<string, number>();
	let quoted = false;
	for (const letter of header) {
		if (letter === '"') quoted = !quoted;
		else if (!quoted) counts.set(letter, (counts.get(letter) ?? 0) + 1);
	}
	return DELIMITERS.reduce((best, each) => ((counts.get(each) ?? 0) > (counts.get(best) ?? 0) ? each : best));
}

/**
 * What the columns of a header mean. `email`, `e-mail`, `이메일`, `메일` hold the address (one of them is required), `name`, `이름`, `성명`
 * the name, in any case; every other name becomes an attribute, trimmed, its case kept because templates name it.
 * A name that occurs twice is a problem: one of the values would be lost without a word.
 */
export function readHeader(fields: readonly string[]): Columns | HeaderProblem {
	let email = -1;
	let name = -1;
	let unnamed = 0;
	const attributes: { index: number; name: string }[] = [];
	const taken = new Set<string>();
	for (const [index, field] of fields.entries()) {
		// Composed, because macOS writes Hangul in pieces: "이메일" of seven letters looks the same and is not.
		const title = withoutControls(field).trim().normalize("NFC");
		const key = title.toLowerCase();
		if (title === "") unnamed++;
		else if (EMAIL_NAMES.has(key)) {
			if (email >= 0) return { problem: "repeated", column: title };
			email = index;
		} else if (NAME_NAMES.has(key)) {
			if (name >= 0) return { problem: "repeated", column: title };
			name = index;
		} else {
			if (taken.has(title)) return { problem: "repeated", column: title };
			taken.add(title);
			attributes.push({ index, name: title });
		}
	}
	if (email < 0) return { problem: "no-email" };
	return { email, name, attributes, unnamed, width: fields.length };
}

/**
 * What a row is. Values are trimmed and lose their control characters; line breaks stay in attributes (addresses of houses have them)
 * and are refused in names, which go into headers. Missing fields at the end count as empty: many programs leave them out.
 */
export function readRow(fields: readonly string[], columns: Columns): Row {
	const address = (fields[columns.email] ?? "").trim();
	if (fields.every((field) => field.trim() === "")) return { kind: "blank" };
	const bad = (problem: RowProblem): Row => ({ kind: "bad", address, problem });
	if (fields.length > columns.width && fields.slice(columns.width).some((field) => field.trim() !== ""))
		return bad("too-many-fields");
	const parsed = parseAddress(address);
	if ("problem" in parsed) return bad(parsed.problem);
	const given = columns.name < 0 ? "" : (fields[columns.name] ?? "").trim();
	if (/[\r\n\u2028\u2029]/.test(given)) return bad("line-break-in-name");
	const name = withoutControls(given).trim();
	if (name.length > NAME_MAX) return bad("name-too-long");
	const entries: [string, string][] = [];
	for (const column of columns.attributes) {
		const value = withoutControls((fields[column.index] ?? "").replace(/\r\n?/g, "\n")).trim();
		if (value.length > VALUE_MAX) return bad("value-too-long");
		if (value !== "") entries.push([column.name, value]);
	}
	const contact = {
		email: parsed.normal,
		domain: parsed.domain,
		name: name === "" ? null : name,
		// fromEntries makes own properties, also of a column called "__proto__".
		attributes: Object.fromEntries(entries),
		needsSmtpUtf8: parsed.needsSmtpUtf8,
	};
	return { kind: "contact", contact };
}

/** The two as one reader: what the later row has wins, what it leaves empty stays. */
export function mergeContacts(earlier: NewContact, later: NewContact): NewContact {
	return { ...later, name: later.name ?? earlier.name, attributes: { ...earlier.attributes, ...later.attributes } };
}

/** Tabs become spaces; line feeds stay; every other control character (C0, DEL, C1) goes. */
function withoutControls(text: string): string {
	return /[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text)
		? text.replaceAll("\t", " ").replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, "")
		: text;
}

// Zones as text: a subset of the master-file format (RFC 1035 section 5), plus FAULT lines, and the look-up in them.
//
// Pure: text in, records out, question in, answer out. It knows nothing of sockets or wire format (dns.server.ts does).
// Names without a dot at the end belong to the $ORIGIN; before the first $ORIGIN every name is absolute, so that a test can
// write `good.test MX 10 mx1.good.test` and mean it.
import { fail } from "../errors.ts";

export const RECORD_TYPES = ["A", "AAAA", "MX", "TXT", "PTR", "CNAME", "NS", "SOA"] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

export interface DnsRecord {
	/** Lower case, no dot at the end; "*.example.test" for a wildcard. */
	readonly name: string;
	readonly type: RecordType;
	/** Seconds. */
	readonly ttl: number;
	/** An address, a name, the strings of a TXT joined by "", "10 mx1.good.test" for MX, the seven words of a SOA. */
	readonly data: string;
}

/** What goes wrong when this name is asked. TIMEOUT never answers; TRUNCATE answers over UDP with the TC bit and nothing else. */
export type Fault =
	| { readonly kind: "SERVFAIL" | "REFUSED" | "TIMEOUT" | "TRUNCATE" | "NXDOMAIN" }
	| { readonly kind: "DELAY"; readonly ms: number };

export interface ZoneFault {
	readonly name: string;
	/** Null: whatever type is asked. */
	readonly type: string | null;
	readonly fault: Fault;
}

export interface ParsedZones {
	readonly records: readonly DnsRecord[];
	readonly faults: readonly ZoneFault[];
}

const DEFAULT_TTL_SECONDS = 300;

/**
 * Reads zone text. Lines: `$ORIGIN name`, `$TTL seconds`, `name [ttl] [IN] TYPE data`, `name FAULT [TYPE] SERVFAIL|REFUSED|TIMEOUT|
 * TRUNCATE|NXDOMAIN|DELAY ms`; `;` starts a comment; a line that starts with a blank repeats the name before; `@` is the origin.
 * Throws sandbox-zone-bad with the line.
 */
export function parseZones(text: string): ParsedZones {
	const records: DnsRecord[] = [];
	const faults: ZoneFault[] = [];
	let origin = "";
	let ttl = DEFAULT_TTL_SECONDS;
	let last = "";
	for (const [index, line] of text.split(/\r?\n/).entries()) {
		const words = wordsOf(line);
		const first = words[0];
		if (first === undefined) continue;
		const bad = (detail: string): never => fail("sandbox-zone-bad", { line: index + 1, text: line.trim(), detail });
		if (first === "$ORIGIN") {
			origin = bare(words[1] ?? bad("$ORIGIN needs a name"));
			last = origin;
			continue;
		}
		if (first === "$TTL") {
			ttl = numberOf(words[1]) ?? bad("$TTL needs seconds");
			continue;
		}
		const name = /^\s/.test(line) ? last : absolute(first, origin);
		const rest = /^\s/.test(line) ? words : words.slice(1);
		last = name;
		if (rest[0]?.toUpperCase() === "FAULT") {
			faults.push({ name, ...faultOf(rest.slice(1), bad) });
			continue;
		}
		const own = numberOf(rest[0]);
		if (own !== null) rest.shift();
		if (rest[0]?.toUpperCase() === "IN") rest.shift();
		const type = RECORD_TYPES.find((known) => known === rest[0]?.toUpperCase());
		if (type === undefined) return bad(`unknown record type "${rest[0] ?? ""}"`);
		records.push({ name, type, ttl: own ?? ttl, data: dataOf(type, rest.slice(1), origin, bad) });
	}
	return { records, faults };
}

export type ZoneAnswer =
	| { readonly kind: "records"; readonly records: readonly DnsRecord[] }
	/** The name exists, the type does not (NODATA). */
	| { readonly kind: "no-data"; readonly soa: DnsRecord | null }
	| { readonly kind: "no-name"; readonly soa: DnsRecord | null };

/** The records of several zones, ready to be asked and to be changed while the server runs. */
export class ZoneBook {
	readonly #byName = new Map<string, DnsRecord[]>();
	/** Names that exist only because something below them does (empty non-terminals, RFC 4592 section 2.2.2). */
	#parents = new Set<string>();
	readonly #faults = new Map<string, Fault>();

	constructor(parsed: ParsedZones) {
		this.add(parsed);
	}

	add(parsed: ParsedZones): void {
		for (const record of parsed.records) {
			const list = this.#byName.get(record.name);
			if (list) list.push(record);
			else this.#byName.set(record.name, [record]);
		}
		for (const { name, type, fault } of parsed.faults) this.#faults.set(`${name} ${type ?? "*"}`, fault);
		this.#findParents();
	}

	/** Removes the records and faults of a name, or only those of one type. */
	remove(name: string, type?: string): void {
		const key = bare(name);
		const left = type === undefined ? [] : (this.#byName.get(key) ?? []).filter((record) => record.type !== type);
		if (left.length > 0) this.#byName.set(key, left);
		else this.#byName.delete(key);
		for (const fault of [...this.#faults.keys()])
			if (fault.startsWith(`${key} `) && (type === undefined || fault === `${key} ${type}`)) this.#faults.delete(fault);
		this.#findParents();
	}

	faultOf(name: string, type: string): Fault | null {
		const key = bare(name);
		return this.#faults.get(`${key} ${type}`) ?? this.#faults.get(`${key} *`) ?? null;
	}

	/** Answers one question as an authoritative server would, following CNAMEs inside these zones (at most eight). */
	ask(name: string, type: string): ZoneAnswer {
		const found: DnsRecord[] = [];
		let current = bare(name);
		for (let hop = 0; hop <= 8; hop += 1) {
			const here = this.#recordsAt(current);
			if (here === null)
				return found.length > 0 ? { kind: "records", records: found } : { kind: "no-name", soa: this.#soaOf(current) };
			const matching = here.filter((record) => record.type === type);
			const alias = type === "CNAME" ? undefined : here.find((record) => record.type === "CNAME");
			if (matching.length > 0) return { kind: "records", records: [...found, ...matching] };
			if (alias === undefined || found.some((record) => record.name === alias.name))
				return found.length > 0 ? { kind: "records", records: found } : { kind: "no-data", soa: this.#soaOf(current) };
			found.push(alias);
			current = alias.data;
		}
		return { kind: "records", records: found };
	}

	/** Null: the name does not exist. Wildcards as in RFC 4592: only below the closest name that does exist. */
	#recordsAt(name: string): readonly DnsRecord[] | null {
		const own = this.#byName.get(name);
		if (own !== undefined) return own;
		if (this.#parents.has(name)) return [];
		for (let rest = name; rest !== ""; ) {
			const dot = rest.indexOf(".");
			rest = dot < 0 ? "" : rest.slice(dot + 1);
			const wild = this.#byName.get(rest === "" ? "*" : `*.${rest}`);
			if (wild !== undefined) return wild.map((record) => ({ ...record, name }));
			if (this.#byName.has(rest) || this.#parents.has(rest)) return null;
		}
		return null;
	}

	#soaOf(name: string): DnsRecord | null {
		for (let rest = name; rest !== ""; rest = rest.includes(".") ? rest.slice(rest.indexOf(".") + 1) : "") {
			const soa = this.#byName.get(rest)?.find((record) => record.type === "SOA");
			if (soa !== undefined) return soa;
		}
		return null;
	}

	#findParents(): void {
		this.#parents = new Set();
		for (const name of this.#byName.keys())
			for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) this.#parents.add(name.slice(dot + 1));
	}
}

/** Lower case and without the dot at the end. */
export function bare(name: string): string {
	return name.toLowerCase().replace(/\.$/, "");
}

function absolute(name: string, origin: string): string {
	if (name === "@") return origin;
	if (name === ".") return "";
	if (name.endsWith(".") || origin === "") return bare(name);
	return bare(`${name}.${origin}`);
}

/** Words of a line; "…" keeps blanks and semicolons together (its quotes are kept, to tell "300" in a TXT from a TTL). */
function wordsOf(line: string): string[] {
	const words: string[] = [];
	for (const [word] of line.matchAll(/"(?:[^"\\]|\\.)*"|;.*|[^\s;"]+/g)) if (!word.startsWith(";")) words.push(word);
	return words;
}

function numberOf(word: string | undefined): number | null {
	return word !== undefined && /^\d+$/.test(word) ? Number(word) : null;
}

type Bad = (detail: string) => never;

function dataOf(type: RecordType, words: readonly string[], origin: string, bad: Bad): string {
	const one = words[0] ?? bad(`${type} needs data`);
	switch (type) {
		case "A":
			return /^\d+\.\d+\.\d+\.\d+$/.test(one) ? one : bad(`"${one}" is not an IPv4 address`);
		case "AAAA":
			return one.includes(":") ? one.toLowerCase() : bad(`"${one}" is not an IPv6 address`);
		case "MX":
			return `${numberOf(one) ?? bad("MX needs a preference and a name")} ${absolute(words[1] ?? bad("MX needs a preference and a name"), origin)}`;
		case "TXT":
			return words.map((word) => (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word)).join("");
		case "PTR":
		case "CNAME":
		case "NS":
			return absolute(one, origin);
		case "SOA":
			return words.length === 7
				? [absolute(one, origin), absolute(words[1] ?? "", origin), ...words.slice(2)].join(" ")
				: bad("SOA needs seven words");
	}
}

function faultOf(words: readonly string[], bad: Bad): { type: string | null; fault: Fault } {
	const typed = RECORD_TYPES.find((known) => known === words[0]?.toUpperCase());
	const [kind, ms] = typed === undefined ? words : words.slice(1);
	switch (kind?.toUpperCase()) {
		case "SERVFAIL":
			return { type: typed ?? null, fault: { kind: "SERVFAIL" } };
		case "REFUSED":
			return { type: typed ?? null, fault: { kind: "REFUSED" } };
		case "TIMEOUT":
			return { type: typed ?? null, fault: { kind: "TIMEOUT" } };
		case "TRUNCATE":
			return { type: typed ?? null, fault: { kind: "TRUNCATE" } };
		case "NXDOMAIN":
			return { type: typed ?? null, fault: { kind: "NXDOMAIN" } };
		case "DELAY":
			return { type: typed ?? null, fault: { kind: "DELAY", ms: numberOf(ms) ?? bad("DELAY needs milliseconds") } };
		default:
			return bad(`unknown fault "${kind ?? ""}"`);
	}
}

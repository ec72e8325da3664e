// Where each key of a TOML document stands: path → line. The parser (smol-toml) gives values without places; a finding without
// a line makes people search. Pure. It judges nothing: the text must have been accepted by the parser before.
//
// Rejected: a second TOML parser with positions only for this; searching lines by a pattern, which goes wrong with two
// [[source]] tables, dotted keys and texts of several lines.

export type Path = readonly (string | number)[];

/** A path as a key of a Map: names cannot be confused with indexes or with each other. */
export const pathKey = (path: Path): string => JSON.stringify(path);

/** Line (from 1) of every key, table and array element of a valid TOML document, by `pathKey`. */
export function tomlLines(text: string): ReadonlyMap<string, number> {
	return new Scanner(text).scan();
}

/** The line of the path, or of the nearest thing around it; null when it is nowhere in the document. */
export function lineOf(lines: ReadonlyMap<string, number>, path: Path): number | null {
	for (let length = path.length; length > 0; length--) {
		const line = lines.get(pathKey(path.slice(0, length)));
		if (line !== undefined) return line;
	}
	return null;
}

class Scanner {
	private at = 0;
	private line = 1;
	private readonly lines = new Map<string, number>();
	/** Number of tables of each [[array]] so far. */
	private readonly counts = new Map<string, number>();
	private readonly text: string;

	constructor(text: string) {
		this.text = text;
	}

	scan(): ReadonlyMap<string, number> {
		let table: Path = [];
		for (;;) {
			this.skip(/[\s]/);
			if (this.at >= this.text.length) return this.lines;
			if (this.peek() === "#") this.comment();
			else if (this.peek() === "[") table = this.header();
			else this.pair(table);
		}
	}

	private header(): Path {
		const line = this.line;
		const several = this.text.startsWith("[[", this.at);
		this.move(several ? 2 : 1);
		const keys = this.keys();
		this.move(several ? 2 : 1);
		const path: (string | number)[] = [];
		for (const [index, key] of keys.entries()) {
			path.push(key);
			this.note(path, line);
			const count = this.counts.get(pathKey(path));
			if (several && index === keys.length - 1) {
				this.counts.set(pathKey(path), (count ?? 0) + 1);
				path.push(count ?? 0);
				this.note(path, line);
			} else if (count !== undefined) path.push(count - 1);
		}
		return path;
	}

	private pair(table: Path): void {
		const line = this.line;
		const path = [...table];
		for (const key of this.keys()) {
			path.push(key);
			this.note(path, line);
		}
		this.move(1); // "="
		this.value(path);
	}

	/** Dotted keys up to "=" or "]". */
	private keys(): string[] {
		const keys: string[] = [];
		for (;;) {
			this.skip(/[ \t]/);
			const quote = this.peek();
			if (quote === '"' || quote === "'") keys.push(this.quoted());
			else keys.push(this.skip(/[A-Za-z0-9_-]/));
			this.skip(/[ \t]/);
			if (this.peek() !== ".") return keys;
			this.move(1);
		}
	}

	private value(path: Path): void {
		this.skip(/[ \t]/);
		const start = this.peek();
		if (start === '"' || start === "'") this.quoted();
		else if (start === "[") this.array(path);
		else if (start === "{") this.inline(path);
		else this.skip(/[^,\]}#\n]/);
	}

	private array(path: Path): void {
		this.move(1);
		for (let index = 0; this.at < this.text.length; ) {
			this.blank();
			if (this.peek() === "]") break;
			if (this.peek() === ",") this.move(1);
			else {
				this.note([...path, index], this.line);
				this.value([...path, index]);
				index += 1;
			}
		}
		this.move(1);
	}

	private inline(path: Path): void {
		this.move(1);
		while (this.at < this.text.length) {
			this.blank();
			if (this.peek() === "}") break;
			if (this.peek() === ",") this.move(1);
			else this.pair(path);
		}
		this.move(1);
	}

	/** A quoted text of any of the four kinds; the answer is exact for keys, whose escapes are those of JSON (and \U, \e, \x). */
	private quoted(): string {
		const quote = this.peek();
		const long = this.text.startsWith(quote.repeat(3), this.at);
		this.move(long ? 3 : 1);
		const start = this.at;
		while (this.at < this.text.length) {
			if (quote === '"' && this.peek() === "\\") this.move(2);
			else if (!long && this.peek() === quote) break;
			// Up to two more quotes may belong to the text: """a""""" is a"" (TOML 1.0).
			else if (long && this.text.startsWith(quote.repeat(3), this.at) && this.text[this.at + 3] !== quote) break;
			else this.move(1);
		}
		const raw = this.text.slice(start, this.at);
		this.move(long ? 3 : 1);
		return quote === '"' && !long ? unescaped(raw) : raw;
	}

	private blank(): void {
		for (;;) {
			this.skip(/\s/);
			if (this.peek() !== "#") return;
			this.comment();
		}
	}

	private comment(): void {
		this.skip(/[^\n]/);
	}

	private peek(): string {
		return this.text[this.at] ?? "";
	}

	private move(by: number): void {
		for (let step = 0; step < by; step++) if (this.text[this.at++] === "\n") this.line += 1;
	}

	/** Passes over characters of the class; at the end of the text nothing matches. */
	private skip(characters: RegExp): string {
		const start = this.at;
		while (this.at < this.text.length && characters.test(this.peek())) this.move(1);
		if (this.at === start && this.at >= this.text.length) return "";
		return this.text.slice(start, this.at);
	}

	private note(path: Path, line: number): void {
		const key = pathKey(path);
		if (!this.lines.has(key)) this.lines.set(key, line);
	}
}

const ESCAPES: Readonly<Record<string, string>> = {
	b: "\b",
	t: "\t",
	n: "\n",
	f: "\f",
	r: "\r",
	e: "\u001b",
	'"': '"',
	"\\": "\\",
};

function unescaped(raw: string): string {
	return raw.replace(
		/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))/g,
		(_, four, eight, two, one: string | undefined) =>
			one === undefined ? String.fromCodePoint(Number.parseInt(four ?? eight ?? two, 16)) : (ESCAPES[one] ?? one),
	);
}

// The catalogue of errors: a stable code, what happened, to whom, and what to do.
//
// Everything that a person can be told goes through `fail`, so that no message exists without its way out, and docs/errors.md can be
// held equal to this list by a test. Network trouble is not in here: it is an outcome of a delivery, not an error of the program.

/** Exit status of the command line: 1 failed, 2 wrong usage or config, 3 refused by a check (limits, preflight, hold). */
export type ExitStatus = 1 | 2 | 3;

interface Entry {
	readonly exit: ExitStatus;
	/** What happened. `{name}` is replaced by the detail of that name. */
	readonly what: string;
	/** What to do about it. */
	readonly fix: string;
}

/** One entry a kind of trouble. Codes are never renamed: scripts and search engines hold on to them. */
export const CATALOGUE = {
	// the program
	internal: {
		exit: 1,
		what: "Wellsent made a mistake of its own: {detail}",
		fix: "Report it with the lines of the log above; nothing that was committed is lost.",
	},
	// the database
	"db-locked": {
		exit: 1,
		what: "the database {file} stayed locked by another program for {seconds} s",
		fix: "See who holds it (`fuser {file}`), let it finish, and run the command again. Nothing was changed.",
	},
	"db-read-only": {
		exit: 1,
		what: "the database {file} cannot be written: {detail}",
		fix: "Give the user that runs Wellsent write permission on the file and its folder, or set [database] url to another place.",
	},
	"db-newer": {
		exit: 1,
		what: "the database {file} was made by a newer version of Wellsent (it has migration {migration})",
		fix: "Run the newer version, or restore the backup that was made before the upgrade.",
	},
	"db-damaged": {
		exit: 1,
		what: "the database {file} cannot be read: {detail}",
		fix: "Restore it from a backup (`wellsent db backup` makes them), or move it away to start with an empty one.",
	},
	"db-migration-failed": {
		exit: 1,
		what: "migration {migration} of the database {file} failed: {detail}",
		fix: "Nothing was changed. Report it with the text above.",
	},
	"db-unsupported": {
		exit: 2,
		what: "no database driver serves the address {url}",
		fix: "Use file:./data/wellsent.db (SQLite, one machine).",
	},
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof CATALOGUE;

/** One place in what the user wrote that is wrong: a line of a file, a key of the config. */
export interface Finding {
	readonly where: string;
	readonly what: string;
	readonly fix?: string;
}

export class WellsentError extends Error {
	override readonly name = "WellsentError";
	readonly code: ErrorCode;
	readonly exit: ExitStatus;
	readonly what: string;
	readonly fix: string;
	readonly findings: readonly Finding[];

	constructor(
		code: ErrorCode,
		details: Readonly<Record<string, string | number>> = {},
		options: { cause?: unknown; findings?: readonly Finding[] } = {},
	) {
		const entry: Entry = CATALOGUE[code];
		const what = fill(entry.what, details);
		super(what, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.exit = entry.exit;
		this.what = what;
		this.fix = fill(entry.fix, details);
		this.findings = options.findings ?? [];
	}
}

/** Throws the error of that code, its words filled with `details`. */
export function fail(
	code: ErrorCode,
	details: Readonly<Record<string, string | number>> = {},
	options: { cause?: unknown; findings?: readonly Finding[] } = {},
): never {
	throw new WellsentError(code, details, options);
}

/** The text of anything that was thrown. */
export function textOf(thrown: unknown): string {
	return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The `code` of a system error (ENOENT, ECONNREFUSED …), or "". */
export function codeOf(thrown: unknown): string {
	return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}

function fill(template: string, details: Readonly<Record<string, string | number>>): string {
	return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole));
}

// Runs one command line: parses it, runs its command, turns whatever was thrown into words and an exit status. Knows no command by name.
import { type Command, CommanderError } from "commander";
import { explainError, fail, textOf, WellsentError } from "../errors.ts";
import { type Io, Output } from "./output.ts";
import { type CliApp, type Ports, quietLogger } from "./ports.ts";
import { buildProgram } from "./program.ts";
import type { Settings } from "./settings.ts";

/** Options that every command takes. */
export interface Globals {
	readonly config?: string;
	readonly json?: true;
}

/** One run of one command: what its action works with. */
export class Run {
	readonly out: Output;
	readonly ports: Ports;
	readonly globals: Globals;
	/** As typed: "wellsent campaign start". */
	readonly command: string;
	readonly #closing: (() => Promise<void>)[] = [];
	#settings: Settings | null = null;

	constructor(of: { readonly out: Output; readonly ports: Ports; readonly globals: Globals; readonly command: string }) {
		this.out = of.out;
		this.ports = of.ports;
		this.globals = of.globals;
		this.command = of.command;
	}

	get now(): number {
		return this.ports.clock.now();
	}

	/** The settings in force. Warnings about them are told once. */
	async settings(): Promise<Settings> {
		if (this.#settings !== null) return this.#settings;
		const { settingsOf } = await import("./settings.ts");
		const settings = await settingsOf({ file: this.globals.config, io: this.out.io, ports: this.ports });
		for (const { where, what, fix } of settings.warnings)
			this.out.note(`warning: ${where}: ${what}${fix === undefined ? "" : `; ${fix}`}`);
		this.#settings = settings;
		return settings;
	}

	/** The opened program; closed when the command ends. */
	async app(): Promise<CliApp> {
		const settings = await this.settings();
		const app = await settings.open(quietLogger(this.out));
		this.atEnd(() => app.close());
		return app;
	}

	/** Done when the command ends, the last one first, whether or not it failed. */
	atEnd(close: () => Promise<void>): void {
		this.#closing.push(close);
	}

	async end(): Promise<void> {
		for (const close of this.#closing.reverse()) await close();
	}

	/** Refuses the command line: exit status 2. */
	misuse(detail: string): never {
		return fail("usage", { detail, command: this.command });
	}
}

/** What commands are registered with. */
export interface Host {
	/** Runs the work of a command; a number is its exit status, nothing is 0. */
	run(command: Command, work: (run: Run) => Promise<number | undefined>): Promise<void>;
}

/** Runs the command line (without node and script) and answers the exit status. Never throws. */
export async function runCli(
	argv: readonly string[],
	of: { readonly io: Io; readonly ports: Ports; readonly version: string },
): Promise<number> {
	let status = 0;
	const host: Host = {
		async run(command, work) {
			const globals = command.optsWithGlobals<Globals>();
			const out = new Output(of.io, { json: globals.json === true });
			const run = new Run({ out, ports: of.ports, globals, command: fullName(command) });
			try {
				status = (await work(run)) ?? 0;
			} finally {
				await run.end();
			}
		},
	};
	const program = buildProgram(host, of.version);
	const out = new Output(of.io, { json: argv.includes("--json") });
	everyCommand(program, (command) => {
		command.exitOverride();
		command.configureOutput({
			writeOut: (text) => void of.io.stdout.write(text),
			// Told by `tell`, with the status, and as JSON where that was asked for.
			writeErr: () => undefined,
			getOutHelpWidth: () => Math.min(of.io.stdout.isTTY === true ? (of.io.stdout.columns ?? 80) : 100, 120),
		});
	});
	try {
		await program.parseAsync(argv, { from: "user" });
		return status;
	} catch (error) {
		if (isBrokenPipe(error)) return status;
		return await tell(error, out, of.io, program);
	}
}

/** Words on stderr; with --json also `{"error": {code, what, fix, findings}}` as the one value on stdout. */
async function tell(error: unknown, out: Output, io: Io, program: Command): Promise<number> {
	if (error instanceof CommanderError && error.exitCode === 0) return 0;
	// A group without a subcommand ("wellsent campaign"): its help is what is wanted.
	if (error instanceof CommanderError && error.code === "commander.help") out.note(deepest(program).helpInformation());
	const told =
		error instanceof CommanderError ? usageError(error, program) : error instanceof WellsentError ? error : internal(error);
	out.note(`${out.noteColours.red("error:")} ${explainError(told)}`);
	if (told.code === "internal" && io.env["WELLSENT_DEBUG"] === "1" && error instanceof Error) out.note(error.stack ?? "");
	if (out.json) {
		const { code, what, fix, findings } = told;
		await out.value({ error: { code, what, fix, findings } }).catch(() => undefined);
	}
	return told.exit;
}

function usageError(error: CommanderError, program: Command): WellsentError {
	const command = fullName(deepest(program));
	if (error.code === "commander.help") return new WellsentError("usage", { detail: "a command is missing", command });
	return new WellsentError("usage", { detail: error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " "), command });
}

function internal(error: unknown): WellsentError {
	return new WellsentError("internal", { detail: textOf(error) || "something was thrown without a word" }, { cause: error });
}

/** The command that was reached, as far as the words name one. */
function deepest(program: Command): Command {
	let command = program;
	for (const arg of program.args) {
		const next = command.commands.find((one) => one.name() === arg);
		if (next === undefined) break;
		command = next;
	}
	return command;
}

export function fullName(command: Command): string {
	const names: string[] = [];
	for (let one: Command | null = command; one !== null; one = one.parent) names.unshift(one.name());
	return names.join(" ");
}

export function everyCommand(program: Command, action: (command: Command) => void): void {
	action(program);
	for (const command of program.commands) everyCommand(command, action);
}

function isBrokenPipe(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "EPIPE";
}

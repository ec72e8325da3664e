// `wellsent alerts`: what is wrong now, what was, and what could not be told; acknowledging. Muting and testing are in alerts-mute.ts.
import type { Command } from "commander";
import type { Board } from "../../alerts/board.store.ts";
import type { Incident } from "../../alerts/incident.ts";
import { countOption, idArgument } from "../arguments.ts";
import type { Colours } from "../output.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import { whoOf } from "../who.ts";
import { iso, localTime, several } from "../words.ts";
import { alertsMute } from "./alerts-mute.ts";
import { alertsTest } from "./alerts-test.ts";

/** Of those that are over, unless --past says otherwise. */
const PAST = 10;

interface ListOptions {
	readonly past?: number;
}

export function alerts(program: Command, host: Host): void {
	const group = program
		.command("alerts")
		.summary("what is wrong now: since when, what was done, what to do")
		.description("what is wrong now, the worst first; then what is over, what is muted, and what could not be told")
		.option("--past <n>", `how many of those that are over; ${PAST} unless given`, countOption)
		.helpCommand(false)
		.action((options: ListOptions, command: Command) => host.run(command, (run) => list(run, options)));
	group
		.command("list")
		.description("what is wrong now, the worst first; then what is over, what is muted, and what could not be told")
		.option("--past <n>", `how many of those that are over; ${PAST} unless given`, countOption)
		.action((options: ListOptions, command: Command) =>
			host.run(command, (run) => list(run, { ...command.parent?.opts<ListOptions>(), ...options })),
		);
	group
		.command("ack")
		.summary("no more reminders of an incident")
		.description("somebody takes care of it: no more reminders; its end is told all the same")
		.argument("<id>", "its number, as `wellsent alerts` shows it", idArgument)
		.option("--note <words>", "what is being done about it")
		.option("--by <name>", "who you are; the name of your login unless given")
		.action((id: number, options: { readonly note?: string; readonly by?: string }, command: Command) =>
			host.run(command, async (run) => {
				const { acknowledge } = await import("../../alerts/incident.store.ts");
				const app = await run.app();
				const by = whoOf(options.by);
				const incident = await acknowledge(app.db, id, { by, note: options.note ?? null, now: run.now });
				await run.out.answer(
					() => ({ id, acknowledgedAt: iso(incident.acknowledgedAt), acknowledgedBy: by, note: incident.note }),
					() => run.out.say(text`incident ${id} (${incident.subject}): no more reminders`),
				);
				return 0;
			}),
		);
	alertsMute(group, host);
	alertsTest(group, host);
}

async function list(run: Run, options: ListOptions): Promise<number> {
	const { alertBoard } = await import("../../alerts/board.store.ts");
	const app = await run.app();
	const board = await alertBoard(app.db, run.now, options.past ?? PAST);
	if (run.out.json) {
		const { incidentJson, muteJson, postJson } = await import("../../alerts/alert-json.ts");
		const { open, past, mutes, unsent } = board;
		await run.out.value({
			open: open.map((one) => incidentJson(one, mutes, run.now)),
			past: past.map((one) => incidentJson(one, mutes, run.now)),
			mutes: mutes.map(muteJson),
			unsent: unsent.map(postJson),
		});
		return 0;
	}
	const { muteOf } = await import("../../alerts/incident.ts");
	const lines = boardLines(board, run.out.colours, (one) => muteOf(one, board.mutes, run.now)?.until ?? null);
	await run.out.say(lines.join("\n"));
	return 0;
}

/** Blocks rather than a table: what to do about it must not be cut off. */
function boardLines({ open, past, mutes, unsent }: Board, c: Colours, mutedUntil: (one: Incident) => number | null): string[] {
	const lines: string[] = [
		open.length === 0 ? "Nothing is wrong that Wellsent knows of." : c.bold(`${several(open.length, "open incident")}`),
	];
	for (const one of open) lines.push("", ...openLines(one, c, mutedUntil(one)));
	if (past.length > 0) {
		lines.push("", c.bold("Over"));
		for (const one of past)
			lines.push(
				text`  ${String(one.id).padStart(4)}  ${localTime(one.since)} to ${localTime(one.recoveredAt ?? one.lastAt)}  ${one.kind}  ${one.subject}`,
			);
	}
	if (mutes.length > 0) {
		lines.push("", c.bold("Muted"));
		for (const { id, kind, subject, until, by, reason } of mutes)
			lines.push(text`  ${String(id).padStart(4)}  ${kind} ${subject} until ${localTime(until)} by ${by}: ${reason}`);
	}
	if (unsent.length > 0) {
		lines.push("", c.bold("Not sent"));
		for (const { channel, what, tries, state, dueAt, lastError } of unsent) {
			const next =
				state === "waiting"
					? `tried ${several(tries, "time")}, again at ${localTime(dueAt)}`
					: `given up after ${several(tries, "try", "tries")}`;
			lines.push(text`  ${channel} (${what}, ${next}): ${lastError ?? ""}`);
		}
	}
	return lines;
}

function openLines(one: Incident, c: Colours, mutedUntil: number | null): string[] {
	const paint = one.level === "critical" ? c.red : one.level === "warning" ? c.yellow : c.dim;
	const facts = [
		`since ${localTime(one.since)}`,
		...(one.times > 1 ? [`said ${one.times} times`] : []),
		...(mutedUntil === null ? [] : [`muted until ${localTime(mutedUntil)}`]),
		...(one.acknowledgedAt === null
			? []
			: [`acknowledged by ${one.acknowledgedBy ?? "?"}${one.note === null ? "" : ` (${one.note})`}`]),
	];
	return [
		`${paint(one.level.padEnd(8))} ${text`${one.id}  ${one.kind}  ${one.subject}`}`,
		text`  ${one.text}`,
		text`  ${facts.join(", ")}`,
		...(one.did === "" ? [] : [text`  Wellsent: ${one.did}`]),
		...(one.todo === "" ? [] : [text`  To do: ${one.todo}`]),
	];
}

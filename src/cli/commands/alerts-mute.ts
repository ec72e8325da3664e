// `wellsent alerts mute` and `unmute`: not to hear of a kind or a subject until a date.
import type { Command } from "commander";
import { kindArgument } from "../alert-kind.ts";
import { durationOption, idArgument } from "../arguments.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import { whoOf } from "../who.ts";
import { iso, localTime, parseWhen } from "../words.ts";

interface MuteOptions {
	readonly until?: string;
	readonly for?: number;
	readonly reason: string;
	readonly by?: string;
}

export function alertsMute(group: Command, host: Host): void {
	group
		.command("mute")
		.summary("not to hear of a kind, or of one subject, until a date")
		.description("nothing of it is told until then; what is still open then is told then. It is shown and logged all the same")
		.argument("<kind>", 'a kind, as `wellsent alerts` shows it, or "*" for all', kindArgument)
		.argument("[subject]", "only this subject; all of them unless given", "*")
		.option("--until <date>", 'until when: "2026-12-01", "2026-12-01 09:00"')
		.option("--for <duration>", 'for how long: "12h", "2d"', durationOption)
		.requiredOption("--reason <words>", "why")
		.option("--by <name>", "who you are; the name of your login unless given")
		.action((kind: string, subject: string, options: MuteOptions, command: Command) =>
			host.run(command, async (run) => {
				const { mute } = await import("../../alerts/mute.store.ts");
				const until = endOf(run, options);
				const app = await run.app();
				const by = whoOf(options.by);
				const made = await mute(app.db, { kind, subject, until, by, reason: options.reason, createdAt: run.now });
				await run.out.answer(
					() => ({ ...made, until: iso(until), createdAt: iso(run.now) }),
					() =>
						run.out.say(
							text`${kind} ${subject} is muted until ${localTime(until)}; to end it: wellsent alerts unmute ${made.id}`,
						),
				);
				return 0;
			}),
		);
	group
		.command("unmute")
		.description("hear of it again: what is still open is told now")
		.argument("<id>", "number of the mute, as `wellsent alerts` shows it", idArgument)
		.action((id: number, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { unmute } = await import("../../alerts/mute.store.ts");
				await unmute((await run.app()).db, id, run.now);
				await run.out.answer(
					() => ({ unmuted: id }),
					() => run.out.say(`mute ${id} is ended`),
				);
				return 0;
			}),
		);
}

function endOf(run: Run, options: MuteOptions): number {
	if ((options.until === undefined) === (options.for === undefined))
		return run.misuse("give --until or --for: a mute has an end");
	if (options.for !== undefined) return run.now + options.for;
	// "2h" would mean two hours ago here.
	const typed = options.until ?? "";
	const until = /^\d+\s*[a-z]+$/i.test(typed.trim()) ? null : parseWhen(typed, run.now);
	if (until === null)
		return run.misuse(
			`--until ${JSON.stringify(typed)} is no time: write "2026-12-01" or "2026-12-01 09:00"; a duration goes with --for`,
		);
	return until > run.now ? until : run.misuse(`--until ${JSON.stringify(typed)} is over`);
}

// `wellsent lanes hold | release | set`: what a person orders the lanes to do. It counts at once, in whatever process sends, and is kept with who and why.
import { userInfo } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { parseRate } from "../../config/units.ts";
import { countOption, durationOption } from "../arguments.ts";
import { type LaneSubject, parseLanes, subjectOf } from "../lane-subject.ts";
import type { CliApp } from "../ports.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import { iso, localTime, several } from "../words.ts";

const LANE = 'which lanes: "mta1/naver", "naver" (from all sources), "mta1/*", or the name of a gateway';
const WHY = "the reason, for whoever looks at it later";
const BY = "who orders it; the system's user unless given";

export function lanesOrders(group: Command, host: Host): void {
	hold(group, host);
	release(group, host);
	set(group, host);
}

function hold(group: Command, host: Host): void {
	group
		.command("hold")
		.summary("stop lanes, until a time or until they are released")
		.description(
			"nothing more leaves through these lanes; what is being sent is finished, what is queued waits. Counts within a second",
		)
		.argument("<lane>", LANE)
		.requiredOption("--why <words>", WHY)
		.option("--for <duration>", 'how long: "30m", "2h"; until it is released unless given', durationOption)
		.option("--by <name>", BY)
		.action((typed: string, options: { why: string; for?: number; by?: string }, command: Command) =>
			host.run(command, async (run) => {
				const { holdLanes } = await import("../../deliver/lane-orders.store.ts");
				const { app, lanes, who } = await order(run, typed, options);
				const until = options.for === undefined ? null : who.at + options.for;
				const id = await holdLanes(app.db, subjectOf(lanes), until, who);
				await run.out.answer(
					() => ({ id, lanes: subjectOf(lanes), until: iso(until), reason: who.reason, by: who.by }),
					() => {
						const end = until === null ? `until: wellsent lanes release ${typed}` : `until ${localTime(until)}`;
						return run.out.say(text`${subjectOf(lanes)} is on hold ${end}`);
					},
				);
				return 0;
			}),
		);
}

function release(group: Command, host: Host): void {
	group
		.command("release")
		.summary("end holds, those that replies made included")
		.description(
			"ends the holds that were ordered for exactly these lanes, and those that replies made on any of them; limits that replies lowered stay, unless --forget is given",
		)
		.argument("<lane>", LANE)
		.option("--forget", "forget the limits that replies lowered, too")
		.option("--why <words>", WHY, "released")
		.option("--by <name>", BY)
		.action((typed: string, options: { why: string; forget?: true; by?: string }, command: Command) =>
			host.run(command, async (run) => {
				const { releaseLanes } = await import("../../deliver/lane-orders.store.ts");
				const { app, lanes, who } = await order(run, typed, options);
				const ended = await releaseLanes(app.db, subjectOf(lanes), options.forget === true, who);
				await run.out.answer(
					() => ({ lanes: subjectOf(lanes), ended, forgot: options.forget === true, by: who.by }),
					() => run.out.say(text`${subjectOf(lanes)}: ${several(ended, "order")} ended, holds from replies too`),
				);
				return 0;
			}),
		);
}

interface SetOptions {
	readonly connections?: number;
	readonly connectionsPerHour?: number;
	readonly messagesPerConnection?: number;
	readonly rate?: readonly string[];
	readonly reset?: true;
	readonly why: string;
	readonly by?: string;
}

function set(group: Command, host: Host): void {
	group
		.command("set")
		.summary("other limits at run time, above wellsent.toml")
		.description(
			"sets limits of these lanes until they are reset; they stand above wellsent.toml and hold over restarts. Nothing is granted twice: what was sent counts",
		)
		.argument("<lane>", LANE)
		.option("--connections <n>", "most connections at once", countOption)
		.option("--connections-per-hour <n>", "most connections opened in any hour", countOption)
		.option("--messages-per-connection <n>", "messages before a connection is closed", countOption)
		.option("--rate <rate>", 'most messages in any window: "5/s", "600/h"; several replace all rates', rateOption)
		.option("--reset", "end what was set for these lanes: wellsent.toml counts again")
		.option("--why <words>", WHY, "")
		.option("--by <name>", BY)
		.action((typed: string, options: SetOptions, command: Command) =>
			host.run(command, async (run) => {
				const { resetLanes, setLanes } = await import("../../deliver/lane-orders.store.ts");
				const { app, lanes, who } = await order(run, typed, options);
				if (lanes.site === "*") return run.misuse("limits belong to a site: name one instead of the star");
				const source = lanes.source === "*" ? null : lanes.source;
				const limits = {
					connections: options.connections ?? null,
					connectionsPerHour: options.connectionsPerHour ?? null,
					messagesPerConnection: options.messagesPerConnection ?? null,
					rates: options.rate ?? null,
				};
				const named = Object.values(limits).some((limit) => limit !== null);
				if (options.reset === true) {
					if (named) return run.misuse("--reset ends what was set; set new limits with a second command");
					const ended = await resetLanes(app.db, lanes.site, source, who);
					await run.out.answer(
						() => ({ lanes: subjectOf(lanes), ended, by: who.by }),
						() => run.out.say(text`${subjectOf(lanes)}: ${several(ended, "order")} ended, wellsent.toml counts again`),
					);
					return 0;
				}
				if (!named) return run.misuse("name a limit: --rate, --connections, --connections-per-hour or --messages-per-connection");
				if (options.why === "") return run.misuse("say why: --why <words>");
				const id = await setLanes(app.db, { site: lanes.site, source, ...limits }, who);
				await run.out.answer(
					() => ({ id, lanes: subjectOf(lanes), ...limits, reason: who.reason, by: who.by }),
					() => run.out.say(text`${subjectOf(lanes)} has other limits now; undo: wellsent lanes set ${typed} --reset`),
				);
				return 0;
			}),
		);
}

/** The app, the lanes that were typed, and who orders it. */
async function order(run: Run, typed: string, options: { readonly why: string; readonly by?: string }) {
	const app = await run.app();
	const lanes = parseLanes(typed, app.config, await mailedSites(app));
	if ("wrong" in lanes) return run.misuse(lanes.wrong);
	return {
		app,
		lanes: lanes satisfies LaneSubject,
		who: { by: options.by ?? userInfo().username, reason: options.why, at: run.now },
	};
}

async function mailedSites(app: CliApp): Promise<ReadonlySet<string>> {
	const rows = await app.db.domainSite.findMany({ distinct: ["site"], select: { site: true } });
	return new Set(rows.map((row) => row.site));
}

function rateOption(typed: string, before: readonly string[] | undefined): readonly string[] {
	const parsed = parseRate(typed);
	if (!parsed.ok) throw new InvalidArgumentError(`${parsed.what}: ${parsed.fix}.`);
	return [...(before ?? []), parsed.value.text];
}

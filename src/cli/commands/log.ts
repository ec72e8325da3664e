// `wellsent log`: what every MX host answered.
import { type Command, Option } from "commander";
import type { LogFilter, LoggedResponse } from "../../log/query.store.ts";
import { countOption, idArgument, whenOption } from "../arguments.ts";
import type { Host, Run } from "../run.ts";
import { localTime } from "../words.ts";

interface Options {
	readonly campaign?: number;
	readonly to?: string;
	readonly domain?: string;
	readonly site?: string;
	readonly host?: string;
	readonly source?: string;
	readonly class?: string;
	readonly stage?: string;
	readonly since?: string;
	readonly until?: string;
	readonly limit?: number;
	readonly follow?: true;
	readonly csv?: true;
	readonly meaning?: "en" | "ko";
}

/** New rows are looked for so often. Milliseconds. */
const FOLLOW_EVERY_MS = 500;
const PAGE = 1_000;

export function log(program: Command, host: Host): void {
	program
		.command("log")
		.summary("what every MX host answered")
		.description(
			"what every MX host answered: a row for each host spoken to or passed over, the newest last. --json: a value a line",
		)
		.option("--campaign <id>", "of one campaign", idArgument)
		.option("--to <address>", "of one reader")
		.option("--domain <domain>", "of one recipient domain")
		.option("--site <name>", 'of one site: "google", "naver" …')
		.option("--host <name>", "of one MX host")
		.option("--source <name>", "of one source")
		.option("--class <name>", 'of one class: "greylisted", "dnsbl-listed" …')
		.option("--stage <name>", "of one stage: dns connect tls greeting ehlo starttls auth mail rcpt data body")
		.option("--since <when>", 'not older: "2h" ago, "2026-12-01", "2026-12-01 09:00"')
		.option("--until <when>", "older than that")
		.option("--limit <n>", "the newest so many; 100 unless given", countOption)
		.option("--follow", "go on with what comes, until Ctrl-C")
		.option("--csv", "as CSV, all fields")
		.addOption(new Option("--meaning <language>", "what each reply means and what to do, in words").choices(["en", "ko"]))
		.action((options: Options, command: Command) =>
			host.run(command, async (run) => {
				if (options.csv === true && run.out.json) run.misuse("--csv and --json exclude each other");
				const { REPLY_CLASSES, STAGES } = await import("../../replies/outcome.ts");
				known(run, "--class", options.class, REPLY_CLASSES);
				known(run, "--stage", options.stage, STAGES);
				const filter = await filterOf(run, options);
				const app = await run.app();
				const { queryLog } = await import("../../log/query.store.ts");
				const print = await printer(run, options);
				const rows = await queryLog(app.db, filter);
				await print(rows);
				if (options.follow !== true) {
					if (rows.length === 0) run.out.note("Nothing in the log fits.");
					return 0;
				}
				const { pause } = await import("../../clock.ts");
				const { onInterrupt } = await import("../interrupt.ts");
				const interrupt = onInterrupt(() => undefined);
				const alive = setInterval(() => undefined, 60_000);
				run.atEnd(async () => {
					clearInterval(alive);
					interrupt.release();
				});
				let after = rows.at(-1)?.id ?? (await queryLog(app.db, { limit: 1 })).at(-1)?.id ?? 0;
				while (!interrupt.signal.aborted) {
					const more = await queryLog(app.db, { ...filter, limit: PAGE, afterId: after });
					after = more.at(-1)?.id ?? after;
					await print(more);
					if (more.length < PAGE) await pause(run.ports.clock, FOLLOW_EVERY_MS, interrupt.signal);
				}
				return 0;
			}),
		);
}

function known(run: Run, option: string, value: string | undefined, names: readonly string[]): void {
	if (value !== undefined && !names.includes(value))
		run.misuse(`there is no ${option.slice(2)} ${JSON.stringify(value)}; there are: ${names.join(", ")}`);
}

async function filterOf(run: Run, options: Options): Promise<LogFilter> {
	const { normaliseAddress } = await import("../../address/parse.ts");
	const { asciiDomain } = await import("../../address/domain.ts");
	const { campaign, to, domain, site, host, source, class: kind, stage, limit } = options;
	const since = whenOption(run, "--since", options.since);
	const until = whenOption(run, "--until", options.until);
	const domainOf = (typed: string) => {
		const found = asciiDomain(typed);
		return "problem" in found ? run.misuse(`--domain ${JSON.stringify(typed)} is not a domain`) : found.domain;
	};
	const given = {
		campaign,
		to: to === undefined ? undefined : (normaliseAddress(to) ?? run.misuse(`--to ${JSON.stringify(to)} is not an address`)),
		domain: domain === undefined ? undefined : domainOf(domain),
		site,
		host: host?.toLowerCase(),
		source,
		class: kind,
		stage,
		since,
		until,
		limit,
	};
	return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** What writes rows in the form that was asked for. */
async function printer(run: Run, options: Options): Promise<(rows: readonly LoggedResponse[]) => Promise<void>> {
	const { logCsv, logCsvHeader, logJson, rowWords } = await import("../../log/format.ts");
	const { out } = run;
	const { meaning: language } = options;
	if (out.json)
		return async (rows) => {
			for (const row of rows) await out.value(logJson(row, language));
		};
	if (options.csv === true) {
		out.carriesData();
		await out.data(logCsvHeader(language));
		return async (rows) => {
			if (rows.length > 0) await out.data(rows.map((row) => logCsv(row, language)).join(""));
		};
	}
	// Lines that can be followed: a table would need to know the rows to come. What a bounce reported later is not a stage of a conversation.
	const { REPORTED } = await import("../../log/response.ts");
	const { printable } = await import("../printable.ts");
	const { pad, shorten } = await import("../table.ts");
	const c = out.colours;
	return async (rows) => {
		for (const row of rows) {
			const paint =
				row.class === "accepted"
					? c.green
					: row.class === "skipped"
						? c.dim
						: row.action === "end" || row.action === "suppress"
							? c.red
							: c.yellow;
			const codes = `${row.code > 0 ? `${row.code} ` : ""}${row.enhanced === null ? "" : `${row.enhanced} `}`;
			const said = printable(`${codes}${row.text}`);
			const where = printable(row.mxHost === "" ? row.domain : row.mxHost);
			if (out.width === null)
				await out.data(
					`${[localTime(row.at), row.campaign, printable(row.to), printable(row.site), row.source, where, row.mxAddress, row.stage, row.class, row.action, said].join("\t")}\n`,
				);
			else {
				const head = `${c.dim(localTime(row.at))} ${pad(shorten(printable(row.to), 30), 30)} ${pad(shorten(where, 28), 28)} ${pad(row.rule.startsWith(REPORTED) ? "bounce" : row.stage, 8)} ${paint(pad(shorten(row.class, 22), 22))} `;
				await out.data(`${head}${shorten(said, Math.max(20, out.width - 112))}\n`);
			}
			// Beside what went wrong only: "it was accepted" needs no advice.
			if (language !== undefined && row.class !== "accepted") {
				const { meaning, advice } = rowWords(row, language);
				await out.data(`    ${c.dim(`${meaning} ${advice}`)}\n`);
			}
		}
	};
}

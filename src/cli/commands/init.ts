// `wellsent init`: wellsent.toml, DKIM keys, and the DNS records to publish.
import type { Command } from "commander";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";

interface Options {
	readonly domain?: string;
	readonly from?: string;
	readonly name?: string;
	readonly address?: string;
	readonly ehlo?: string;
	readonly publicAddress?: string;
	readonly returnPath?: string;
	readonly unsubscribe?: string;
	readonly warmup?: string;
	readonly dir: string;
	readonly force?: true;
}

export function init(program: Command, host: Host): void {
	program
		.command("init")
		.summary("write wellsent.toml and DKIM keys, and show the DNS records to publish")
		.description(
			"write wellsent.toml and DKIM keys (RSA-2048 and Ed25519), and show the DNS records to publish; asks on a terminal for what is not given",
		)
		.option("--domain <domain>", "domain of the From addresses")
		.option("--from <address>", "the From address; news@ that domain unless given")
		.option("--name <name>", "name shown beside it")
		.option("--address <ip>", "address of this machine that mail leaves from")
		.option("--public-address <ip>", "what the world sees of it, when behind NAT")
		.option("--ehlo <name>", "name of this machine in DNS; mail. that domain unless given")
		.option("--return-path <domain>", "domain of return paths; bounces. that domain unless given")
		.option("--unsubscribe <url>", "https address of the dashboard, for one-click links")
		.option("--warmup <day>", 'day on which a new IP begins, e.g. "2026-11-01"')
		.option("--dir <folder>", "where to write", ".")
		.option("--force", "replace what is there")
		.action((options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { createSetup } = await import("../setup.file.ts");
				const { zoneLine } = await import("../../config/dns-records.ts");
				const setup = await createSetup({
					...(await complete(run, options)),
					cwd: run.out.io.cwd,
					force: options.force === true,
				});
				const { out } = run;
				if (out.json) {
					await out.value(setup);
					return 0;
				}
				const c = out.colours;
				await out.say(text`written: ${setup.files.join(", ")}\n`.replaceAll("\\n", "\n"));
				await out.say(c.bold("DNS records to publish"));
				for (const record of setup.records) await out.say(`\n${c.dim(`; ${record.why}`)}\n${zoneLine(record)}`);
				out.note(
					[
						"\nOptional, when DMARC says p=quarantine or reject: a logo beside the mail (BIMI),",
						text`a TXT record at default._bimi.${setup.domain}: v=BIMI1; l=https://${setup.domain}/logo.svg`,
						"\nWhen they are published: `wellsent check` asks DNS for each, tries port 25, and says what is missing.",
						"Then: `wellsent contacts import LIST FILE.csv`, `wellsent send DIR --list LIST`.",
					].join("\n"),
				);
				return 0;
			}),
		);
}

/** Asks for what is missing, on a terminal only. */
async function complete(run: Run, options: Options) {
	const { io, json } = run.out;
	const asks = io.stdin.isTTY === true && io.stderr.isTTY === true && !json;
	const ask = async (question: string, fallback: string | null): Promise<string | null> => {
		if (!asks) return fallback;
		const { createInterface } = await import("node:readline/promises");
		const lines = createInterface({ input: io.stdin, output: process.stderr });
		try {
			const said = (await lines.question(`${question}${fallback === null ? "" : ` [${fallback}]`}: `)).trim();
			return said === "" ? fallback : said;
		} finally {
			lines.close();
		}
	};
	const need = (value: string | null, option: string) => value ?? run.misuse(`${option} is missing`);
	const domain = need(options.domain ?? (await ask("Domain of the From addresses (example.com)", null)), "--domain");
	const from = options.from ?? need(await ask("From address", `news@${domain}`), "--from");
	const address = need(options.address ?? (await ask("IP address of this machine that mail leaves from", null)), "--address");
	const ehlo = options.ehlo ?? need(await ask("Name of this machine in DNS (its PTR record)", `mail.${domain}`), "--ehlo");
	return {
		domain,
		from,
		address,
		ehlo,
		name: options.name ?? null,
		publicAddress: options.publicAddress ?? null,
		returnPath: options.returnPath ?? `bounces.${domain}`,
		unsubscribe: options.unsubscribe ?? null,
		warmup: options.warmup ?? null,
		dir: options.dir,
	};
}

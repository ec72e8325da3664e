// `wellsent sandbox`: only the simulated internet.
import type { Command } from "commander";
import { portOption } from "../arguments.ts";
import { onInterrupt } from "../interrupt.ts";
import type { Host } from "../run.ts";

interface Options {
	readonly dnsPort: number;
	readonly smtpPort: number;
	readonly record?: string;
	readonly messages?: string;
	readonly writeConfig?: string;
}

export function sandbox(program: Command, host: Host): void {
	program
		.command("sandbox")
		.summary("only the simulated internet, for trying things")
		.description(
			"only the simulated internet on loopback: DNS, MX hosts with their manners, blacklists. It keeps what it receives; nothing leaves the machine",
		)
		.option("--dns-port <port>", "port of its DNS server; 0: any free one", portOption, 0)
		.option("--smtp-port <port>", "port of its MX hosts", portOption, 0)
		.option("--record <file>", "append every connection and arrival as JSON lines")
		.option("--messages <folder>", "write each message as an .eml")
		.option(
			"--write-config <folder>",
			"write a wellsent.toml and keys there, with which `wellsent --config FOLDER/wellsent.toml …` sends into it",
		)
		.action((options: Options, command: Command) =>
			host.run(command, async (run) => {
				const interrupt = onInterrupt(() => undefined);
				run.atEnd(async () => interrupt.release());
				return await run.ports.sandbox({
					dnsPort: options.dnsPort,
					smtpPort: options.smtpPort,
					recordFile: options.record,
					messageFolder: options.messages,
					configFolder: options.writeConfig,
					out: run.out,
					signal: interrupt.signal,
				});
			}),
		);
}

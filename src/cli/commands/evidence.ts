// `wellsent evidence`: what a postmaster's form asks for, ready to be pasted.
import { type Command, Option } from "commander";
import { whenOption } from "../arguments.ts";
import type { Host } from "../run.ts";

interface Options {
	readonly source?: string;
	readonly since?: string;
	readonly lang: "en" | "ko" | "both";
}

const DAYS_7 = 7 * 24 * 3_600_000;
const DNS_TIMEOUT_MS = 3_000;

export function evidence(program: Command, host: Host): void {
	program
		.command("evidence")
		.summary("text to send to the postmaster of a host that refuses us")
		.description(
			"what a postmaster's form asks for: our address, PTR and EHLO name, the host, times in UTC and local, its replies word for word, and what its siblings did meanwhile. It names no reader",
		)
		.argument("<host>", "name of the MX host, as `wellsent hosts` shows it")
		.option("--source <name>", "the source it refuses; the one it treats worst unless given")
		.option("--since <when>", 'whole hours from then: "7d" unless given')
		.addOption(new Option("--lang <language>", "language of the text").choices(["en", "ko", "both"]).default("both"))
		.action((name: string, options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { evidenceFor, evidenceJson } = await import("../../log/evidence.store.ts");
				const { evidenceText } = await import("../../log/evidence.ts");
				const { listStates } = await import("../../reputation/blacklist.ts");
				const { lookUpPtr } = await import("../../routing/ptr.client.ts");
				const app = await run.app();
				const { db, config } = app;
				const since = whenOption(run, "--since", options.since) ?? run.now - DAYS_7;
				const facts = await evidenceFor(
					{
						db,
						config,
						now: run.now,
						zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
						lists: (address) => listStates(app, address),
						ptr: (address) => lookUpPtr(address, { servers: config.dns.servers, timeoutMs: DNS_TIMEOUT_MS }),
					},
					{ host: name, since, ...(options.source === undefined ? {} : { source: options.source }) },
				);
				const languages = options.lang === "both" ? (["en", "ko"] as const) : [options.lang];
				await run.out.answer(
					() => evidenceJson(facts),
					() => run.out.say(languages.map((language) => evidenceText(facts, language).trimEnd()).join("\n\n---\n\n")),
				);
				return 0;
			}),
		);
}

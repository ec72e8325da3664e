// `wellsent gateways allow | revoke | history`: what the administrator permits beside wellsent.toml. It counts within a second, in whatever process sends.
import { userInfo } from "node:os";
import type { Command } from "commander";
import { countOption } from "../arguments.ts";
import { known } from "../known-gateway.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import { iso, localTime } from "../words.ts";

interface Whom {
	readonly identity?: string;
	readonly domain?: string;
	readonly group?: string;
	readonly reason?: string;
	readonly by?: string;
}

export function gatewaysPolicy(group: Command, host: Host): void {
	whom(
		group.command("allow"),
		"let a sender choose a gateway in campaign.toml",
		"Nobody may use a gateway who is not named: neither by an [[identity]] nor by allow of the [[gateway]] nor here.",
	)
		.requiredOption("--reason <words>", "the reason, for whoever looks at it later")
		.action((name: string, options: Whom, command: Command) =>
			host.run(command, async (run) => {
				const { grant } = await import("../../routing/policy.store.ts");
				const { gateway, subject, who } = await order(run, name, options);
				const fresh = await grant((await run.app()).db, { gateway, subject, ...who });
				await run.out.answer(
					() => ({ gateway, subject, allowed: true, by: who.by, reason: who.reason }),
					() =>
						run.out.say(
							fresh
								? text`${subject} may leave through ${gateway}: route = "${gateway}" in campaign.toml`
								: text`${subject} was allowed ${gateway} already`,
						),
				);
				return 0;
			}),
		);
	whom(
		group.command("revoke"),
		"take a permission back",
		"Campaigns that run by it are paused at once; nothing of them leaves another way.",
	)
		.option("--reason <words>", "the reason")
		.action((name: string, options: Whom, command: Command) =>
			host.run(command, async (run) => {
				const { revoke } = await import("../../routing/policy.store.ts");
				const { fail } = await import("../../errors.ts");
				const { gateway, subject, who } = await order(run, name, options);
				if (!(await revoke((await run.app()).db, { gateway, subject, ...who }))) fail("grant-unknown", { gateway, subject });
				await run.out.answer(
					() => ({ gateway, subject, allowed: false, by: who.by, reason: who.reason }),
					() => run.out.say(text`${subject} may not leave through ${gateway} any more`),
				);
				return 0;
			}),
		);
	group
		.command("history")
		.description(
			"who allowed what and when: routes, allow and required_for of wellsent.toml as they changed, and what was allowed by command",
		)
		.option("--limit <n>", "so many of the latest", countOption, 50)
		.action((options: { limit: number }, command: Command) =>
			host.run(command, async (run) => {
				const { policyHistory } = await import("../../routing/policy.store.ts");
				const rows = await policyHistory((await run.app()).db, options);
				if (run.out.json) {
					await run.out.value(rows.map((row) => ({ ...row, at: iso(row.at) })));
					return 0;
				}
				if (rows.length === 0) run.out.note("No change was recorded yet: wellsent.toml is compared at each start of the daemon.");
				else
					await run.out.table(
						[
							{ title: "when", value: (row) => localTime(row.at) },
							{ title: "by", value: (row) => row.by },
							{ title: "what", value: (row) => row.subject, shrinks: true },
							{ title: "before", value: (row) => row.before, shrinks: true },
							{ title: "after", value: (row) => (row.after === "" ? "removed" : row.after), shrinks: true },
						],
						rows,
					);
				return 0;
			}),
		);
}

function whom(command: Command, summary: string, more: string): Command {
	return command
		.summary(summary)
		.description(`${summary}. ${more}`)
		.argument("<name>", "name of the gateway")
		.option("--identity <address>", "an address: news@partner.test")
		.option("--domain <domain>", "all addresses of a domain: partner.test")
		.option("--group <name>", 'campaigns with group = "name" in campaign.toml')
		.option("--by <name>", "who orders it; the system's user unless given");
}

async function order(run: Run, name: string, options: Whom) {
	const { parsePolicySubject } = await import("../../config/values-gateway.ts");
	const gateway = (await known(run, name)).name;
	const { identity, domain, group } = options;
	const named = [
		identity,
		domain === undefined ? undefined : `@${domain.replace(/^@/, "")}`,
		group === undefined ? undefined : `group:${group}`,
	];
	const [typed, ...more] = named.filter((one) => one !== undefined);
	if (typed === undefined || more.length > 0) return run.misuse("name one of --identity, --domain and --group");
	const parsed = parsePolicySubject(typed);
	if (!parsed.ok) return run.misuse(`${parsed.what}: ${parsed.fix}`);
	if (options.reason?.trim() === "") return run.misuse("--reason is empty: whoever looks at it later wants to know why");
	const by = options.by ?? userInfo().username;
	return { gateway, subject: parsed.value, who: { by, reason: options.reason ?? "", now: run.now } };
}

// `wellsent gateways`: the smart hosts, who leaves through them, and whether they let us in.
import type { Command } from "commander";
import { known } from "../known-gateway.ts";
import type { Host, Run } from "../run.ts";
import { iso, localTime } from "../words.ts";
import { gatewaysPolicy } from "./gateways-policy.ts";

export function gateways(program: Command, host: Host): void {
	const group = program
		.command("gateways")
		.summary("smart hosts: who may leave through them, and whether they let us in")
		.description("smart hosts: who may leave through them, and how their last test ended")
		.helpCommand(false)
		.action((_options: unknown, command: Command) => host.run(command, (run) => list(run)));
	group
		.command("list")
		.description("as `wellsent gateways`")
		.action((_options: unknown, command: Command) => host.run(command, (run) => list(run)));
	test(group, host);
	show(group, host);
	gatewaysPolicy(group, host);
}

async function list(run: Run): Promise<number> {
	const { gatewayViews } = await import("../../reputation/gateway-view.store.ts");
	const rows = await gatewayViews(await run.app());
	if (run.out.json) {
		await run.out.value(
			rows.map((row) => ({ ...row, tested: row.tested === null ? null : { ...row.tested, at: iso(row.tested.at) } })),
		);
		return 0;
	}
	if (rows.length === 0) {
		run.out.note("There is no [[gateway]] in wellsent.toml: all mail leaves directly.");
		return 0;
	}
	await run.out.table(
		[
			{ title: "gateway", value: (row) => row.name },
			{ title: "server", value: (row) => `${row.host}:${row.port} ${row.security}`, shrinks: true },
			{ title: "login", value: (row) => (row.user === null ? "none" : `${row.user} (${row.login})`), shrinks: true },
			{ title: "used by", value: (row) => row.identities.join(", "), shrinks: true },
			{ title: "may be chosen by", value: (row) => row.allowed.map((one) => one.subject).join(", "), shrinks: true },
			{ title: "tested", value: (row) => (row.tested === null ? "never" : localTime(row.tested.at)) },
			{
				title: "result",
				value: (row) => row.tested?.result ?? "",
				style: (shown, row, c) => (row.tested?.ok === false ? c.red(shown) : c.green(shown)),
			},
		],
		rows,
	);
	for (const { name, held } of rows)
		for (const { identity, reason } of held) run.out.note(`${name}: ${identity} is on hold there (wellsent holds): ${reason}`);
	for (const { name, tested } of rows) if (tested?.ok === false) run.out.note(`${name}: ${tested.what}. ${tested.fix}`);
	return 0;
}

function test(group: Command, host: Host): void {
	group
		.command("test")
		.summary("log in, ask whether it takes its senders, send nothing")
		.description(
			"logs in and asks whether the gateway takes its senders; sends nothing. Says what is wrong, what to do and where it is explained",
		)
		.argument("[name]", "name of the gateway; all unless given")
		.action((name: string | undefined, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { testGateway } = await import("../../reputation/gateway-watch.store.ts");
				const app = await run.app();
				const wanted = name === undefined ? app.config.gateways : [await known(run, name)];
				if (wanted.length === 0) run.out.note("There is no [[gateway]] in wellsent.toml.");
				const results = [];
				// Side by side: a silent one takes long to be known as such. Told in their order.
				const running = wanted.map((gateway) => ({ gateway, tested: testGateway(app, gateway) }));
				await Promise.allSettled(running.map(({ tested }) => tested));
				for (const { gateway, tested } of running) {
					const result = await tested;
					results.push({ ...result, at: iso(result.at) });
					if (run.out.json) continue;
					const c = run.out.colours;
					await run.out.say(`${result.ok ? c.green("ok") : c.red("failed")}  ${gateway.name}: ${result.what}`);
					if (result.fix !== "") await run.out.say(`        ${result.fix}`);
					if (result.docs !== null && !result.ok) await run.out.say(`        ${result.docs}`);
				}
				if (run.out.json) await run.out.value(name === undefined ? results : (results[0] ?? null));
				return results.every((result) => result.ok) ? 0 : 3;
			}),
		);
}

function show(group: Command, host: Host): void {
	group
		.command("show")
		.description("one gateway: settings, who may use it, what recipients will see")
		.argument("<name>", "name of the gateway")
		.action((name: string, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { gatewayView } = await import("../../reputation/gateway-view.store.ts");
				const app = await run.app();
				const view = await gatewayView(app, await known(run, name));
				if (run.out.json) {
					await run.out.value({ ...view, tested: view.tested === null ? null : { ...view.tested, at: iso(view.tested.at) } });
					return 0;
				}
				const line = (title: string, value: string) => run.out.say(`${title.padEnd(16)}${value}`);
				await line("gateway", view.name);
				await line(
					"server",
					`${view.host}:${view.port}, ${view.security === "tls" ? "TLS from the first byte" : "STARTTLS"}, verified`,
				);
				await line("login", view.user === null ? "none" : `${view.user}, by ${view.login}`);
				await line("limits", [...view.rates, `${view.connections} connections`].join(", "));
				await line("signed by us", view.sign ? "yes" : "no");
				await line("return path", view.verp ? "one for each message" : "the same for all");
				await line(
					"last test",
					view.tested === null ? "never: wellsent gateways test" : `${localTime(view.tested.at)}: ${view.tested.what}`,
				);
				for (const { subject, because } of view.allowed) await line("may choose it", `${subject} (${because})`);
				for (const { identity, reason } of view.held) await line("does not let", `${identity} send: ${reason}`);
				for (const subject of view.requiredFor) await line("required for", subject);
				for (const one of view.alignments) {
					await run.out.say("");
					await line("From", one.from);
					await line("Sender", one.sender ?? "none");
					await line("Return-Path", `${one.returnPath}${one.aligned.spf ? "" : "  (not aligned)"}`);
					await line("SPF is asked of", one.spfDomain);
					await line(
						"DKIM d=",
						one.dkimDomains.length === 0 ? "none" : `${one.dkimDomains.join(", ")}${one.aligned.dkim ? "" : "  (not aligned)"}`,
					);
					await line("DMARC", one.dmarc === "pass" ? "passes" : one.dmarc === "spf-only" ? "passes by SPF only" : "fails");
					await line("Outlook shows", one.shown);
					for (const { what, fix } of one.findings) await run.out.say(`  ! ${what}\n    ${fix}`);
				}
				return 0;
			}),
		);
}

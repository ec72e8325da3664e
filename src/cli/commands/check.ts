// `wellsent check`: the preflight. Everything receivers look at, asked now; exit status 3 when something failed.
import type { Command } from "commander";
import type { Config, IdentityConfig } from "../../config/types.ts";
import type { BulkProvider, BulkRow } from "../../reputation/bulk-rules.ts";
import type { PreflightFinding, PreflightReport } from "../../reputation/preflight-finding.ts";
import type { Output } from "../output.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import { several } from "../words.ts";

export function check(program: Command, host: Host): void {
	program
		.command("check")
		.summary("preflight: DNS, PTR, SPF, DKIM, DMARC, port 25, TLS, links, blacklists, config")
		.description(
			"looks at everything that receivers look at: PTR, SPF, DKIM, DMARC, port 25 and TLS outward, one-click links, blacklists, and the rules of Google, Yahoo, Microsoft and Naver for bulk senders. Sends no mail. Exit status 3 when something failed",
		)
		.option("--identity <address>", "only this identity, and the sources it sends from")
		.action((options: { identity?: string }, command: Command) =>
			host.run(command, async (run) => {
				const { checklists, runPreflight, scopeOf } = await import("../../reputation/preflight-run.ts");
				const { passes } = await import("../../reputation/preflight-finding.ts");
				const settings = await run.settings();
				const { config } = settings;
				const identity = options.identity === undefined ? null : await wanted(config, options.identity);
				const app = await run.app();
				const reports = await runPreflight({ db: app.db, config, clock: run.ports.clock }, scopeOf(config, identity));
				const own = configFindings(config, settings.warnings);
				const findings = [...own, ...reports.flatMap((report) => report.findings)];
				const checklist = checklists(config, reports);
				await run.out.answer(
					() => ({ passed: passes(findings), findings, checklist }),
					() => sayAll(run, config, { own, reports, checklist }),
				);
				return passes(findings) ? 0 : 3;
			}),
		);
}

async function wanted(config: Config, address: string): Promise<IdentityConfig> {
	const { findIdentity } = await import("../../routing/identity.ts");
	const { fail } = await import("../../errors.ts");
	const low = address.trim().toLowerCase();
	return (
		config.identities.find((one) => one.from === low) ??
		findIdentity(low, config.identities) ??
		fail("identity-unknown", { identity: address, domain: low.slice(low.indexOf("@") + 1) })
	);
}

function configFindings(
	config: Config,
	warnings: readonly { readonly where: string; readonly what: string; readonly fix?: string }[],
) {
	const findings: PreflightFinding[] = warnings.map(({ where, what, fix }) => ({
		id: "config",
		level: "warn",
		subject: where,
		what,
		fix: fix ?? "",
	}));
	const missing = (what: string, fix: string) =>
		findings.push({ id: "config-empty", level: "fail", subject: "wellsent.toml", what, fix });
	if (config.identities.length === 0)
		missing("there is no [[identity]]: nobody may send", "Make the settings with `wellsent init`, or add an [[identity]].");
	if (config.sources.length + config.gateways.length === 0)
		missing(
			"there is no [[source]] and no [[gateway]]: no mail can leave",
			"Make the settings with `wellsent init`, or add a [[source]].",
		);
	return findings;
}

interface Found {
	readonly own: readonly PreflightFinding[];
	readonly reports: readonly PreflightReport[];
	readonly checklist: readonly BulkRow[];
}

const WEIGHT = { fail: 0, unknown: 1, warn: 2, ok: 3 } as const;

async function sayAll(run: Run, config: Config, found: Found): Promise<void> {
	const { out } = run;
	const c = out.colours;
	if (found.own.length > 0) await out.say(`${c.bold("settings")}\n${lines(found.own, out, true)}\n`);
	for (const report of found.reports) {
		const source = config.sources.find((one) => report.kind === "source" && one.name === report.subject);
		const beside = source === undefined ? "" : c.dim(text` ${source.publicAddress} ${source.ehlo}`);
		await out.say(`${c.bold(text`${report.kind} ${report.subject}`)}${beside}\n${lines(report.findings, out, false)}`);
		const rows = found.checklist.filter((row) => report.kind === "identity" && row.identity === report.subject);
		if (rows.length > 0) await out.say(bulkLines(rows, out));
		await out.say("");
	}
	const all = [...found.own, ...found.reports.flatMap((report) => report.findings)];
	const n = (level: PreflightFinding["level"]) => all.filter((finding) => finding.level === level).length;
	const failed = n("fail");
	const rest = [several(n("warn"), "warning"), `${n("unknown")} unknown`, `${n("ok")} ok`].join(", ");
	await out.say(failed === 0 ? `${c.green("nothing failed")}: ${rest}` : `${c.red(`${failed} failed`)}, ${rest}`);
}

function lines(findings: readonly PreflightFinding[], out: Output, subjects: boolean): string {
	const c = out.colours;
	const paint = { fail: c.red, unknown: c.yellow, warn: c.yellow, ok: c.green } as const;
	return findings
		.toSorted((a, b) => WEIGHT[a.level] - WEIGHT[b.level])
		.flatMap(({ level, subject, what, fix }) => [
			`  ${paint[level](level.padEnd(7))} ${subjects ? text`${subject}: ` : ""}${text`${what}`}`,
			...(fix === "" || level === "ok" ? [] : [c.dim(text`          → ${fix}`)]),
		])
		.join("\n");
}

/** One line a provider; what failed or is not known by its topic, since the findings above say the rest. */
function bulkLines(rows: readonly BulkRow[], out: Output): string {
	const c = out.colours;
	const providers = [...new Set(rows.map((row) => row.provider))];
	const of = (provider: BulkProvider, state: BulkRow["state"]) =>
		rows.filter((row) => row.provider === provider && row.state === state);
	return [
		c.dim("  rules for bulk senders"),
		...providers.map((provider) => {
			const failed = of(provider, "failed");
			const unknown = of(provider, "unknown");
			const passed = of(provider, "passed").length;
			return [
				`  ${provider.padEnd(10)} ${passed} of ${passed + failed.length + unknown.length} passed`,
				...(failed.length === 0 ? [] : [`${c.red("failed")}: ${failed.map((row) => row.topic).join(", ")}`]),
				...(unknown.length === 0 ? [] : [`unknown: ${unknown.map((row) => row.topic).join(", ")}`]),
			].join("; ");
		}),
	].join("\n");
}

// What the daemon does about gateways beside sending: keeps the changes of the policy, tests every gateway at its start and when the settings were read again,
// and tells when one refuses our login while mail is sent, and when it takes mail again.
import { userInfo } from "node:os";
import type { GatewayConfig } from "../config/types.ts";
import type { Settlement } from "../deliver/settlement.ts";
import { textOf } from "../errors.ts";
import { appendAlerts, openAlerts } from "../log/alert.store.ts";
import type { ResponseRow } from "../log/response.ts";
import { notePolicy } from "../routing/policy.store.ts";
import { policyFacts } from "../routing/policy.ts";
import { type GatewayDeps, testGateway } from "./gateway-watch.store.ts";

interface Log {
	info(facts: Readonly<Record<string, unknown>>, words: string): void;
	warn(facts: Readonly<Record<string, unknown>>, words: string): void;
	error(facts: Readonly<Record<string, unknown>>, words: string): void;
}

export class GatewayNotices {
	/** `config` is asked each time: the settings may be read again. */
	readonly #deps: GatewayDeps;
	readonly #log: Log;
	/** Gateways with an open alert. */
	readonly #failing = new Set<string>();
	/** One piece of work after the other. */
	#work: Promise<void> = Promise.resolve();

	constructor(deps: GatewayDeps, log: Log) {
		this.#deps = deps;
		this.#log = log;
	}

	/** The settings count from now on. Resolves when the policy is compared. */
	policy(): Promise<void> {
		return this.#later(async () => {
			const { db, clock, config } = this.#deps;
			const by = config.file === null ? userInfo().username : `wellsent.toml, read by ${userInfo().username}`;
			for (const { subject, before, after } of await notePolicy(db, policyFacts(config), { by, now: clock.now() }))
				this.#log.info({ subject, before, after }, "the policy of routes changed");
			for (const { subject } of await openAlerts(db, "gateway-failing", "gateway-working")) this.#failing.add(subject);
		});
	}

	/** As `policy`, and tests every gateway, side by side: a silent one takes long to be known as such. */
	settings(): Promise<void> {
		void this.policy();
		return this.#later(async () => {
			await Promise.all(this.#deps.config.gateways.map((gateway) => this.#test(gateway)));
		});
	}

	async #test(gateway: GatewayConfig): Promise<void> {
		const { ok, result, what, fix } = await testGateway(this.#deps, gateway);
		if (ok) this.#failing.delete(gateway.name);
		else this.#failing.add(gateway.name);
		this.#log[ok ? "info" : "warn"]({ gateway: gateway.name, result, ...(ok ? {} : { fix }) }, what);
	}

	/** Takes in what was committed. */
	settled(settlements: readonly Settlement[]): void {
		for (const { rows } of settlements)
			for (const row of rows) {
				if (row.route === "direct") continue;
				// A sender that it does not take is no matter of the gateway: its identity is held there, and that is said (deliver/judge.ts).
				if (row.class === "login-refused" && !this.#failing.has(row.route)) {
					this.#failing.add(row.route);
					void this.#later(() => this.#refused(row));
				} else if (row.class === "accepted" && this.#failing.delete(row.route)) void this.#later(() => this.#accepted(row));
			}
	}

	async stop(): Promise<void> {
		await this.#work;
	}

	async #refused(row: ResponseRow): Promise<void> {
		const { route: subject, at, mxHost } = row;
		const { db } = this.#deps;
		if ((await openAlerts(db, "gateway-failing", "gateway-working")).some((alert) => alert.subject === subject)) return;
		const said = `${row.code > 0 ? `${row.code} ` : ""}${row.enhanced ?? ""} ${row.text}`
			.replace(/\s+/g, " ")
			.trim()
			.slice(0, 300);
		await appendAlerts(db, [
			{
				at,
				kind: "gateway-failing",
				subject,
				since: at,
				text: `Gateway ${subject} (${mxHost}) refuses us at ${row.stage}: ${said}`,
				facts: { class: row.class, rule: row.rule, stage: row.stage, mxHost },
				did: "Its lane is on hold: nothing is lost, and no further login is tried.",
				todo: `\`wellsent gateways test ${subject}\` says what is wrong; once it passes, the lane goes on by itself.`,
			},
		]);
	}

	async #accepted({ route: subject, at }: ResponseRow): Promise<void> {
		const open = (await openAlerts(this.#deps.db, "gateway-failing", "gateway-working")).find(
			(alert) => alert.subject === subject,
		);
		if (open === undefined) return;
		const text = `Gateway ${subject} takes mail again.`;
		await appendAlerts(this.#deps.db, [{ at, kind: "gateway-working", subject, since: open.since, text, facts: {} }]);
	}

	#later(work: () => Promise<void>): Promise<void> {
		this.#work = this.#work
			.then(work)
			.catch((error) => this.#log.error({ error: textOf(error) }, "a gateway could not be looked after"));
		return this.#work;
	}
}

// Tests of gateways with what follows from them: the result is kept for whoever asks in the next minutes, a change is an alert, and a gateway that works again
// gets its lane back.
import type { Clock } from "../clock.ts";
import type { Config, GatewayConfig } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import type { GatewayTokens } from "../deliver/gateway-token.store.ts";
import { gatewaySite } from "../deliver/hosts.ts";
import { releaseLanes } from "../deliver/lane-orders.store.ts";
import { appendAlerts, openAlerts } from "../log/alert.store.ts";
import { findIdentity } from "../routing/identity.ts";
import { envelopeOf, leavingThrough } from "../routing/leaving.ts";
import type { AddressAnswer } from "../routing/mx.ts";
import { readGrants } from "../routing/policy.store.ts";
import { heldVia } from "../routing/route.ts";
import { MOST_SENDERS, probeGateway } from "./gateway-probe.client.ts";
import type { ProbeSender } from "./gateway-probe.ts";
import type { GatewayVerdict } from "./gateway-result.ts";
import { judgeGateway } from "./gateway-verdict.ts";

export interface GatewayDeps {
	readonly db: Db;
	readonly clock: Clock;
	readonly config: Config;
	readonly resolver: { addresses(host: string): Promise<AddressAnswer> };
	readonly tokens: GatewayTokens;
}

/** A verdict and when it was reached, milliseconds. */
export interface KeptVerdict extends GatewayVerdict {
	readonly at: number;
}

/** A login a minute harms nobody; a check of ten campaigns in a row must not be ten logins. */
export const KEPT_MS = 5 * 60_000;

const keyOf = (name: string) => `gateway-test ${name}`;

/** Tests one gateway now: logs in, asks whether it takes its senders, sends nothing. */
export async function testGateway(deps: GatewayDeps, gateway: GatewayConfig): Promise<KeptVerdict> {
	const { db, config } = deps;
	const verdict = await ask(deps, gateway, await sendersOf(deps, gateway));
	const { at } = verdict;
	const value = JSON.stringify(verdict);
	const row = { value, updatedAt: new Date(at) };
	await db.setting.upsert({ where: { key: keyOf(gateway.name) }, create: { key: keyOf(gateway.name), ...row }, update: row });
	const recovered = await noteGateway(db, verdict, config);
	if (verdict.ok) await releaseSenders(db, gateway.name, at);
	if (verdict.ok) await releaseReplyHold(db, `${gateway.name}/${gatewaySite(gateway.name)}`, recovered, at);
	return verdict;
}

/** The result of the last minutes, with this sender: one that is not among those the gateway is always asked about is asked about now. */
export async function verdictFor(deps: GatewayDeps, gateway: GatewayConfig, from: string): Promise<KeptVerdict> {
	const recent = await recentVerdict(deps, gateway);
	const sender = senderOf(gateway, deps.config, from);
	if (!recent.ok || sender === null) return recent;
	const asked = (await sendersOf(deps, gateway)).slice(0, MOST_SENDERS);
	return asked.some(({ mailFrom }) => mailFrom === sender.mailFrom) ? recent : ask(deps, gateway, [sender]);
}

async function ask(deps: GatewayDeps, gateway: GatewayConfig, senders: readonly ProbeSender[]): Promise<KeptVerdict> {
	const { config, tokens } = deps;
	const probe = await probeGateway(gateway, senders, { config, addresses: (host) => deps.resolver.addresses(host), tokens });
	const at = deps.clock.now();
	return { ...judgeGateway(gateway, probe, at), at };
}

/** The last result, however old; null: never tested. */
export async function lastVerdict(db: Db, name: string): Promise<KeptVerdict | null> {
	const row = await db.setting.findUnique({ where: { key: keyOf(name) } });
	return row === null ? null : (JSON.parse(row.value) as KeptVerdict);
}

/** The result of the last minutes, or of a test made now. Trouble is asked about again sooner. */
export async function recentVerdict(deps: GatewayDeps, gateway: GatewayConfig): Promise<KeptVerdict> {
	const kept = await lastVerdict(deps.db, gateway.name);
	const fresh = kept !== null && deps.clock.now() - kept.at < (kept.ok ? KEPT_MS : KEPT_MS / 5) && deps.clock.now() >= kept.at;
	return fresh ? kept : testGateway(deps, gateway);
}

/** Those who may send through it, by their route, by allow and by grants: their return paths as they will be. */
async function sendersOf({ db, config }: GatewayDeps, gateway: GatewayConfig): Promise<ProbeSender[]> {
	const named = config.identities.filter(({ gateways }) => gateways.some((share) => share.gateway === gateway.name));
	const allowed = [...gateway.allow, ...(await readGrants(db, gateway.name)).map((grant) => grant.subject)];
	const froms = new Set([...named.map(({ from }) => from), ...allowed.filter((subject) => subject.includes("@"))]);
	return [...froms].flatMap((subject) => {
		const from = subject.startsWith("@") ? `postmaster${subject}` : subject;
		const sender = senderOf(gateway, config, from);
		// Of a whole domain nobody knows which addresses exist, and the From address would be one of them.
		return sender === null || (sender.mailFrom === from && subject.startsWith("@")) ? [] : [sender];
	});
}

/** The sender that mail of this address has there; null: no identity has it. */
function senderOf(gateway: GatewayConfig, config: Pick<Config, "identities">, from: string): ProbeSender | null {
	const identity = findIdentity(from, config.identities);
	if (identity === null) return null;
	const { address, domain } = envelopeOf(leavingThrough(gateway), identity, from);
	return { from, mailFrom: address ?? `b-0-test@${domain}` };
}

/** Ends what a reply held. What a person or a judge ordered stays: those are rows of their own. */
async function releaseReplyHold(db: Db, subject: string, recovered: boolean, at: number): Promise<void> {
	const kept = await db.laneState.findUnique({ where: { lane: subject } });
	const held = kept !== null && /"hold":\{/.test(kept.state);
	if (!held && !recovered) return;
	// An order of a person on this very lane would be ended with it.
	const ordered = await db.hold.count({ where: { kind: "lane", subject, releasedAt: null } });
	if (ordered === 0) await releaseLanes(db, subject, false, { by: "gateway test", reason: "the gateway lets us in again", at });
}

/** Identities that a reply held at this gateway: it was asked about its senders just now, and took them. */
async function releaseSenders(db: Db, gateway: string, at: number): Promise<void> {
	await db.hold.updateMany({
		where: { kind: "identity", subject: { endsWith: heldVia("", gateway) }, heldBy: null, releasedAt: null },
		data: { releasedAt: new Date(at), releasedBy: "gateway test" },
	});
}

/** Tells of a change, once. True: it works again after an alert. */
async function noteGateway(db: Db, verdict: KeptVerdict, config: Pick<Config, "identities">): Promise<boolean> {
	const { gateway: subject, at } = verdict;
	const open = (await openAlerts(db, "gateway-failing", "gateway-working")).find((alert) => alert.subject === subject);
	if (verdict.ok && open !== undefined) {
		const text = `Gateway ${subject} works again: ${verdict.what}.`;
		await appendAlerts(db, [
			{ at, kind: "gateway-working", subject, since: open.since, text, facts: { result: verdict.result } },
		]);
	}
	if (verdict.ok || open !== undefined || verdict.result === "rate-limited") return verdict.ok && open !== undefined;
	const users = config.identities
		.filter(({ gateways }) => gateways.some((share) => share.gateway === subject))
		.map(({ from }) => from);
	await appendAlerts(db, [
		{
			at,
			kind: "gateway-failing",
			subject,
			since: at,
			text: `Gateway ${subject}: ${verdict.what}.`,
			facts: { result: verdict.result, identities: users, docs: verdict.docs },
			did:
				users.length === 0
					? ""
					: `Mail of ${users.join(", ")} through it waits; nothing is lost, and nothing leaves another way.`,
			todo: `${verdict.fix} Then \`wellsent gateways test ${subject}\`.${verdict.docs === null ? "" : ` ${verdict.docs}`}`,
		},
	]);
	return false;
}

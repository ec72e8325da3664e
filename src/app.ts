// The only wiring: settings in, a program out. What depends on what is decided by the folders' imports; what is used with what is decided here.
import path from "node:path";
import type { ActionDeps } from "./campaign/actions.ts";
import { type Campaign, listCampaigns, moveCampaign } from "./campaign/campaign.store.ts";
import type { LaneSpeed } from "./campaign/eta.ts";
import { expandStep } from "./campaign/expand.store.ts";
import { identityFor, prepareCampaign } from "./campaign/prepare.ts";
import { type Clock, pause } from "./clock.ts";
import type { CompiledCampaign } from "./compose/compiled.ts";
import type { Config } from "./config/types.ts";
import { type Database, openDatabase } from "./db/database.store.ts";
import type { RunningCampaign } from "./deliver/dispatcher.ts";
import type { Composed, Exit } from "./deliver/engine.ts";
import { gatewaySite, lookUpSites } from "./deliver/hosts.ts";
import { type RunnerRole, takeSeat } from "./deliver/runner.store.ts";
import { type DeliveryService, type RecoveryReport, startDelivery } from "./deliver/service.ts";
import type { ClaimedDelivery, Settlement } from "./deliver/settlement.ts";
import { textOf, WellsentError } from "./errors.ts";
import type { MxHost } from "./routing/mx.ts";
import { createResolver, type Resolver } from "./routing/resolver.client.ts";
import { chooseRoute } from "./routing/route.ts";
import { hasAddress } from "./routing/source.client.ts";
import type { SiteData } from "./sites/site-data.ts";
import { siteFacts, siteOf } from "./sites/site-of.ts";
import { LaneSet } from "./throttle/lane-set.ts";
import { gatewayLimits, type LaneLimits, laneLimits } from "./throttle/limits.ts";

/** Says what happens to whoever operates this process. */
export interface Logger {
	info(facts: Readonly<Record<string, unknown>>, words: string): void;
	warn(facts: Readonly<Record<string, unknown>>, words: string): void;
	error(facts: Readonly<Record<string, unknown>>, words: string): void;
}

/** All that commands and pages work with; nothing of it sends. */
export interface App extends ActionDeps {
	readonly database: Database;
	readonly resolver: Resolver;
	/** Name of the site that serves a domain with those MX hosts. */
	readonly siteOf: (hosts: readonly MxHost[], domain: string) => string;
	readonly siteFacts: (name: string) => ReturnType<typeof siteFacts>;
	/** Limits in force for a source (or gateway) and a site. */
	readonly limitsFor: (source: string, site: string) => LaneLimits;
	/** The ways out of an identity. */
	readonly exitsOf: (from: string) => readonly Exit[];
	readonly log: Logger;
	close(): Promise<void>;
}

const DNS_TIMEOUT_MS = 5_000;
const EXPAND_RETRY_MS = 5_000;

/** Opens the database and prepares everything that does not send. Throws the db-* errors. */
export async function openApp(of: { config: Config; clock: Clock; log: Logger; extraSites?: readonly SiteData[] }): Promise<App> {
	const { config, clock, log } = of;
	const database = await openDatabase({ url: config.database.url, root: config.root, clock });
	const { db } = database;
	if (database.migrated.length > 0) log.info({ migrations: database.migrated }, "the database was brought up to date");
	const resolver = createResolver({ servers: config.dns.servers, timeoutMs: DNS_TIMEOUT_MS, clock });
	const siteName = (hosts: readonly MxHost[], domain: string) => siteOf(hosts, domain, of.extraSites).name;
	const gatewayOf = (name: string) => config.gateways.find((gateway) => gateway.name === name);
	const limitsFor = (source: string, site: string): LaneLimits => {
		const gateway = site === gatewaySite(source) ? gatewayOf(source) : undefined;
		if (gateway !== undefined) return gatewayLimits(gateway);
		const facts = siteFacts(site, of.extraSites);
		// [smtp] tls = "required" is a floor under what the site's data says.
		const limits = laneLimits({ site: facts, overrides: config.lanes, source });
		return config.smtp.tls === "required" ? { ...limits, tls: "required" } : limits;
	};
	const exitsOf = (from: string): readonly Exit[] => {
		const identity = identityFor(config, from);
		const route = chooseRoute({
			identity,
			site: "",
			sources: config.sources,
			gateways: config.gateways,
			holds: [],
			now: clock.now(),
		});
		switch (route.kind) {
			case "direct":
				return route.sources.map((source) => ({ kind: "direct", source }));
			case "gateway":
				return [{ kind: "gateway", gateway: route.gateway }];
			case "held":
				return [];
		}
	};
	const lanesOf = (from: string, site: string): readonly LaneSpeed[] =>
		exitsOf(from).map((exit) => (exit.kind === "direct" ? limitsFor(exit.source.name, site) : gatewayLimits(exit.gateway)));
	return {
		database,
		db,
		config,
		clock,
		log,
		resolver,
		data: path.dirname(database.file),
		siteOf: siteName,
		siteFacts: (name) => siteFacts(name, of.extraSites),
		limitsFor,
		exitsOf,
		lanesOf,
		lookUpSites: (domains) => lookUpSites(domains, resolver, siteName),
		hasAddress,
		close: () => database.close(),
	};
}

export interface RunningEngine {
	readonly recovered: RecoveryReport;
	readonly lanes: LaneSet;
	readonly delivery: DeliveryService;
	/** Something changed in the database: look now. */
	wake(): void;
	/** Called after each commit of settlements. */
	onSettled(listener: (settlements: readonly Settlement[]) => void): () => void;
	stop(): Promise<void>;
}

/** Starts sending: takes the seat, recovers what the last process left, works until stopped. Throws already-running. */
export async function startEngine(app: App, role: RunnerRole): Promise<RunningEngine> {
	const { db, clock, config, log } = app;
	const seat = await takeSeat(db, role, clock);
	const listeners = new Set<(settlements: readonly Settlement[]) => void>();
	const compiled = new Map<number, Promise<CompiledCampaign>>();
	const expanding = new Set<number>();
	let known: readonly Campaign[] = [];
	let lanes: LaneSet | null = null;
	let delivery: DeliveryService | null = null;
	let stopping = false;

	const expand = async (campaign: Campaign) => {
		if (campaign.expandedAt !== null || expanding.has(campaign.id)) return;
		expanding.add(campaign.id);
		try {
			while (!stopping && !(await expandStep(db, campaign.id, clock.now()))) delivery?.wake();
		} catch (error) {
			log.error({ campaign: campaign.id, error: textOf(error) }, "the lists could not be turned into deliveries; tried again");
			await pause(clock, EXPAND_RETRY_MS);
		} finally {
			expanding.delete(campaign.id);
			delivery?.wake();
		}
	};

	/** The campaigns in state running. Called at each look at the queue. */
	const running = async (): Promise<readonly RunningCampaign[]> => {
		const now = await listCampaigns(db, { states: ["running"], limit: 1_000 });
		for (const before of known) if (!now.some((one) => one.id === before.id)) forget(before.id);
		known = now;
		return now.flatMap((campaign) => {
			void expand(campaign);
			try {
				return [
					{
						id: campaign.id,
						priority: campaign.priority,
						exits: app.exitsOf(campaign.identity),
						expanded: campaign.expandedAt !== null,
					},
				];
			} catch (error) {
				void pauseFor(campaign.id, textOf(error));
				return [];
			}
		});
	};
	const forget = (campaign: number) => {
		compiled.delete(campaign);
		delivery?.dropCampaign(campaign);
	};
	const pauseFor = async (id: number, reason: string) => {
		log.error({ campaign: id, reason }, "the campaign is paused");
		await moveCampaign(db, id, "pause", { clock, reason }).catch(() => undefined);
	};
	const compiledOf = (id: number): Promise<CompiledCampaign> => {
		const kept = compiled.get(id);
		if (kept !== undefined) return kept;
		const campaign = known.find((one) => one.id === id);
		const made =
			campaign === undefined
				? Promise.reject(new Error(`campaign ${id} is not running`))
				: prepareCampaign(app, campaign, { strict: false });
		compiled.set(id, made);
		made.catch((error) => {
			compiled.delete(id);
			void pauseFor(id, textOf(error));
		});
		return made;
	};
	const compose = async (claimed: ClaimedDelivery): Promise<Composed> => {
		const campaign = await compiledOf(claimed.campaign);
		const reader = {
			contactId: claimed.contactId,
			deliveryId: claimed.id,
			email: claimed.email,
			name: claimed.name,
			attributes: claimed.attributes,
		};
		try {
			const message = await campaign.compose(reader, { now: clock.now() });
			const { htmlMax, messageMax, onHtmlMax } = config.limits;
			const html = Math.max(message.sizes.html, message.sizes.htmlEncoded);
			if (message.size >= messageMax)
				return {
					kind: "unfit",
					class: "too-big",
					rule: "limits.message_max",
					why: `the message has ${message.size} bytes, [limits] message_max allows ${messageMax}`,
				};
			if (html >= htmlMax && onHtmlMax === "block")
				return {
					kind: "unfit",
					class: "too-big",
					rule: "limits.html_max",
					why: `the HTML has ${html} bytes, [limits] html_max allows ${htmlMax}`,
				};
			return {
				kind: "ready",
				message: { mailFrom: message.mailFrom, chunks: message.raw, size: message.size, needsSmtpUtf8: message.needsSmtpUtf8 },
			};
		} catch (error) {
			if (error instanceof WellsentError && error.code === "reader-refused")
				return { kind: "unfit", class: "bad-format", rule: "reader-refused", why: error.what };
			// A key that stopped working concerns every reader: nothing may go out unsigned.
			await pauseFor(claimed.campaign, textOf(error));
			throw error;
		}
	};

	try {
		delivery = await startDelivery(
			{
				db,
				engine: { clock, random: Math.random, config, resolver: app.resolver, siteOf: app.siteOf },
				makeLanes: (onTake) => {
					lanes = new LaneSet({ clock, elapsed: () => performance.now(), limitsFor: app.limitsFor, onTake });
					return lanes;
				},
				folder: app.data,
				runner: seat.name,
			},
			{
				running,
				compose,
				ranDry: async (id) => {
					await moveCampaign(db, id, "finish", { clock }).catch(() => undefined);
				},
				onSettled: (settlements) => {
					for (const listener of listeners) listener(settlements);
				},
				trouble: (what, error) => log.error({ error: textOf(error) }, what),
			},
		);
	} catch (error) {
		await seat.leave();
		throw error;
	}
	const service = delivery;
	return {
		recovered: service.recovered,
		lanes: lanes ?? new LaneSet({ clock, limitsFor: app.limitsFor }),
		delivery: service,
		wake: () => service.wake(),
		onSettled(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		async stop() {
			stopping = true;
			await service.stop();
			await seat.leave();
		},
	};
}

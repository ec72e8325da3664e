// The only wiring: settings in, a program out. What depends on what is decided by the folders' imports; what is used with what is decided here.
import path from "node:path";
import type { ActionDeps } from "./campaign/actions.ts";
import { type Campaign, moveCampaign } from "./campaign/campaign.store.ts";
import { Compositor } from "./campaign/compositor.ts";
import type { LaneSpeed } from "./campaign/eta.ts";
import { expandStep } from "./campaign/expand.store.ts";
import { Outlook } from "./campaign/outlook.store.ts";
import { identityFor } from "./campaign/prepare.ts";
import { quietUntil } from "./campaign/quiet.ts";
import { RunningCampaigns } from "./campaign/running.ts";
import { type Clock, pause } from "./clock.ts";
import { needsRestart } from "./config/needs-restart.ts";
import type { Config } from "./config/types.ts";
import { type Database, openDatabase } from "./db/database.store.ts";
import type { Exit } from "./deliver/engine.ts";
import { chosenExits, exitsForecast, exitsOfRoute, sharing } from "./deliver/exits.ts";
import { gatewayTokens } from "./deliver/gateway-token.store.ts";
import { gatewaySite, lookUpSites } from "./deliver/hosts.ts";
import { readSetLimits } from "./deliver/lane-orders.store.ts";
import { LaneSettings } from "./deliver/lane-settings.ts";
import { type RunnerRole, takeSeat } from "./deliver/runner.store.ts";
import { type DeliveryService, type RecoveryReport, startDelivery } from "./deliver/service.ts";
import type { Settlement } from "./deliver/settlement.ts";
import { textOf } from "./errors.ts";
import type { Rule } from "./replies/rule.ts";
import { type RuleSet, ruleSet } from "./replies/rule-set.ts";
import { loadRules } from "./replies/rules.file.ts";
import { watchReplies } from "./reputation/reply-watch.ts";
import { findIdentity } from "./routing/identity.ts";
import { localHost, withLocals } from "./routing/local.ts";
import type { MxHost } from "./routing/mx.ts";
import type { PolicyGrant, RouteAsk } from "./routing/policy.ts";
import { createResolver, type Resolver } from "./routing/resolver.client.ts";
import { chooseRoute, type Route, type RouteHold } from "./routing/route.ts";
import { hasAddress } from "./routing/source.client.ts";
import type { SiteData } from "./sites/site-data.ts";
import { siteFacts, siteOf } from "./sites/site-of.ts";
import { LaneSet } from "./throttle/lane-set.ts";
import type { LaneLimits } from "./throttle/limits.ts";

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
	/** What lanes may do, as written and as set by people. */
	readonly settings: LaneSettings;
	/** How the lanes stand, for forecasts. */
	readonly outlook: Outlook;
	/** Other settings from now on. Answers the sections that count only after a restart. */
	reload(config: Config, rules?: RuleSet): readonly string[];
	/** Limits in force for a source (or gateway) and a site. */
	readonly limitsFor: (source: string, site: string) => LaneLimits;
	/** When the quiet hours of an identity are over; null: it has none now. */
	readonly quietUntil: (from: string) => number | null;
	/** The ways out of an identity; none while a hold among `holds` forbids them. */
	readonly exitsOf: (from: string, holds?: readonly RouteHold[]) => readonly Exit[];
	/** The way of a campaign, as policy and holds have it now. */
	readonly routeOf: (ask: RouteAsk, holds: readonly RouteHold[], grants: readonly PolicyGrant[]) => Route;
	/** How replies are understood: the built-in rules, with the user's own in front. */
	readonly rules: RuleSet;
	/** Reads them as these settings say, for `reload`. Throws the rules-* errors. */
	readRules(config: Config): Promise<RuleSet>;
	readonly log: Logger;
	close(): Promise<void>;
}

const DNS_TIMEOUT_MS = 5_000;
const EXPAND_RETRY_MS = 5_000;

/** Opens the database and prepares everything that does not send. Throws the db-* and rules-* errors. */
export async function openApp(of: {
	config: Config;
	clock: Clock;
	log: Logger;
	extraSites?: readonly SiteData[];
	/** Rules for replies beside the user's own and the built-in ones. */
	extraRules?: readonly Rule[];
}): Promise<App> {
	const { clock, log } = of;
	let { config } = of;
	const readRules = async ({ replies }: Config) => ruleSet([...(await loadRules(replies.rulesFile)), ...(of.extraRules ?? [])]);
	let rules = await readRules(config);
	const database = await openDatabase({ url: config.database.url, root: config.root, clock });
	const { db } = database;
	if (database.migrated.length > 0) log.info({ migrations: database.migrated }, "the database was brought up to date");
	const resolver = withLocals(
		createResolver({ servers: config.dns.servers, timeoutMs: DNS_TIMEOUT_MS, clock }),
		() => config.locals,
		clock,
	);
	const siteName = (hosts: readonly MxHost[], domain: string) =>
		localHost(config.locals, domain) ?? siteOf(hosts, domain, of.extraSites).name;
	const settings = new LaneSettings(config, of.extraSites);
	settings.setByPeople(await readSetLimits(db));
	const { limitsFor } = settings;
	const routeOf = (ask: RouteAsk, holds: readonly RouteHold[], grants: readonly PolicyGrant[]): Route => {
		const identity = identityFor(config, ask.from);
		const { sources, gateways } = config;
		return chooseRoute({ identity, ask, grants, site: "", sources, gateways, holds, now: clock.now() });
	};
	const exitsOf = (from: string, holds: readonly RouteHold[] = []): readonly Exit[] => {
		return exitsOfRoute(routeOf({ from, group: null, route: null }, holds, []));
	};
	const outlook = new Outlook(db, clock);
	await outlook.read();
	const lanesOf = (from: string, site: string, route?: string | null): readonly LaneSpeed[] =>
		sharing(chosenExits(config, from, site) ?? exitsForecast(config, identityFor(config, from), route ?? null)).map((exit) => {
			const [source, at] =
				exit.kind === "direct" ? [exit.source.name, site] : [exit.gateway.name, gatewaySite(exit.gateway.name)];
			return { ...limitsFor(source, at), outlook: outlook.of(source, at) };
		});
	return {
		database,
		db,
		get config() {
			return config;
		},
		settings,
		outlook,
		reload(next, nextRules) {
			const restart = needsRestart(config, next);
			rules = nextRules ?? rules;
			config = {
				...next,
				database: config.database,
				redis: config.redis,
				dns: config.dns,
				web: config.web,
				inbound: config.inbound,
			};
			settings.setConfig(config);
			return restart;
		},
		clock,
		log,
		resolver,
		tokens: gatewayTokens({ db, clock, folder: path.dirname(database.file) }),
		data: path.dirname(database.file),
		siteOf: siteName,
		siteFacts: (name) => siteFacts(name, of.extraSites),
		limitsFor,
		quietUntil: (from) => quietUntil(findIdentity(from, config.identities)?.quietHours ?? null, clock.now()),
		exitsOf,
		routeOf,
		get rules() {
			return rules;
		},
		readRules,
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
	/** Takes over other settings: limits, lanes, sources, identities, schedules and reply rules at once. Answers the sections that count only after a restart. */
	reload(config: Config, rules?: RuleSet): readonly string[];
	/** Called after each commit of settlements. */
	onSettled(listener: (settlements: readonly Settlement[]) => void): () => void;
	stop(): Promise<void>;
}

/** Starts sending: takes the seat, recovers what the last process left, works until stopped. Throws already-running. */
export async function startEngine(app: App, role: RunnerRole): Promise<RunningEngine> {
	const { db, clock, log } = app;
	const seat = await takeSeat(db, role, clock);
	const replies = watchReplies(app, () => delivery?.wake());
	const listeners = new Set<(settlements: readonly Settlement[]) => void>([replies.heard]);
	const expanding = new Set<number>();
	let lanes: LaneSet | null = null;
	let delivery: DeliveryService | null = null;
	let stopping = false;

	const expand = async (campaign: Campaign) => {
		if (campaign.expandedAt !== null || expanding.has(campaign.id)) return;
		expanding.add(campaign.id);
		try {
			const gapMs = campaign.kind === "marketing" ? app.config.schedule.gapMs : 0;
			while (!stopping && !(await expandStep(db, campaign.id, clock.now(), gapMs))) delivery?.wake();
		} catch (error) {
			log.error({ campaign: campaign.id, error: textOf(error) }, "the lists could not be turned into deliveries; tried again");
			await pause(clock, EXPAND_RETRY_MS);
		} finally {
			expanding.delete(campaign.id);
			delivery?.wake();
		}
	};

	const pauseFor = async (id: number, reason: string) => {
		const moved = await moveCampaign(db, id, "pause", { clock, reason }).catch(() => null);
		if (moved !== null) log.error({ campaign: id, reason }, "the campaign is paused");
		delivery?.dropCampaign(id);
		return moved !== null;
	};
	const running = new RunningCampaigns({
		db,
		clock,
		config: () => app.config,
		routeOf: app.routeOf,
		quietUntil: app.quietUntil,
		expand: (campaign) => void expand(campaign),
		drop: (id) => delivery?.dropCampaign(id),
		forget(id) {
			compositor.forget(id);
			delivery?.dropCampaign(id);
		},
		pause: pauseFor,
	});
	const compositor = new Compositor({ deps: app, running: (id) => running.find(id), pause: pauseFor });

	try {
		delivery = await startDelivery(
			{
				db,
				engine: {
					clock,
					random: Math.random,
					tokens: app.tokens,
					resolver: app.resolver,
					siteOf: app.siteOf,
					get rules() {
						return app.rules;
					},
				},
				config: () => app.config,
				makeLanes: (onTake, onLearned) => {
					const { limitsFor, sharedFor, warmUpFor, longestMs } = app.settings;
					const elapsed = () => performance.now();
					lanes = new LaneSet({ clock, elapsed, limitsFor, sharedFor, warmUpFor, longestMs, onTake, onLearned });
					return lanes;
				},
				onSet: (set) => app.settings.setByPeople(set),
				folder: app.data,
				runner: seat.name,
			},
			{
				running: () => running.look(),
				compose: (claimed, exit) => compositor.compose(claimed, exit),
				ranDry: async (id) => {
					await moveCampaign(db, id, "finish", { clock }).catch(() => undefined);
				},
				onSettled: (settlements) => {
					for (const listener of listeners) listener(settlements);
				},
				identityOf: (id) => running.identityOf(id),
				held(kind, subject) {
					for (const id of running.heldBy(kind, subject)) delivery?.dropCampaign(id);
					delivery?.wake();
				},
				trouble: (what, error) => log.error({ error: textOf(error) }, what),
			},
		);
	} catch (error) {
		await seat.leave();
		throw error;
	}
	const service = delivery;
	app.outlook.use(lanes);
	return {
		recovered: service.recovered,
		lanes: lanes ?? new LaneSet({ clock, limitsFor: app.limitsFor }),
		delivery: service,
		wake: () => service.wake(),
		reload(next, rules) {
			const restart = app.reload(next, rules);
			compositor.forget();
			service.lanesChanged();
			return restart;
		},
		onSettled(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		async stop() {
			stopping = true;
			await service.stop();
			await replies.stop();
			app.outlook.use(null);
			await seat.leave();
		},
	};
}

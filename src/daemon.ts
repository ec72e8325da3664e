// `wellsent serve` and `wellsent sandbox`: engine, web and simulated internet put together, started in order, stopped in the opposite one.
import path from "node:path";
import { Hono } from "hono";
import { createJobDesk, JOBS, type JobDeps, type RunningJobs, startJobs } from "../jobs/index.ts";
import { createApi } from "./api/api.ts";
import { createGuard } from "./api/guard.ts";
import { createHealth } from "./api/health.ts";
import { type App, openApp, type RunningEngine, startEngine } from "./app.ts";
import { type DueWatch, dueWords, watchDue } from "./campaign/due-watch.ts";
import { daemonLogger } from "./cli/daemon-log.ts";
import { prepareDemo, showCampaigns } from "./cli/demo.ts";
import { type Fetch, listenHttp } from "./cli/listen.server.ts";
import { Live } from "./cli/live.ts";
import type { Logger, SandboxOptions, ServeOptions } from "./cli/ports.ts";
import { text } from "./cli/printable.ts";
import { dataFolder, leaveTrace, type SandboxTrace } from "./cli/sandbox-trace.file.ts";
import { showSandbox } from "./cli/show-sandbox.file.ts";
import { tellRecovery } from "./cli/stay.ts";
import { pause } from "./clock.ts";
import { loadConfig } from "./config/load.file.ts";
import type { Config } from "./config/types.ts";
import type { RunnerRole } from "./deliver/runner.store.ts";
import { explainError, textOf } from "./errors.ts";
import { type Inbound, startInbound } from "./inbound/start.ts";
import type { JobDesk } from "./log/job-run.store.ts";
import type { Rule } from "./replies/rule.ts";
import { GatewayNotices } from "./reputation/gateway-notice.store.ts";
import { demoConfig, dkimZone, EXAMPLE, worldRules, worldSites } from "./sandbox/demo.file.ts";
import { startSandbox } from "./sandbox/sandbox.ts";
import { shippedWorld } from "./sandbox/world.file.ts";
import type { SiteData } from "./sites/site-data.ts";
import { createPages } from "./web/pages.ts";
import { createUnsubscribe } from "./web/unsubscribe.ts";

/** How often the daemon says how its campaigns stand. Milliseconds. */
const SAY_EVERY_MS = 30_000;

/** The settings for commands beside a sandbox that another process runs. */
export function besideSandbox(
	base: Config,
	trace: SandboxTrace,
): { readonly config: Config; readonly extraSites: readonly SiteData[]; readonly extraRules: readonly Rule[] } {
	const shipped = shippedWorld();
	const world = trace.singleAddress
		? { ...shipped, sources: shipped.sources.slice(0, 1).map((source) => ({ ...source, address: "127.0.0.1" })) }
		: shipped;
	const settings = { ...base, web: { ...base.web, listen: trace.web } };
	return {
		config: demoConfig(settings, { ...trace, world }, dataFolder(base)),
		extraSites: worldSites(world),
		extraRules: worldRules(world),
	};
}

/** The daemon. Without a config file: the try-out in a sandbox. Runs until the signal; answers the exit status. */
export async function serve(of: ServeOptions): Promise<number> {
	const { config } = of;
	const closing: (() => Promise<void> | void)[] = [];
	try {
		if (config.file === null) await serveSandbox(of, config, closing);
		else await serveForReal(of, config, closing);
		return 0;
	} finally {
		for (const close of closing.reverse()) await close();
	}
}

type Closing = (() => Promise<void> | void)[];

async function serveForReal(of: ServeOptions, config: Config, closing: Closing): Promise<void> {
	const { out, clock, signal } = of;
	const log = await daemonLogger(out, config.log.level, () => clock.now());
	const app = await openApp({ config, clock, log });
	closing.push(() => app.close());
	const web = await listenHttp(config.web.listen, { orFree: false });
	closing.push(() => web.close());
	// Before anything is sent: a port that is taken is an error while nothing has happened yet.
	const inbound = await startInbound(app);
	if (inbound !== null) closing.push(() => inbound.close());
	const engine = await startEngine(app, "daemon");
	closing.push(() => engine.stop());
	const jobs = startJobs(
		JOBS,
		jobDeps(app, () => engine.wake()),
		log,
	);
	closing.push(() => jobs.stop());
	const due = startDueWatch(app, engine, log);
	closing.push(() => due.stop());
	const gateways = startGatewayNotices(app, engine, log);
	closing.push(() => gateways.stop());
	web.answer(pages(app, engine, jobs, { sandbox: false, inbound }));
	const reread = () => {
		const again = async () => {
			const file = config.file === null ? {} : { file: config.file };
			const next = await loadConfig({ cwd: out.io.cwd, env: out.io.env, ...file });
			// All or nothing: the rules of replies are read before anything counts.
			const needRestart = engine.reload(next, await app.readRules(next));
			jobs.reschedule();
			void gateways.settings();
			return needRestart;
		};
		again().then(
			(needRestart) => log.info({ needRestart }, "settings read again"),
			(error) => log.error({ error: explainError(error) }, "the settings could not be read again: the old ones stay in force"),
		);
	};
	process.on("SIGHUP", reread);
	closing.push(() => void process.off("SIGHUP", reread));
	const { recovered } = engine;
	log.info({ ...recovered, database: app.database.file }, "the engine is running");
	log.info({ url: web.url }, "the dashboard is open");
	if (inbound === null) log.info({}, "there is no [inbound] listen: bounces and complaints that come by mail are not counted");
	else log.info({ address: inbound.address }, "listening for bounces and complaints");
	if (out.json)
		await out.value({ ready: true, url: web.url, inbound: inbound?.address ?? null, sandbox: false, pid: process.pid });
	if (config.sources.length + config.gateways.length === 0)
		log.warn({}, "there is no [[source]] and no [[gateway]]: nothing can be sent");
	const { countDeliveries, listCampaigns } = await import("./campaign/campaign.store.ts");
	const alive = setInterval(() => undefined, 60_000);
	closing.push(() => clearInterval(alive));
	const told = new Map<number, string>();
	while (!signal.aborted) {
		for (const { id, name, state } of await listCampaigns(app.db, { states: ["running"] })) {
			const { delivered, failed, queued, sending, uncertain } = await countDeliveries(app.db, id);
			const facts = { campaign: id, name, delivered, failed, uncertain, left: queued + sending };
			if (told.get(id) !== JSON.stringify(facts)) log.info(facts, state);
			told.set(id, JSON.stringify(facts));
		}
		await pause(clock, SAY_EVERY_MS, signal);
	}
	log.info({}, "stopping: what is being sent is finished; what is queued goes on at the next start");
}

async function serveSandbox(of: ServeOptions, base: Config, closing: Closing): Promise<void> {
	const { out, clock, signal } = of;
	const folder = dataFolder(base);
	const sandbox = await startSandbox({ clock });
	closing.push(() => sandbox.close());
	const web = await listenHttp(base.web.listen, { orFree: true });
	closing.push(() => web.close());
	const config = demoConfig(
		{ ...base, web: { ...base.web, listen: { host: base.web.listen.host, port: web.port } } },
		sandbox,
		folder,
	);
	for (const identity of config.identities) sandbox.addRecords(dkimZone(identity.dkim));
	const live = new Live(out);
	const note = (facts: Readonly<Record<string, unknown>>, words: string) =>
		// An alert says it all in its words.
		live.note(text`${words}${Object.keys(facts).length === 0 || "incident" in facts ? "" : ` ${JSON.stringify(facts)}`}`);
	const log: Logger = { info: () => undefined, warn: note, error: note };
	const { world } = sandbox;
	const app = await openApp({ config, clock, log, extraSites: worldSites(world), extraRules: worldRules(world) });
	closing.push(() => app.close());
	// The seat first: beside another one on the same data nothing may be changed.
	const engine = await startEngine(app, "daemon");
	closing.push(() => engine.stop());
	const jobs = startJobs(
		JOBS,
		jobDeps(app, () => engine.wake()),
		log,
	);
	closing.push(() => jobs.stop());
	const due = startDueWatch(app, engine, log);
	closing.push(() => due.stop());
	web.answer(pages(app, engine, jobs, { sandbox: true, inbound: null }));
	const trace: SandboxTrace = {
		pid: process.pid,
		dns: sandbox.dns,
		smtpPort: sandbox.smtpPort,
		singleAddress: sandbox.singleAddress,
		web: { host: base.web.listen.host, port: web.port },
	};
	closing.push(leaveTrace(folder, trace));

	const c = out.noteColours;
	out.note(
		[
			c.bold("Wellsent, trying itself out: there is no wellsent.toml here."),
			`${sandbox.world.hosts.length} simulated mail servers on loopback; no mail leaves this machine.`,
			`dashboard  ${c.cyan(web.url)}${web.port === base.web.listen.port ? "" : `  (port ${base.web.listen.port} is taken)`}`,
			text`data       ${folder}`,
			"",
		].join("\n"),
	);
	if (out.json)
		await out.value({ ready: true, url: web.url, sandbox: true, pid: process.pid, dns: sandbox.dns, smtpPort: sandbox.smtpPort });
	tellRecovery(engine, (words) => out.note(words));
	const commands = { ...app, startSender: (role: RunnerRole) => startEngine(app, role), jobs: async () => jobs };
	await prepareDemo(commands, { list: EXAMPLE.list, csv: EXAMPLE.csv(), campaign: EXAMPLE.campaign() }, out);
	engine.wake();
	await showCampaigns(commands, {
		out,
		signal,
		live,
		totals: () => sandbox.arrivals.totals(),
		onIdle: () =>
			out.note(`Nothing is left to send; the dashboard stays open at ${web.url}. Ctrl-C ends it; for real mail: wellsent init`),
	});
	const left = (await app.db.campaign.count({ where: { state: "running" } })) > 0;
	live.note(left ? "Stopped in the middle: start it again, and it goes on with what is left." : "Stopped.");
}

/** The jobs for commands: nothing is scheduled, and the engine of another process finds by itself what they write. */
export function jobDesk(app: App): JobDesk {
	return createJobDesk(
		JOBS,
		jobDeps(app, () => undefined),
	);
}

/** The engine of a command that sends (`send`, `campaign start --stay`), where no daemon is there to tell of gateways. */
export async function startSender(app: App, role: RunnerRole): Promise<RunningEngine> {
	const engine = await startEngine(app, role);
	const notices = new GatewayNotices(app, app.log);
	engine.onSettled((settlements) => notices.settled(settlements));
	void notices.policy();
	const stop = () => engine.stop().finally(() => notices.stop());
	return { ...engine, stop };
}

/** Policy, tests and alerts of gateways, from the start of the engine on. */
function startGatewayNotices(app: App, engine: RunningEngine, log: Logger): GatewayNotices {
	const notices = new GatewayNotices(app, log);
	engine.onSettled((settlements) => notices.settled(settlements));
	void notices.settings();
	return notices;
}

function jobDeps(app: App, wake: () => void): JobDeps {
	return {
		app,
		db: app.db,
		clock: app.clock,
		wake,
		get config() {
			return app.config;
		},
	};
}

/** Starts campaigns at their time. */
function startDueWatch(app: App, engine: RunningEngine, log: Logger): DueWatch {
	return watchDue(app, {
		wake: () => engine.wake(),
		report: (report) => (report.troubles.length > 0 ? log.error({}, dueWords(report)) : log.info({}, dueWords(report))),
		trouble: (error) => log.error({ error: textOf(error) }, "campaigns that are due could not be looked for; tried again"),
	});
}

/** API and dashboard behind one lock. */
function pages(
	app: App,
	engine: RunningEngine,
	jobs: RunningJobs,
	{ sandbox, inbound }: { readonly sandbox: boolean; readonly inbound: Inbound | null },
): Fetch {
	const deps = {
		...app,
		// Asked each time, since both may be read again.
		get config() {
			return app.config;
		},
		get rules() {
			return app.rules;
		},
		jobs,
		guard: createGuard(app.config.web),
		wake: () => engine.wake(),
		lanes: () => [...engine.lanes].map((lane) => lane.state()),
		sendsItself: () => true,
		sandbox,
		...(inbound === null ? {} : { arrived: () => inbound.counts() }),
	};
	// The pages answer every address, so they come last.
	const root = new Hono()
		.route("/", createHealth(deps))
		.route("/", createUnsubscribe(deps))
		.route("/api/v1", createApi(deps))
		.route("/", createPages(deps));
	return (request) => root.fetch(request);
}

/** `wellsent sandbox`. */
export async function runSandbox(of: SandboxOptions): Promise<number> {
	const { cwd } = of.out.io;
	const sandbox = await startSandbox({
		dnsPort: of.dnsPort,
		smtpPort: of.smtpPort,
		...(of.recordFile === undefined ? {} : { recordFile: path.resolve(cwd, of.recordFile) }),
		...(of.messageFolder === undefined ? {} : { messageFolder: path.resolve(cwd, of.messageFolder) }),
	});
	try {
		return await showSandbox(of, sandbox);
	} finally {
		await sandbox.close();
	}
}

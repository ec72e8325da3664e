// A rehearsal: the simulated internet, a real database and the real program in one process, in a folder of their own. What a test then looks at is
// what arrived at the servers (`sandbox.arrivals`), what the database says of it (`counts`, `delivery`), and what was logged (`rows`).
//
//   await using r = await rehearse({ zones: "good.test MX 10 mx1.good.test", hosts: { "mx1.good.test": {} }, readers: ["kim@good.test"] });
//   await r.run("finished");
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFailed, onTestFinished } from "vitest";
import { type App, type Logger, openApp, type RunningEngine, startEngine } from "../../src/app.ts";
import { addCampaign, startCampaign } from "../../src/campaign/actions.ts";
import { type Campaign, type Counts, countDeliveries, getCampaign } from "../../src/campaign/campaign.store.ts";
import type { CampaignCheck } from "../../src/campaign/check.ts";
import type { CampaignState } from "../../src/campaign/states.ts";
import { systemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config/load.file.ts";
import type { Config } from "../../src/config/types.ts";
import type { Db } from "../../src/db/db.ts";
import { type LogFilter, type LoggedResponse, queryLog } from "../../src/log/query.store.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { defineWorld, type WorldInput } from "../../src/sandbox/world.ts";
import { type EngineProcess, spawnEngine } from "./rehearsal-process.ts";
import {
	type CampaignFiles,
	type Limits,
	PLENTY,
	rehearsalConfig,
	sitesWith,
	writeCampaign,
	writeKeys,
} from "./rehearsal-world.ts";

export interface Reader {
	readonly email: string;
	readonly name?: string;
	readonly attributes?: Readonly<Record<string, string>>;
}

export interface RehearsalOptions {
	/** Zone text (src/sandbox/zone.ts). */
	readonly zones: string;
	readonly hosts?: WorldInput["hosts"];
	/** One source at 127.0.0.1 when absent. */
	readonly sources?: WorldInput["sources"];
	readonly readers: readonly (string | Reader)[];
	/** What every lane may do; the rest is plenty. */
	readonly limits?: Partial<Limits>;
	/** Changes the settings at will. */
	readonly config?: (config: Config) => Config;
	/** Files of the campaign that differ from the tiny default one. */
	readonly campaign?: CampaignFiles;
	/** False: the campaign stays a draft. */
	readonly begin?: boolean;
	/** False: nothing sends until `restart` or `spawn`. */
	readonly engine?: boolean;
}

/** A campaign's state, a number of milliseconds, or a question that is asked until it is answered with true. */
export type Until = CampaignState | number | (() => boolean | Promise<boolean>);

/** Seconds on a quiet machine; a busy one is given time. */
const PATIENCE_MS = 25_000;

export class Rehearsal implements AsyncDisposable {
	readonly sandbox: Sandbox;
	/** Another one after `reopen`. */
	app: App;
	readonly folder: string;
	/** Id of the campaign that it began with. */
	readonly id: number;
	/** What the check before the start said; null for a draft. */
	readonly check: CampaignCheck | null;
	/** What the program told its operator. */
	readonly said: readonly string[];
	readonly #sites: ReturnType<typeof sitesWith>;
	readonly #processes: EngineProcess[] = [];
	#engine: RunningEngine | null;

	constructor(of: {
		sandbox: Sandbox;
		app: App;
		folder: string;
		id: number;
		check: CampaignCheck | null;
		said: readonly string[];
		sites: ReturnType<typeof sitesWith>;
		engine: RunningEngine | null;
	}) {
		this.sandbox = of.sandbox;
		this.app = of.app;
		this.folder = of.folder;
		this.id = of.id;
		this.check = of.check;
		this.said = of.said;
		this.#sites = of.sites;
		this.#engine = of.engine;
	}

	get db(): Db {
		return this.app.db;
	}

	/** The engine of this process. */
	get engine(): RunningEngine {
		if (this.#engine === null) throw new Error("no engine runs in this process");
		return this.#engine;
	}

	/** Waits. Throws, with the counts and the last rows of the log, when it does not come to pass. */
	async run(until: Until, id: number = this.id): Promise<void> {
		if (typeof until === "number") {
			await new Promise((resolve) => setTimeout(resolve, until));
			return;
		}
		const come = typeof until === "function" ? until : async () => (await this.campaign(id)).state === until;
		const end = Date.now() + PATIENCE_MS;
		while (!(await come())) {
			if (Date.now() > end) {
				const rows = (await this.rows({ limit: 12 })).map((row) => `${row.to} ${row.stage} ${row.code} ${row.class} ${row.text}`);
				const counts = JSON.stringify(await this.counts(id));
				throw new Error([`waited in vain for ${String(until)}: ${counts}`, ...rows, ...this.said].join("\n"));
			}
			await new Promise((resolve) => setTimeout(resolve, 15));
		}
	}

	counts(id: number = this.id): Promise<Counts> {
		return countDeliveries(this.db, id);
	}

	campaign(id: number = this.id): Promise<Campaign> {
		return getCampaign(this.db, id);
	}

	/** The log, oldest first. */
	rows(filter: Omit<LogFilter, "limit"> & { readonly limit?: number } = {}): Promise<LoggedResponse[]> {
		return queryLog(this.db, { limit: 10_000, ...filter });
	}

	/** The row in the queue of that reader, as soon as there is one. */
	async delivery(email: string, id: number = this.id) {
		if ((await this.campaign(id)).expandedAt === null)
			await this.run(async () => (await this.campaign(id)).expandedAt !== null, id);
		return this.db.delivery.findFirstOrThrow({ where: { email, campaignId: id } });
	}

	/** Why that address is suppressed; null: it is not. */
	async suppressed(email: string): Promise<string | null> {
		return (await this.db.suppression.findUnique({ where: { subject: email } }))?.reason ?? null;
	}

	/** Adds another campaign to more readers, and starts it unless `begin` is false. */
	async another(of: { readers: readonly (string | Reader)[]; campaign?: CampaignFiles; begin?: boolean }): Promise<number> {
		const { id } = await addAndStart(this.app, this.folder, of);
		this.#engine?.wake();
		return id;
	}

	/** Stops the engine in good order. */
	async stop(): Promise<void> {
		const engine = this.#engine;
		this.#engine = null;
		await engine?.stop();
	}

	/** Stops it and starts another on the same database. */
	async restart(): Promise<RunningEngine> {
		await this.stop();
		this.#engine = await startEngine(this.app, "send");
		return this.#engine;
	}

	/** Closes the program and opens it anew, as after a restart of its process: with an empty memory. The engine must be started again. */
	async reopen(change: (config: Config) => Config = (config) => config): Promise<void> {
		await this.stop();
		const { config, clock, log } = this.app;
		await this.app.close();
		this.app = await openApp({ config: change(config), clock, log, extraSites: this.#sites });
	}

	/** Starts an engine in a process of its own, which can be killed like a real one. None may run here. */
	async spawn(): Promise<EngineProcess> {
		const process = await spawnEngine({ config: this.app.config, sites: this.#sites, folder: this.folder });
		this.#processes.push(process);
		return process;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await Promise.all(this.#processes.map((process) => process.kill()));
		// The servers go first: an engine that waits for a silent one must not be waited for.
		await this.sandbox.close();
		await this.stop();
		await this.app.close();
	}
}

/** Starts everything. Call it inside a test, with `await using`. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
	const folder = await mkdtemp(path.join(tmpdir(), "wellsent-rehearsal-"));
	let failed = false;
	onTestFailed(() => {
		failed = true;
		process.stderr.write(`kept for a look: ${folder}\n`);
	});
	onTestFinished(async () => {
		if (!failed) await rm(folder, { recursive: true, force: true });
	});

	const world = defineWorld({
		zones: options.zones,
		...(options.hosts === undefined ? {} : { hosts: options.hosts }),
		sources: options.sources ?? [{ name: "mta1", address: "127.0.0.1", ehlo: "mta1.sender.test" }],
	});
	const sandbox = await startSandbox({ world, keepMessages: true });
	const base = rehearsalConfig(await loadConfig({ cwd: folder, env: {} }), sandbox, await writeKeys(folder));
	const config = options.config?.(base) ?? base;
	const emails = options.readers.map((reader) => (typeof reader === "string" ? reader : reader.email));
	const sites = sitesWith({ ...PLENTY, ...options.limits }, [
		...world.hosts.map((host) => host.name),
		...emails.map((email) => email.slice(email.lastIndexOf("@") + 1)),
	]);
	const said: string[] = [];
	const app = await openApp({ config, clock: systemClock, log: listener(said), extraSites: sites });
	const { id, check } = await addAndStart(app, folder, options);
	const engine = options.engine === false ? null : await startEngine(app, "send");
	return new Rehearsal({ sandbox, app, folder, id, check, said, sites, engine });
}

function listener(said: string[]): Logger {
	const note = (level: string) => (facts: Readonly<Record<string, unknown>>, words: string) => {
		said.push(`${level}: ${words} ${JSON.stringify(facts)}`);
	};
	return { info: () => undefined, warn: note("warn"), error: note("error") };
}

let made = 0;

async function addAndStart(
	app: App,
	root: string,
	of: { readers: readonly (string | Reader)[]; campaign?: CampaignFiles; begin?: boolean },
): Promise<{ readonly id: number; readonly check: CampaignCheck | null }> {
	made += 1;
	const list = `list ${made}`;
	await addReaders(app.db, list, of.readers);
	const dir = path.join(root, `campaign-${made}`);
	await writeCampaign(dir, of.campaign);
	const { id } = await addCampaign(app, { dir, lists: [list] });
	if (of.begin === false) return { id, check: null };
	const { started, check } = await startCampaign(app, id);
	if (started === null)
		throw new Error(`the campaign may not start: ${JSON.stringify(check.findings.filter((f) => f.level === "fail"))}`);
	return { id, check };
}

/** Straight into the tables: an import would refuse the readers that some tests need. */
async function addReaders(db: Db, list: string, readers: readonly (string | Reader)[]): Promise<void> {
	const now = new Date();
	const { id: listId } = await db.list.create({ data: { name: list, createdAt: now } });
	const rows = readers.map((reader) => (typeof reader === "string" ? { email: reader } : reader));
	const known = new Set((await db.contact.findMany({ select: { email: true } })).map((contact) => contact.email));
	await db.contact.createMany({
		data: rows
			.filter((reader) => !known.has(reader.email))
			.map((reader: Reader) => ({
				email: reader.email,
				domain: reader.email.slice(reader.email.lastIndexOf("@") + 1),
				name: reader.name ?? null,
				attributes: JSON.stringify(reader.attributes ?? {}),
				createdAt: now,
				updatedAt: now,
			})),
	});
	const contacts = await db.contact.findMany({
		where: { email: { in: rows.map((reader) => reader.email) } },
		select: { id: true },
	});
	await db.listMember.createMany({ data: contacts.map(({ id }) => ({ listId, contactId: id, addedAt: now })) });
}

// The simulated internet, started: DNS, MX hosts, and the record of what arrived. Nothing in it leaves loopback.
import { type Clock, systemClock } from "../clock.ts";
import { fail } from "../errors.ts";
import { type ArrivalRow, Arrivals } from "./arrivals.ts";
import { type Certificate, secureContexts } from "./certificates.file.ts";
import { type DnsQuery, startDnsServer } from "./dns.server.ts";
import { Host } from "./host.ts";
import { Counters } from "./judge.ts";
import { type Manners, type MannersInput, manners } from "./manners.ts";
import { messageFolder, openRecordFile } from "./record.file.ts";
import { type Door, startSmtpServer } from "./smtp.server.ts";
import { entryFor, TRAPPED_MS } from "./spam-trap.ts";
import type { Surroundings } from "./surroundings.ts";
import { shippedWorld } from "./world.file.ts";
import type { World } from "./world.ts";
import { bare, parseZones, ZoneBook } from "./zone.ts";

export interface SandboxOptions {
	/** The shipped one when absent. */
	readonly world?: World;
	/** 0 or absent: a free port. */
	readonly dnsPort?: number;
	readonly smtpPort?: number;
	/** JSON lines of every connection and arrival are appended here. */
	readonly recordFile?: string;
	/** Keeps each message in memory, as `raw` of its arrival. */
	readonly keepMessages?: boolean;
	/** Writes each message to `<id>.eml` in this folder. */
	readonly messageFolder?: string;
	readonly clock?: Clock;
	readonly onArrival?: (row: ArrivalRow) => void;
	/** Everything on 127.0.0.1, hosts told apart by the recipient's domain: what happens by itself where only that can be bound. */
	readonly singleAddress?: boolean;
	/** Key and certificate (PEM) of all hosts instead of the shipped self-signed pair. */
	readonly certificate?: Certificate;
}

export interface Sandbox extends AsyncDisposable {
	/** "127.0.0.1:port", as in [dns] servers. */
	readonly dns: string;
	readonly smtpPort: number;
	/** The world as it is served: on a single address its one source is 127.0.0.1. */
	readonly world: World;
	readonly singleAddress: boolean;
	readonly arrivals: Arrivals;
	/** Questions the DNS server was asked, the newest 20,000. */
	queries(): readonly DnsQuery[];
	manners(host: string): Manners;
	/** Changes the given manners of a host (all others stay) from now on; `{ replace: true }` sets the others to their defaults. */
	setManners(host: string, change: MannersInput, options?: { readonly replace?: boolean }): void;
	/** Adds records and faults, written as zone text. */
	addRecords(zoneText: string): void;
	/** Removes a name's records and faults, or those of one type. */
	removeRecords(name: string, type?: string): void;
	close(): Promise<void>;
}

const ONLY_ADDRESS = "127.0.0.1";

/** Starts the simulated internet. Throws sandbox-port-taken, sandbox-record and, for a wrong host name later, sandbox-world-bad. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const world = options.world ?? shippedWorld();
	const clock = options.clock ?? systemClock;
	const arrivals = new Arrivals();
	const book = new ZoneBook(world.zones);
	const file = options.recordFile === undefined ? null : openRecordFile(options.recordFile);
	const keep = options.messageFolder === undefined ? null : messageFolder(options.messageFolder);
	const hosts = hostsOf(world);
	/** Entries that the spam trap made, and how their end is called off. */
	const trapped = new Map<string, () => void>();
	let lastId = 0;
	const common: Omit<Surroundings, "host" | "hostFor"> = {
		clock,
		keepMessages: options.keepMessages === true || keep !== null,
		tls: secureContexts(options.certificate),
		nextId: () => ++lastId,
		opened: (row) => arrivals.opened(row),
		turnedAway: (row, reply) => arrivals.turnedAway(row, reply),
		arrived(row) {
			file?.write(row);
			keep?.(row);
			if (options.keepMessages !== true) row.raw = null;
			arrivals.arrived(row);
			options.onArrival?.(row);
			const entry = entryFor(row);
			if (entry === null) return;
			book.remove(entry.name);
			book.add(parseZones(entry.zoneText));
			trapped.get(entry.name)?.();
			trapped.set(
				entry.name,
				clock.after(TRAPPED_MS, () => book.remove(entry.name)),
			);
		},
		closed: (row) => file?.write(row),
	};

	const apart = [...hosts.values()].flatMap((host): Door[] =>
		host.addresses.map((address) => ({ address, surroundings: { ...common, host, hostFor: null } })),
	);
	const front = new Host("mx.sandbox.test", [ONLY_ADDRESS], new Counters(), manners());
	const together: Door = {
		address: ONLY_ADDRESS,
		surroundings: { ...common, host: front, hostFor: (domain) => firstHost(book, hosts, domain) ?? front },
	};
	const wanted = options.smtpPort ?? 0;
	const separate = options.singleAddress === true ? null : await startSmtpServer(apart, wanted);
	const smtp =
		separate ?? (await startSmtpServer([together], wanted)) ?? fail("sandbox-port-taken", { port: wanted, detail: ONLY_ADDRESS });
	const singleAddress = separate === null;

	const dns = await startDnsServer({
		book,
		clock,
		port: options.dnsPort ?? 0,
		rewrite: (record) =>
			singleAddress && record.type === "A" && hosts.has(record.name) ? { ...record, data: ONLY_ADDRESS } : record,
	}).catch(async (thrown: unknown) => {
		await smtp.close();
		file?.close();
		throw thrown;
	});

	const hostNamed = (name: string): Host =>
		hosts.get(bare(name)) ??
		fail("sandbox-world-bad", { detail: `there is no host ${name} (known: ${[...hosts.keys()].join(", ")})` });
	const close = async () => {
		await Promise.all([smtp.close(), dns.close()]);
		file?.close();
	};
	return {
		dns: `${ONLY_ADDRESS}:${dns.port}`,
		smtpPort: smtp.port,
		world: singleAddress
			? { ...world, sources: world.sources.slice(0, 1).map((source) => ({ ...source, address: ONLY_ADDRESS })) }
			: world,
		singleAddress,
		arrivals,
		queries: () => dns.queries(),
		manners: (name) => hostNamed(name).manners,
		setManners: (name, change, { replace = false } = {}) => hostNamed(name).setManners(change, replace),
		addRecords: (text) => book.add(parseZones(text)),
		removeRecords: (name, type) => book.remove(name, type),
		close,
		[Symbol.asyncDispose]: close,
	};
}

/** Hosts of one site share their counters, as the machines of one provider do. */
function hostsOf(world: World): Map<string, Host> {
	const shared = new Map<string, Counters>();
	return new Map(
		world.hosts.map((host) => {
			const key = host.site === null ? `host ${host.name}` : `site ${host.site}`;
			const counters = shared.get(key) ?? new Counters();
			shared.set(key, counters);
			return [host.name, new Host(host.name, host.addresses, counters, host.manners)];
		}),
	);
}

/** The best MX host of a domain that is ours. */
function firstHost(book: ZoneBook, hosts: ReadonlyMap<string, Host>, domain: string): Host | undefined {
	const answer = book.ask(domain, "MX");
	const names =
		answer.kind === "records"
			? answer.records.filter((record) => record.type === "MX").map((record) => record.data.split(" "))
			: [];
	names.sort((a, b) => Number(a[0]) - Number(b[0]));
	for (const [, name = ""] of names) {
		const host = hosts.get(name);
		if (host !== undefined) return host;
	}
	return hosts.get(domain);
}

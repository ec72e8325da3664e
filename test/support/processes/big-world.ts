// 20,000 readers of 200 domains on 60 hosts with all kinds of manners, and what has to become of each reader: computed from the address alone.
import type { LaneOverride } from "../../../src/config/types.ts";
import type { MannersInput } from "../../../src/sandbox/manners.ts";
import type { WorldInput } from "../../../src/sandbox/world.ts";
import { WIDE } from "./office.ts";

/** How a site behaves, and the limits that are set for it. `hosts`: the manners of its first and of its second host. */
interface Manner {
	readonly hosts: readonly [MannersInput, MannersInput];
	readonly lane?: Partial<LaneOverride>;
	/** Nobody here is deferred by name, needs a sibling host or breaks a connection: connections are scarce or dear, or tries are. */
	readonly calm?: true;
	/** What happens to all readers, whatever their names. */
	readonly all?: Fate;
	readonly zone?: (name: string) => string;
}

export interface Fate {
	readonly state: "delivered" | "failed" | "uncertain";
	readonly class: string;
	/** Times the message came into the mailbox. */
	readonly arrives: 0 | 1;
	/** Deferred until the sender loses patience. */
	readonly lasts?: true;
	readonly suppressed?: true;
	/** The connection may also break just after the final dot left: then it is `uncertain`, and rightly so. */
	readonly orUncertain?: true;
}

const both = (manners: MannersInput): readonly [MannersInput, MannersInput] => [manners, manners];
const DELIVERED: Fate = { state: "delivered", class: "accepted", arrives: 1 };

const RATE = { limit: 15, windowMs: 1_000, text: "15/s" };
const CONNECTIONS_PER_HOUR = 40;

const MANNERS: readonly Manner[] = [
	{ hosts: both({ starttls: "good" }) },
	{ hosts: both({}) },
	{ hosts: both({ starttls: "expired" }) },
	{ hosts: both({ starttls: "refused" }) },
	{ hosts: both({ starttls: "broken" }) },
	{ hosts: both({ greylistMs: 250 }), calm: true },
	{ hosts: both({ messagesPerConnection: 15, afterMessages: "421", starttls: "good" }) },
	{ hosts: both({ messagesPerConnection: 15, afterMessages: "close" }) },
	{ hosts: both({}), lane: { messagesPerConnection: 7 }, calm: true },
	{
		hosts: both({ rates: [{ limit: RATE.limit, windowMs: RATE.windowMs, reply: "421 4.7.0 too fast" }] }),
		lane: { rates: [RATE] },
		calm: true,
	},
	{ hosts: both({ maxConnections: 3 }), lane: { connections: 3 }, calm: true },
	{ hosts: both({ connectionsPerMinute: 45 }), lane: { connections: 4, connectionsPerHour: CONNECTIONS_PER_HOUR }, calm: true },
	{ hosts: [{ replyAt: { greeting: "554 5.7.1 no service for you" } }, {}], calm: true },
	{
		hosts: [
			{
				refuse: [{ source: "*", at: "rcpt", reply: "550 5.7.1 Service unavailable; Client host [{ip}] blocked using Spamhaus" }],
			},
			{},
		],
		calm: true,
	},
	{ hosts: [{ silentAt: "greeting" }, {}], calm: true },
	{ hosts: [{ dropAt: "greeting", dropHow: "reset" }, {}], calm: true },
	{ hosts: [{ replyAt: { mail: "421 4.3.2 system not accepting network messages" } }, {}], calm: true },
	{ hosts: both({ style: "multi-line" }) },
	{ hosts: both({ style: "split" }) },
	{ hosts: both({ style: "lf-only" }) },
	{ hosts: both({ style: "eight-bit" }) },
	{ hosts: both({ quit: "error" }) },
	{ hosts: both({ quit: "silent" }), calm: true },
	{ hosts: both({ ehlo: false }) },
	{ hosts: both({ tarpitMs: 15 }) },
	{ hosts: both({ pipelining: false, eightBitMime: false, enhancedStatusCodes: false }) },
	{ hosts: both({ size: 1_000 }), all: { state: "failed", class: "too-big", arrives: 0 } },
	{ hosts: both({ size: 1_000_000, tlsRequired: true, starttls: "good" }) },
];

/** What a local part asks for, and what has to come of it. Ordinary names fill the rest. */
const NAMES: readonly (readonly [string, Fate])[] = [
	...Array.from(
		{ length: 3 },
		() => ["unknown", { state: "failed", class: "invalid-recipient", arrives: 0, suppressed: true }] as const,
	),
	["550-5.1.1-no-such-user", { state: "failed", class: "invalid-recipient", arrives: 0, suppressed: true }],
	["permfail", { state: "failed", class: "unknown-permanent", arrives: 0 }],
	["slow-100", DELIVERED],
	["slow-at-rcpt-50", DELIVERED],
	["greylist", DELIVERED],
	["greylist-2", DELIVERED],
	["at-body-554-not-today", { state: "failed", class: "unknown-permanent", arrives: 0 }],
	["full", { state: "failed", class: "mailbox-full", arrives: 0, lasts: true }],
	["tempfail", { state: "failed", class: "server-busy", arrives: 0, lasts: true }],
	["at-data-451-busy", { state: "failed", class: "server-busy", arrives: 0, lasts: true }],
	["drop-at-rcpt", { state: "failed", class: "connect-failed", arrives: 0, lasts: true }],
	["drop-at-data", { state: "failed", class: "connect-failed", arrives: 0, lasts: true }],
	["drop-at-body", { state: "failed", class: "connect-failed", arrives: 0, lasts: true, orUncertain: true }],
	["drop-after-body", { state: "uncertain", class: "lost-after-body", arrives: 1 }],
	["silent-at-body", { state: "uncertain", class: "lost-after-body", arrives: 0 }],
];
/** From here on the names cost tries or connections: they are deferred, a sibling host is asked, or the connection breaks. */
const ROUGH = NAMES.findIndex(([name]) => name === "greylist");

const NOWHERE: readonly { readonly zone: string; readonly fate: Fate }[] = [
	{ zone: "MX 0 .", fate: { state: "failed", class: "null-mx", arrives: 0 } },
	{ zone: "FAULT NXDOMAIN", fate: { state: "failed", class: "no-such-domain", arrives: 0 } },
	{ zone: "FAULT SERVFAIL", fate: { state: "failed", class: "dns-failed", arrives: 0, lasts: true } },
];

export interface BigReader {
	readonly email: string;
	readonly fate: Fate;
}

export const READERS = 20_000;
export const DOMAINS = 200;
/** A provider that refuses us for a blacklist at all of its hosts; the readers are not to blame. */
const BLOCKED = "blocked-host.test";

export interface BigWorld {
	readonly world: WorldInput;
	readonly lanes: readonly LaneOverride[];
	readonly readers: readonly BigReader[];
	/** Site of a host. */
	readonly siteOf: (host: string) => string;
}

export function bigWorld(): BigWorld {
	const zones: string[] = [];
	const hosts: Record<string, { manners: MannersInput; site: string }> = {};
	const lanes: LaneOverride[] = [];
	const site = (name: string, manner: Manner) => {
		// Handshakes are dear, and seven of the sites have them in every form: the others speak plain text.
		for (const [index, manners] of manner.hosts.entries())
			hosts[`mx${index + 1}.${name}`] = { manners: { starttls: "none", ...manners }, site: name };
		lanes.push({ ...WIDE, connections: 4, ...manner.lane, site: name });
	};
	const name = (index: number) => `s${index}-host.test`;
	for (const [index, manner] of MANNERS.entries()) site(name(index), manner);
	const words =
		"550 5.7.1 Service unavailable; Client host [{ip}] blocked using Spamhaus. https://www.spamhaus.org/query/ip/{ip}";
	site(BLOCKED, { hosts: both({ refuse: [{ source: "*", at: "greeting", reply: `5${words.slice(1)}` }] }) });

	const domains = Array.from({ length: DOMAINS }, (_, index): { name: string; manner: Manner } => {
		const domain = `d${index}.test`;
		const nowhere = NOWHERE[DOMAINS - 1 - index];
		if (nowhere !== undefined) {
			zones.push(`${domain} ${nowhere.zone}`);
			return { name: domain, manner: { hosts: both({}), all: nowhere.fate } };
		}
		const blocked = index === DOMAINS - 1 - NOWHERE.length;
		const manner = MANNERS[index % MANNERS.length] ?? { hosts: both({}) };
		const mx = blocked ? BLOCKED : name(index % MANNERS.length);
		zones.push(`${domain} MX 10 mx1.${mx}`, `${domain} MX ${index % 2 === 0 ? 10 : 20} mx2.${mx}`);
		return {
			name: domain,
			manner: blocked ? { hosts: both({}), all: { state: "failed", class: "dnsbl-listed", arrives: 0, lasts: true } } : manner,
		};
	});
	const readers = Array.from({ length: READERS }, (_, index): BigReader => {
		const domain = domains[index % DOMAINS] ?? { name: "", manner: { hosts: both({}) } };
		const turn = Math.floor(index / DOMAINS);
		const [asked, fate] = NAMES[turn % 100] ?? ["reader", DELIVERED];
		const rough = turn % 100 >= ROUGH && domain.manner.calm === true;
		// Every tenth domain has a reader whose server falls silent: each of them holds a connection until the sender's patience ends.
		const plain = rough || (asked === "silent-at-body" && (index % DOMAINS) % 10 !== 0);
		return {
			email: `${plain ? "reader" : asked}+${index}@${domain.name}`,
			fate: domain.manner.all ?? (plain ? DELIVERED : fate),
		};
	});
	return { world: { zones: zones.join("\n"), hosts }, lanes, readers, siteOf: (host) => host.slice(host.indexOf(".") + 1) };
}

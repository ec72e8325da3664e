// Asks DNS for blacklists: whichever server answers, at most so many questions at once to each, and never longer than a set time for one name. It gives no
// meaning to what is answered and keeps nothing: that is watch.ts' matter.
import { getServers } from "node:dns";
import { lookup } from "dnsbl";
import type { Clock } from "../clock.ts";
import { readAnswer } from "../routing/answers.ts";
import { parseServer } from "../routing/ask.client.ts";
import { type DnsServer, exchange } from "../routing/dns-exchange.client.ts";
import { isAskable, type QuestionType } from "../routing/dns-wire.ts";
import type { Told } from "./decode.ts";

export interface BlacklistDns {
	/** "192.0.2.53:53" …, for words. */
	readonly servers: readonly string[];
	/** The addresses of a name. Never throws. */
	address(name: string): Promise<Told>;
	/** The texts of a name; empty when there are none, or no answer: a listing without its text is a listing. */
	text(name: string): Promise<readonly string[]>;
	/**
	 * The look-up of the dnsbl package: a way of its own through c-ares, for a second opinion. True: it saw an answer, too. Of addresses only. Of its
	 * answers only "listed" is worth something, since errors are "not listed" for it; its batch() loses results when many lists are asked, and its
	 * own servers are public resolvers, which lists refuse: so one question, to our servers.
	 */
	confirms(address: string, zone: string): Promise<boolean>;
}

/** A question that is not answered so soon is given up. A list that takes longer is of no use to anybody's mail server. */
const TIMEOUT_MS = 1_500;
/** Tries with all servers together: a packet may get lost, and a second one hardly ever does. */
const TRIES = 2;
/** Questions under way at once to one server. */
const AT_ONCE = 100;
const LONGEST_CHAIN = 3;

interface Place extends DnsServer {
	readonly text: string;
	running: number;
	readonly line: (() => void)[];
	/** Times out in a row: a dead server goes to the end of the line. */
	silent: number;
}

/** `servers` as in [dns] servers; empty: the system's. */
export function createBlacklistDns(of: {
	readonly servers: readonly string[];
	readonly clock: Clock;
	readonly timeoutMs?: number;
}): BlacklistDns {
	const timeoutMs = of.timeoutMs ?? TIMEOUT_MS;
	const texts = of.servers.length > 0 ? of.servers : getServers();
	const places = texts.map((text): Place => ({ ...parseServer(text), text, running: 0, line: [], silent: 0 }));

	async function askPlace(place: Place, name: string, type: QuestionType) {
		if (place.running >= AT_ONCE) await new Promise<void>((resolve) => place.line.push(resolve));
		else place.running++;
		try {
			return await exchange({ server: place, name, type, timeoutMs, clock: of.clock });
		} finally {
			// The place is handed over by whoever leaves, so a newcomer cannot slip in between.
			const next = place.line.shift();
			if (next === undefined) place.running--;
			else next();
		}
	}

	async function ask(name: string, type: QuestionType) {
		let why = "no DNS server is configured";
		let at = name;
		for (let link = 0; link <= LONGEST_CHAIN; link++) {
			if (!isAskable(at)) return { kind: "failed", why: `"${at.slice(0, 80)}" is not a name that DNS can be asked for` } as const;
			const order = places.toSorted((a, b) => a.silent - b.silent);
			let next: string | null = null;
			for (let i = 0; i < Math.max(TRIES, order.length) && i < TRIES * 2; i++) {
				const place = order[i % order.length];
				if (place === undefined) break;
				const result = await askPlace(place, at, type);
				if (result.kind === "silent") {
					place.silent++;
					why = `${result.detail} from ${place.text}`;
					continue;
				}
				place.silent = 0;
				const { message } = result;
				if (message.rcode === "NOERROR" || message.rcode === "NXDOMAIN") {
					const step = readAnswer(message, at, type);
					if (step.kind !== "ask") return step.kind === "failed" ? ({ kind: "failed", why: step.detail } as const) : step;
					next = step.name;
					break;
				}
				// SERVFAIL and REFUSED say something about this server: another one may know better, the same one will not.
				why = `${message.rcode} from ${place.text}`;
				if (i + 1 >= order.length) break;
			}
			if (next === null) return { kind: "failed", why } as const;
			at = next;
		}
		return { kind: "failed", why: `the CNAMEs of ${name} lead on without end` } as const;
	}

	return {
		servers: texts,
		async address(name) {
			const found = await ask(name, "A");
			switch (found.kind) {
				case "records":
					return {
						kind: "addresses",
						addresses: found.records.flatMap((record) => (record.type === "A" ? [record.address] : [])),
						ttl: found.ttl,
					};
				case "no-data":
				case "no-such-domain":
					return { kind: "none", ttl: found.ttl };
				case "failed":
					return found;
			}
		},
		async text(name) {
			const found = await ask(name, "TXT");
			return found.kind === "records" ? found.records.flatMap((record) => (record.type === "TXT" ? [record.text] : [])) : [];
		},
		async confirms(address, zone) {
			const usable = places.toSorted((a, b) => a.silent - b.silent).map((place) => place.text);
			try {
				return await lookup(address, zone, { servers: usable, timeout: timeoutMs, includeTxt: false });
			} catch {
				return false;
			}
		},
	};
}

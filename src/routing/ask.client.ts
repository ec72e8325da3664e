// A question to whichever of the configured DNS servers answers: retries, at most so many at once, CNAMEs. It keeps no answers.
import { getServers } from "node:dns";
import { isIPv6 } from "node:net";
import type { Clock } from "../clock.ts";
import { type Found, LONGEST_CHAIN, readAnswer } from "./answers.ts";
import { type DnsServer, exchange } from "./dns-exchange.client.ts";
import { type DnsMessage, isAskable, type QuestionType } from "./dns-wire.ts";

/** Every server is asked so often before a look-up has failed: packets get lost. */
const ROUNDS = 2;

export type Ask = (name: string, type: QuestionType) => Promise<Found>;

/**
 * `servers`: "192.0.2.1", "192.0.2.1:5353", "[2001:db8::1]:53"; empty: the system's. `timeoutMs`: for one try with one server.
 * `concurrency`: questions under way at once, the others wait in line.
 */
export function createAsk(of: { servers: readonly string[]; timeoutMs: number; clock: Clock; concurrency: number }): Ask {
	const servers = (of.servers.length > 0 ? of.servers : getServers()).map(parseServer);
	// The server that answered last is asked first: a dead one costs its time-out once and not at each question.
	let preferred = 0;
	let running = 0;
	const line: (() => void)[] = [];

	async function askServers(name: string, type: QuestionType): Promise<DnsMessage | string> {
		let detail = "no DNS server is configured";
		const first = preferred;
		for (let i = 0; i < ROUNDS * servers.length; i++) {
			const index = (first + i) % servers.length;
			const server = servers[index];
			if (server === undefined) break;
			const result = await exchange({ server, name, type, timeoutMs: of.timeoutMs, clock: of.clock });
			if (result.kind === "answer" && (result.message.rcode === "NOERROR" || result.message.rcode === "NXDOMAIN")) {
				preferred = index;
				return result.message;
			}
			// SERVFAIL and REFUSED say something about this server, so the next one is asked.
			detail = `${result.kind === "answer" ? result.message.rcode : result.detail} from ${server.address}`;
		}
		return detail;
	}

	async function follow(name: string, type: QuestionType): Promise<Found> {
		let at = name;
		let ttl = Number.POSITIVE_INFINITY;
		for (let link = 0; link <= LONGEST_CHAIN; link++) {
			if (!isAskable(at)) return { kind: "failed", detail: `"${at.slice(0, 80)}" is not a name that DNS can be asked for` };
			const message = await askServers(at, type);
			if (typeof message === "string") return { kind: "failed", detail: message };
			const step = readAnswer(message, at, type);
			if (step.kind === "failed") return step;
			ttl = Math.min(ttl, step.ttl);
			if (step.kind !== "ask") return { ...step, ttl };
			at = step.name;
		}
		return { kind: "failed", detail: `the CNAMEs of ${name} lead on without end` };
	}

	return async (name, type) => {
		// The place is handed over by whoever leaves, so a newcomer cannot slip in between.
		if (running >= of.concurrency) await new Promise<void>((resolve) => line.push(resolve));
		else running++;
		try {
			return await follow(name, type);
		} finally {
			const next = line.shift();
			if (next === undefined) running--;
			else next();
		}
	};
}

/** Reads "address", "address:port" and "[v6]:port". */
export function parseServer(text: string): DnsServer {
	const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(text);
	if (bracketed !== null) return { address: bracketed[1] ?? "", port: Number(bracketed[2] ?? 53) };
	if (isIPv6(text)) return { address: text, port: 53 };
	const [address = "", port = "53"] = text.split(":");
	return { address, port: Number(port) };
}

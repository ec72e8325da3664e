// Evaluates SPF as a receiver does: check_host() of RFC 7208 over an injected resolver. It talks to nobody itself, and DNS trouble is an answer.
//
// Written here and not taken from a library because more than the verdict is wanted: which mechanism matched, how many of the ten look-ups a record
// costs, and what is wrong in words. mailauth judges it in the tests.
import ipaddr from "ipaddr.js";
import { expandDomain, type MacroFacts } from "./spf-macro.ts";
import { isSpf, parseSpf, type SpfMechanism, type SpfQualifier } from "./spf-record.ts";

export type SpfResult = "pass" | "fail" | "softfail" | "neutral" | "none" | "permerror" | "temperror";

export type SpfAnswer<T> =
	| { readonly kind: "found"; readonly values: readonly T[] }
	/** No such name, or nothing of that type. */
	| { readonly kind: "none" }
	| { readonly kind: "failed"; readonly detail: string };

export interface SpfResolver {
	/** Each record's strings joined. */
	txt(name: string): Promise<SpfAnswer<string>>;
	addresses(name: string, family: 4 | 6): Promise<SpfAnswer<string>>;
	/** Names of the hosts, best first. */
	mx(name: string): Promise<SpfAnswer<string>>;
	ptr(address: string): Promise<SpfAnswer<string>>;
}

export interface SpfVerdict {
	readonly result: SpfResult;
	/** The mechanism that decided, as written, those of included records with the way there; null: none did. */
	readonly mechanism: string | null;
	/** The domain's own record; null: it has none. */
	readonly record: string | null;
	/** Terms that ask DNS, of ten allowed (section 4.6.4). */
	readonly lookups: number;
	/** What is wrong, in words; "" when nothing is. */
	readonly problem: string;
}

/** Section 4.6.4: terms that cause look-ups; void look-ups; MX hosts or PTR names of one term. */
export const SPF_LOOKUPS = 10;
const SPF_VOIDS = 2;
const SPF_NAMES = 10;

const RESULTS: Readonly<Record<SpfQualifier, SpfResult>> = { "+": "pass", "-": "fail", "~": "softfail", "?": "neutral" };

/**
 * What receivers find for mail from `address` with that return path. `sender`: the return path, or postmaster@ the EHLO name; `ehlo`: the name told
 * in EHLO. Never throws.
 */
export async function evaluateSpf(of: {
	readonly address: string;
	readonly domain: string;
	readonly sender: string;
	readonly ehlo: string;
	readonly resolver: SpfResolver;
}): Promise<SpfVerdict> {
	const run = new Evaluation(of.address, of.sender, of.ehlo, of.resolver);
	const { result, mechanism, record, problem } = await run.checkHost(of.domain);
	return { result, mechanism, record, lookups: run.lookups, problem };
}

type Ending = Omit<SpfVerdict, "lookups">;
type Match = { readonly matches: boolean; readonly via?: string } | Ending;

/** Ends an evaluation from within; never leaves this file. */
class Stop {
	readonly result: "permerror" | "temperror";
	readonly problem: string;
	constructor(result: "permerror" | "temperror", problem: string) {
		this.result = result;
		this.problem = problem;
	}
}

class Evaluation {
	lookups = 0;
	#voids = 0;
	readonly #ip: ReturnType<typeof ipaddr.process>;
	readonly #family: 4 | 6;
	readonly #address: string;
	readonly #sender: string;
	readonly #ehlo: string;
	readonly #dns: SpfResolver;

	constructor(address: string, sender: string, ehlo: string, dns: SpfResolver) {
		// An IPv4 address inside IPv6 is IPv4 (section 5).
		this.#ip = ipaddr.process(address);
		this.#family = this.#ip.kind() === "ipv4" ? 4 : 6;
		this.#address = this.#ip.toString();
		this.#sender = sender;
		this.#ehlo = ehlo;
		this.#dns = dns;
	}

	async checkHost(domain: string): Promise<Ending> {
		const nothing = { mechanism: null, record: null };
		const labels = domain.split(".");
		if (labels.length < 2 || labels.some((label) => label === "" || label.length > 63) || domain.length > 253)
			return { ...nothing, result: "none", problem: `"${domain}" is no domain` };
		const answer = await this.#dns.txt(domain);
		if (answer.kind === "failed") return { ...nothing, result: "temperror", problem: `TXT of ${domain}: ${answer.detail}` };
		const records = answer.kind === "found" ? answer.values.filter(isSpf) : [];
		const [record] = records;
		if (record === undefined) return { ...nothing, result: "none", problem: `${domain} has no SPF record` };
		if (records.length > 1)
			return {
				mechanism: null,
				record,
				result: "permerror",
				problem: `${domain} has ${records.length} SPF records; only one is allowed`,
			};
		const parsed = parseSpf(record);
		if ("problem" in parsed) return { mechanism: null, record, result: "permerror", problem: `${domain}: ${parsed.problem}` };
		try {
			for (const mechanism of parsed.record.mechanisms) {
				const match = await this.#match(mechanism, domain);
				if ("result" in match) return { ...match, record };
				if (!match.matches) continue;
				const via = match.via === undefined ? "" : ` → ${match.via}`;
				return { result: RESULTS[mechanism.qualifier], mechanism: `${mechanism.text}${via}`, record, problem: "" };
			}
			const { redirect } = parsed.record;
			if (redirect === null) return { result: "neutral", mechanism: null, record, problem: "" };
			this.#count(`redirect=${redirect}`);
			const target = await this.#expand(redirect, domain);
			const there = await this.checkHost(target);
			if (there.result === "none")
				return { mechanism: null, record, result: "permerror", problem: `redirect=${target}: ${there.problem}` };
			return { ...there, mechanism: there.mechanism === null ? null : `redirect=${target} → ${there.mechanism}`, record };
		} catch (thrown) {
			if (!(thrown instanceof Stop)) throw thrown;
			return { result: thrown.result, mechanism: null, record, problem: thrown.problem };
		}
	}

	async #match(mechanism: SpfMechanism, domain: string): Promise<Match> {
		switch (mechanism.kind) {
			case "all":
				return { matches: true };
			case "ip4":
			case "ip6":
				return { matches: this.#within(mechanism.address, mechanism.bits) };
			case "include": {
				this.#count(mechanism.text);
				const target = await this.#expand(mechanism.domain, domain);
				const there = await this.checkHost(target);
				if (there.result === "permerror" || there.result === "none")
					return { result: "permerror", mechanism: null, record: null, problem: `include:${target}: ${there.problem}` };
				if (there.result === "temperror") return there;
				return { matches: there.result === "pass", ...(there.mechanism === null ? {} : { via: there.mechanism }) };
			}
			case "a": {
				this.#count(mechanism.text);
				const name = await this.#expand(mechanism.domain ?? domain, domain, mechanism.domain === null);
				const found = this.#values(await this.#dns.addresses(name, this.#family), `address of ${name}`, true);
				return { matches: found.some((address) => this.#withinEither(address, mechanism)) };
			}
			case "mx": {
				this.#count(mechanism.text);
				const name = await this.#expand(mechanism.domain ?? domain, domain, mechanism.domain === null);
				const hosts = this.#values(await this.#dns.mx(name), `MX of ${name}`, true);
				if (hosts.length > SPF_NAMES) throw new Stop("permerror", `${name} has more than ${SPF_NAMES} MX hosts`);
				for (const host of hosts) {
					const found = this.#values(await this.#dns.addresses(host, this.#family), `address of ${host}`, false);
					if (found.some((address) => this.#withinEither(address, mechanism))) return { matches: true };
				}
				return { matches: false };
			}
			case "ptr": {
				this.#count(mechanism.text);
				const target = await this.#expand(mechanism.domain ?? domain, domain, mechanism.domain === null);
				const names = await this.#validatedNames(true);
				return { matches: names.some((name) => name === target || name.endsWith(`.${target}`)) };
			}
			case "exists": {
				this.#count(mechanism.text);
				const name = await this.#expand(mechanism.domain, domain);
				// Always an A record, also for IPv6 (section 5.7).
				return { matches: this.#values(await this.#dns.addresses(name, 4), `address of ${name}`, true).length > 0 };
			}
		}
	}

	#count(term: string): void {
		this.lookups += 1;
		if (this.lookups > SPF_LOOKUPS)
			throw new Stop("permerror", `more than ${SPF_LOOKUPS} look-ups are needed (at ${term}): receivers stop there`);
	}

	#values(answer: SpfAnswer<string>, what: string, countsVoid: boolean): readonly string[] {
		if (answer.kind === "failed") throw new Stop("temperror", `${what}: ${answer.detail}`);
		if (answer.kind === "found" && answer.values.length > 0) return answer.values;
		if (countsVoid) this.#void(what);
		return [];
	}

	#void(what: string): void {
		this.#voids += 1;
		if (this.#voids > SPF_VOIDS) throw new Stop("permerror", `more than ${SPF_VOIDS} look-ups find nothing (the last: ${what})`);
	}

	async #expand(text: string, domain: string, plain = false): Promise<string> {
		if (plain || !text.includes("%")) return text.toLowerCase().replace(/\.$/, "");
		const needsName = /%\{p/i.test(text);
		const name = needsName ? await this.#nameFor(domain) : "unknown";
		const sender = this.#sender.includes("@") ? this.#sender : `postmaster@${this.#sender}`;
		const facts: MacroFacts = {
			sender: sender.startsWith("@") ? `postmaster${sender}` : sender,
			domain,
			address: this.#address,
			ehlo: this.#ehlo,
			name,
		};
		return expandDomain(text, facts);
	}

	/** %{p}: a validated name, the domain itself or one below it by preference (section 7.3). */
	async #nameFor(domain: string): Promise<string> {
		const names = await this.#validatedNames(false);
		return names.find((name) => name === domain) ?? names.find((name) => name.endsWith(`.${domain}`)) ?? names[0] ?? "unknown";
	}

	/** Names of the address that lead back to it (section 5.5): trouble means none, and only the first ten are asked. */
	async #validatedNames(countsVoid: boolean): Promise<readonly string[]> {
		const answer = await this.#dns.ptr(this.#address);
		if (answer.kind === "none" && countsVoid) this.#void(`PTR of ${this.#address}`);
		const names = answer.kind === "found" ? answer.values.slice(0, SPF_NAMES) : [];
		const back = await Promise.all(names.map((name) => this.#dns.addresses(name, this.#family)));
		return names.filter((_name, at) => {
			const found = back[at];
			return found?.kind === "found" && found.values.some((address) => this.#within(address, this.#family === 4 ? 32 : 128));
		});
	}

	#withinEither(address: string, of: { readonly bits4: number; readonly bits6: number }): boolean {
		return this.#within(address, this.#family === 4 ? of.bits4 : of.bits6);
	}

	#within(address: string, bits: number): boolean {
		if (!ipaddr.isValid(address)) return false;
		const range = ipaddr.parse(address);
		// An IPv4 range never holds an IPv6 address, nor the other way round.
		return range.kind() === this.#ip.kind() && this.#ip.match(range, bits);
	}
}

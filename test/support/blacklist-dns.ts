// A DNS server on loopback that plays blacklists: healthy ones with listings to plant, and all the ways in which one can be ill.
import { questionName } from "../../src/reputation/names.ts";
import { zoneNamed } from "../../src/reputation/zones/all.ts";
import { RFC_TESTS } from "../../src/reputation/zones/zone.ts";
import { startTinyDns, type TinyAnswer, type TinyDns } from "./tiny-dns.ts";

export type Manner =
	| "healthy"
	/** Answers every question with 127.255.255.254, as Spamhaus does to public resolvers. */
	| "refuses"
	/** The name server itself says REFUSED. */
	| "rcode-refused"
	| "servfail"
	| "silent"
	/** Lists whatever it is asked for. */
	| "lists-the-world"
	/** Nothing is there any more. */
	| "gone"
	/** Its domain was parked: a web server's address for every name. */
	| "parked"
	/** Answers only over TCP. */
	| "truncates"
	| { readonly slowMs: number };

export interface BlacklistDns extends TinyDns {
	/** From now on that zone behaves so. */
	behave(zone: string, manner: Manner): void;
	/** Puts a subject on a zone. */
	list(zone: string, subject: string, codes: readonly string[] | string, text?: string): void;
	unlist(zone: string, subject: string): void;
	/** Every name that does not exist has this address; null: as it should be. */
	rewrite(address: string | null): void;
	/** Everything is silent. */
	fallSilent(silent: boolean): void;
	/** Questions for one name, with its type: "10.113.0.203.zen.spamhaus.org A". */
	countOf(name: string, type?: string): number;
}

/** `zones`: those that exist; their test points are as each zone publishes them. */
export async function startBlacklistDns(zones: readonly string[]): Promise<BlacklistDns> {
	const manners = new Map<string, Manner>(zones.map((zone) => [zone, "healthy"]));
	const records = new Map<string, { readonly codes: readonly string[]; readonly text: string }>();
	let rewritten: string | null = null;
	let silent = false;

	const put = (zone: string, subject: string, codes: readonly string[], text: string) =>
		records.set(questionName(subject, zone), { codes, text });
	for (const name of zones) {
		const zone = zoneNamed(name);
		for (const kind of zone.takes) {
			const point = (zone.tests?.[kind] ?? RFC_TESTS[kind]).listed;
			const [first] = zone.answers.kind === "bits" ? ["127.0.0.254"] : Object.keys(zone.answers.codes);
			put(name, point, [first?.includes("-") === true ? first.replace(/-.*/, "") : (first ?? "127.0.0.2")], "a test entry");
		}
	}

	const dns = await startTinyDns(({ name, type }): TinyAnswer | null => {
		if (silent) return null;
		const zone = [...manners.keys()].find((one) => name.endsWith(`.${one}`));
		if (zone === undefined) return nothing();
		const manner = manners.get(zone) ?? "healthy";
		const found = records.get(name);
		const answer: TinyAnswer =
			found === undefined
				? nothing()
				: type === "A"
					? { answers: found.codes.map((data) => ({ type: "A", data })) }
					: { answers: type === "TXT" && found.text !== "" ? [{ type: "TXT", data: [found.text] }] : [] };
		const all = (data: string): TinyAnswer => ({ answers: type === "A" ? [{ type: "A", data }] : [] });
		if (typeof manner === "object") return { ...answer, delayMs: manner.slowMs };
		switch (manner) {
			case "healthy":
				return answer;
			case "truncates":
				return { ...answer, truncate: true };
			case "refuses":
				return all("127.255.255.254");
			case "rcode-refused":
				return { rcode: "REFUSED" };
			case "servfail":
				return { rcode: "SERVFAIL" };
			case "silent":
				return null;
			case "lists-the-world":
				return all("127.0.0.2");
			case "gone":
				return nothing();
			case "parked":
				return all("198.51.100.80");
		}
	});
	function nothing(): TinyAnswer {
		return rewritten === null ? { rcode: "NXDOMAIN" } : { answers: [{ type: "A", data: rewritten }] };
	}

	return {
		...dns,
		behave: (zone, manner) => void manners.set(zone, manner),
		list: (zone, subject, codes, text = "") => void put(zone, subject, typeof codes === "string" ? [codes] : codes, text),
		unlist: (zone, subject) => void records.delete(questionName(subject, zone)),
		rewrite(address) {
			rewritten = address;
		},
		fallSilent(now) {
			silent = now;
		},
		countOf: (name, type = "A") => dns.asked.filter((one) => one.name === name && one.type === type).length,
		[Symbol.asyncDispose]: () => dns[Symbol.asyncDispose](),
	};
}

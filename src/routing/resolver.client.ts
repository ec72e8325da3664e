// Where a domain's mail goes and which addresses a host has, asked of DNS and kept for as long as DNS says. The meaning of the records is
// in answers.ts, the talking to servers in ask.client.ts; the order of the hosts is order.ts.
import type { Clock } from "../clock.ts";
import { keepFailure, keepNegative, keepPositive, readMx } from "./answers.ts";
import { createAsk } from "./ask.client.ts";
import type { AddressAnswer, MxAnswer } from "./mx.ts";

export interface Resolver {
	/**
	 * The MX hosts of a domain (lower case, ASCII), RFC 5321 section 5.1: MX records, else the domain's own address (`implicit`). A domain
	 * with neither is answered as `no-such-domain`: it exists, but no mail can go there.
	 */
	mx(domain: string): Promise<MxAnswer>;
	/** IPv4 and IPv6 addresses of a host; `none` when it has none. */
	addresses(host: string): Promise<AddressAnswer>;
}

/** Answers kept of each kind, about 0.5 KB each; the oldest go first. */
const MAX_KEPT = 100_000;

interface Kept<Answer> {
	readonly answer: Answer;
	/** Failures in a row up to this answer. */
	readonly failures: number;
}

/** Answers never throw: trouble with DNS is an answer too. See createAsk for the settings; `kept`: answers kept at most. */
export function createResolver(of: {
	servers: readonly string[];
	timeoutMs: number;
	clock: Clock;
	concurrency?: number;
	kept?: number;
}): Resolver {
	const { clock } = of;
	const ask = createAsk({ ...of, concurrency: of.concurrency ?? 50 });
	const most = of.kept ?? MAX_KEPT;

	async function lookUpMx(domain: string, failures: number): Promise<MxAnswer> {
		const found = await ask(domain, "MX");
		const now = clock.now();
		const failed = (detail: string): MxAnswer => ({ kind: "failed", detail, until: now + keepFailure(failures) });
		switch (found.kind) {
			case "failed":
				return failed(found.detail);
			case "no-such-domain":
				return { kind: "no-such-domain", until: now + keepNegative(found.ttl) };
			case "no-data": {
				const own = await addresses(domain);
				if (own.kind === "failed") return failed(own.detail);
				if (own.kind === "none") return { kind: "no-such-domain", until: own.until };
				// Kept as long as "there is no MX" may be: the day the domain gets one, its address is wrong.
				return { kind: "hosts", hosts: [{ name: domain, preference: 0 }], implicit: true, until: now + keepNegative(found.ttl) };
			}
			case "records": {
				const meaning = readMx(found.records);
				if (meaning.kind === "unusable") return failed(meaning.detail);
				return meaning.kind === "hosts"
					? { ...meaning, implicit: false, until: now + keepPositive(found.ttl) }
					: { ...meaning, until: now + keepPositive(found.ttl) };
			}
		}
	}

	async function lookUpAddresses(host: string, failures: number): Promise<AddressAnswer> {
		const both = await Promise.all([ask(host, "A"), ask(host, "AAAA")]);
		const now = clock.now();
		const records = both.flatMap((found) => (found.kind === "records" ? found.records : []));
		const broken = both.find((found) => found.kind === "failed");
		const retry = now + keepFailure(failures);
		if (records.length > 0) {
			const [v4, v6] = (["A", "AAAA"] as const).map((type) => [
				...new Set(records.flatMap((record) => (record.type === type ? [record.address] : []))),
			]);
			const ttl = Math.min(...both.map((found) => (found.kind === "records" ? found.ttl : Number.POSITIVE_INFINITY)));
			// One family is known and the other in trouble: good enough to go on with, but asked again soon.
			const until = broken === undefined ? now + keepPositive(ttl) : retry;
			return { kind: "addresses", v4: v4 ?? [], v6: v6 ?? [], until };
		}
		if (broken?.kind === "failed") return { kind: "failed", detail: broken.detail, until: retry };
		const ttl = Math.min(...both.map((found) => (found.kind === "failed" ? 0 : found.ttl)));
		return { kind: "none", until: now + keepNegative(ttl) };
	}

	const addresses = kept(lookUpAddresses, clock, most);
	return { mx: kept(lookUpMx, clock, most), addresses };
}

/** A look-up with a memory: an answer serves until its time is over, and a question under way is not asked a second time. */
function kept<Answer extends { readonly kind: string; readonly until: number }>(
	lookUp: (name: string, failures: number) => Promise<Answer>,
	clock: Clock,
	most: number,
): (name: string) => Promise<Answer> {
	const answers = new Map<string, Kept<Answer>>();
	const underWay = new Map<string, Promise<Answer>>();
	return async (name) => {
		const known = answers.get(name);
		if (known !== undefined && known.answer.until > clock.now()) return known.answer;
		const running = underWay.get(name);
		if (running !== undefined) return running;
		const before = known?.failures ?? 0;
		const asked = lookUp(name, before).then((answer) => {
			answers.delete(name);
			answers.set(name, { answer, failures: answer.kind === "failed" ? before + 1 : 0 });
			for (const oldest of answers.keys()) {
				if (answers.size <= most) break;
				answers.delete(oldest);
			}
			return answer;
		});
		underWay.set(name, asked);
		try {
			return await asked;
		} finally {
			underWay.delete(name);
		}
	};
}

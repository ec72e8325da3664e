// What is remembered about MX hosts between connections: whether their TLS works, the SIZE they announced, and which of them refuse us just now.
import type { Clock } from "../clock.ts";

export interface HostFacts {
	readonly host: string;
	readonly address: string;
	/** SIZE it announced, bytes; null: none. */
	readonly sizeLimit: number | null;
	/** Until then its TLS is taken for broken. */
	readonly tlsBrokenUntil: number | null;
	readonly tlsBrokenWhy: string | null;
	/** It refused plain text. */
	readonly tlsRequired: boolean;
}

/** A host that refuses us, or cannot be reached: others of its site go first until then. */
export interface HostMark {
	readonly until: number;
	readonly reason: string;
	/** True when the refusal was about us and not about its health (D7). */
	readonly aboutUs: boolean;
}

/** A certificate is rarely mended within the hour, and trying it costs a connection: once a day. */
const TLS_BROKEN_MS = 24 * 3_600_000;

export class HostMemory {
	readonly #clock: Clock;
	readonly #save: (facts: HostFacts) => void;
	readonly #facts = new Map<string, HostFacts>();
	readonly #marks = new Map<string, HostMark>();

	/** `save` keeps a host's facts; called only when they change. */
	constructor(clock: Clock, known: readonly HostFacts[], save: (facts: HostFacts) => void) {
		this.#clock = clock;
		this.#save = save;
		for (const facts of known) this.#facts.set(key(facts.host, facts.address), facts);
	}

	facts(host: string, address: string): HostFacts {
		return (
			this.#facts.get(key(host, address)) ?? {
				host,
				address,
				sizeLimit: null,
				tlsBrokenUntil: null,
				tlsBrokenWhy: null,
				tlsRequired: false,
			}
		);
	}

	/** Should this host be spoken to in plain text because its TLS did not work lately? */
	tlsIsBroken(host: string, address: string): boolean {
		return (this.facts(host, address).tlsBrokenUntil ?? 0) > this.#clock.now();
	}

	tlsBroke(host: string, address: string, why: string): void {
		this.#change({
			...this.facts(host, address),
			tlsBrokenUntil: this.#clock.now() + TLS_BROKEN_MS,
			tlsBrokenWhy: why.slice(0, 200),
		});
	}

	wantsTls(host: string, address: string): void {
		this.#change({ ...this.facts(host, address), tlsRequired: true, tlsBrokenUntil: null, tlsBrokenWhy: null });
	}

	announced(host: string, address: string, size: number | null): void {
		const before = this.facts(host, address);
		if (before.sizeLimit !== size) this.#change({ ...before, sizeLimit: size });
	}

	/** The mark that counts for mail of that source, if any. */
	mark(source: string, host: string): HostMark | null {
		const mark = this.#marks.get(key(source, host));
		if (mark === undefined) return null;
		if (mark.until > this.#clock.now()) return mark;
		this.#marks.delete(key(source, host));
		return null;
	}

	setMark(source: string, host: string, mark: HostMark): void {
		this.#marks.set(key(source, host), mark);
	}

	/** It accepted: whatever was held against it is over. */
	clearMark(source: string, host: string): void {
		this.#marks.delete(key(source, host));
	}

	#change(facts: HostFacts): void {
		this.#facts.set(key(facts.host, facts.address), facts);
		this.#save(facts);
	}
}

function key(a: string, b: string): string {
	return `${a} ${b}`;
}

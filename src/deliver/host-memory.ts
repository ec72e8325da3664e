// What is remembered about MX hosts between connections: whether their TLS works, the SIZE they announced, and which of them refuse us just now.
import type { Clock } from "../clock.ts";

export interface HostFacts {
	readonly host: string;
	readonly address: string;
	/** SIZE it announced, or less when it refused less; bytes; null: none. */
	readonly sizeLimit: number | null;
	/** Until then its TLS is taken for broken. */
	readonly tlsBrokenUntil: number | null;
	readonly tlsBrokenWhy: string | null;
	/** It refused plain text. */
	readonly tlsRequired: boolean;
}

/** A message of so many bytes was refused for its size. */
export interface RefusedSize {
	readonly host: string;
	readonly address: string;
	readonly size: number;
	readonly at: number;
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

/** How long a host that refuses us is left alone, by how often it did so in a row: soon at first, to know whether it was an accident; then rarely. */
const PROBE_AFTER_MS = [2_000, 5_000, 15_000, 60_000, 5 * 60_000, 15 * 60_000] as const;
/** A probe that was never sent (its message could not be made, its lane was full) is given up after this, and another may go. */
const PROBE_LOST_MS = 2 * 60_000;
/** What was held against a host that was not asked for so long is forgotten. */
const REFUSAL_FORGOTTEN_MS = 24 * 3_600_000;
/** Siblings asked for refusals about us, by one source at one site within an hour: more would look like evasion (D7). */
const SIBLINGS_PER_HOUR = 30;
const HOUR = 3_600_000;
/** How long a size that was refused without having been announced is remembered: administrators change it, and asking again costs one message. */
export const SIZE_REFUSED_MS = 24 * HOUR;

interface Refusal {
	/** Refusals in a row, those of messages on their way together counted once. */
	readonly strikes: number;
	readonly at: number;
	readonly reason: string;
	/** Until then one message is on its way to see whether it still refuses. */
	readonly probing: number;
}

export class HostMemory {
	readonly #clock: Clock;
	readonly #save: (facts: HostFacts) => void;
	readonly #facts = new Map<string, HostFacts>();
	readonly #marks = new Map<string, HostMark>();
	readonly #refusals = new Map<string, Refusal>();
	readonly #siblings = new Map<string, number[]>();
	readonly #doubts = new Map<string, number>();
	readonly #refusedSizes = new Map<string, { readonly size: number; readonly until: number }>();

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

	/** It refused plain text; `wants` false: that is no longer so. */
	wantsTls(host: string, address: string, wants = true): void {
		const before = this.facts(host, address);
		if (wants || before.tlsRequired) this.#change({ ...before, tlsRequired: wants, tlsBrokenUntil: null, tlsBrokenWhy: null });
	}

	announced(host: string, address: string, size: number | null): void {
		const before = this.facts(host, address);
		const refused = this.#refusedSizes.get(key(host, address));
		const taught = refused !== undefined && refused.until > this.#clock.now() ? refused.size - 1 : null;
		const limit = taught === null ? size : Math.min(taught, size ?? taught);
		if (before.sizeLimit !== limit) this.#change({ ...before, sizeLimit: limit });
	}

	/** It refused a message of so many bytes for its size: none as large is tried there for a day, whatever its EHLO says. */
	tooBig(host: string, address: string, size: number): void {
		const limit = this.facts(host, address).sizeLimit;
		if (limit !== null && limit < size) return;
		this.#refusedSizes.set(key(host, address), { size, until: this.#clock.now() + SIZE_REFUSED_MS });
		this.announced(host, address, limit);
	}

	/** The same from the log of an earlier process; `at` in milliseconds. */
	recallTooBig({ host, address, size, at }: RefusedSize): void {
		this.#refusedSizes.set(key(host, address), { size, until: at + SIZE_REFUSED_MS });
	}

	/** The mark that counts for mail of that source, if any. Null also when a probe is due. */
	mark(source: string, host: string): HostMark | null {
		const mark = this.#marks.get(key(source, host));
		if (mark !== undefined && mark.until > this.#clock.now()) return mark;
		this.#marks.delete(key(source, host));
		const refusal = this.#refusal(source, host);
		return refusal !== null && refusal.probing > this.#clock.now()
			? { until: refusal.probing, reason: refusal.reason, aboutUs: true }
			: null;
	}

	setMark(source: string, host: string, mark: HostMark): void {
		this.#marks.set(key(source, host), mark);
	}

	/** It refused us: nothing goes there but a probe of one message now and then, until it takes one. Never longer between two than `longestMs`. */
	refused(source: string, host: string, of: { readonly reason: string; readonly longestMs: number }): void {
		const now = this.#clock.now();
		const known = this.#refusal(source, host);
		const probed = known === null || known.probing > now || this.mark(source, host) === null;
		const strikes = (known?.strikes ?? 0) + (probed ? 1 : 0);
		const wait = PROBE_AFTER_MS[Math.min(strikes, PROBE_AFTER_MS.length) - 1] ?? PROBE_AFTER_MS[0];
		this.#refusals.set(key(source, host), { strikes, at: now, reason: of.reason, probing: 0 });
		if (probed) this.setMark(source, host, { until: now + Math.min(wait, of.longestMs), reason: of.reason, aboutUs: true });
	}

	/** Has it refused us and not accepted since? */
	refusesUs(source: string, host: string): boolean {
		return this.#refusal(source, host) !== null || this.mark(source, host)?.aboutUs === true;
	}

	/** It refused us, and it is time to see whether it still does. */
	probeDue(source: string, host: string): boolean {
		return this.#refusal(source, host) !== null && this.mark(source, host) === null;
	}

	/** Sends one message there; others still pass it over meanwhile. False: no probe is due. */
	takeProbe(source: string, host: string): boolean {
		const refusal = this.#refusal(source, host);
		if (refusal === null || !this.probeDue(source, host)) return false;
		this.#refusals.set(key(source, host), { ...refusal, probing: this.#clock.now() + PROBE_LOST_MS });
		return true;
	}

	/** It accepted, or a person says that it will: whatever was held against it is over. */
	clearMark(source: string, host: string): void {
		this.#marks.delete(key(source, host));
		this.#refusals.delete(key(source, host));
	}

	/** It is known to refuse us from before this process began: the first message is a probe. */
	expectRefusal(source: string, host: string, reason: string): void {
		this.#refusals.set(key(source, host), { strikes: PROBE_AFTER_MS.length - 1, at: this.#clock.now(), reason, probing: 0 });
	}

	/** May another sibling be asked within the hour, for a refusal about us? */
	maySibling(source: string, site: string): boolean {
		return this.#siblingsOf(source, site).length < SIBLINGS_PER_HOUR;
	}

	tookSibling(source: string, site: string): void {
		this.#siblings.set(key(source, site), [...this.#siblingsOf(source, site), this.#clock.now()]);
	}

	/** It calls readers unknown whom its siblings take: it is not believed about readers until then (D6). */
	doubt(source: string, host: string, until: number): void {
		this.#doubts.set(key(source, host), until);
	}

	isDoubted(source: string, host: string): boolean {
		return (this.#doubts.get(key(source, host)) ?? 0) > this.#clock.now();
	}

	#siblingsOf(source: string, site: string): number[] {
		const since = this.#clock.now() - HOUR;
		return (this.#siblings.get(key(source, site)) ?? []).filter((at) => at > since);
	}

	#refusal(source: string, host: string): Refusal | null {
		const refusal = this.#refusals.get(key(source, host));
		if (refusal === undefined) return null;
		if (refusal.at + REFUSAL_FORGOTTEN_MS > this.#clock.now()) return refusal;
		this.#refusals.delete(key(source, host));
		return null;
	}

	#change(facts: HostFacts): void {
		this.#facts.set(key(facts.host, facts.address), facts);
		this.#save(facts);
	}
}

function key(a: string, b: string): string {
	return `${a} ${b}`;
}

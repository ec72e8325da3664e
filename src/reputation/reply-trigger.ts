// A reply that speaks of a blacklist asks the lists about that source at once, whichever process sends. Every source at most once a minute, however many
// readers were refused. It decides when; what a check is comes in.
import type { Clock } from "../clock.ts";
import type { ReplyClass } from "../replies/outcome.ts";

/** Replies that mean that somebody has our address on a list. */
const TELLING: ReadonlySet<ReplyClass> = new Set<ReplyClass>(["dnsbl-listed", "ip-blocked"]);
/** Refusals come in bursts: one check for all of them. */
const SOON_MS = 1_000;
const AGAIN_MS = 60_000;

export interface ReplyTriggerPorts {
	readonly clock: Clock;
	/** Checks these sources now. */
	readonly check: (sources: readonly string[]) => Promise<void>;
	readonly trouble: (error: unknown) => void;
}

export class ReplyTrigger {
	readonly #ports: ReplyTriggerPorts;
	readonly #checkedAt = new Map<string, number>();
	readonly #waiting = new Map<string, () => void>();
	#running: Promise<void> = Promise.resolve();

	constructor(ports: ReplyTriggerPorts) {
		this.#ports = ports;
	}

	/** Looks at what servers said just now. */
	heard(rows: readonly { readonly class: ReplyClass; readonly source: string }[]): void {
		const { clock } = this.#ports;
		for (const { class: name, source } of rows) {
			if (source === "" || !TELLING.has(name) || this.#waiting.has(source)) continue;
			const due = (this.#checkedAt.get(source) ?? Number.NEGATIVE_INFINITY) + AGAIN_MS;
			const wait = Math.max(SOON_MS, due - clock.now());
			this.#waiting.set(
				source,
				clock.after(wait, () => this.#go(source)),
			);
		}
	}

	/** Nothing is begun any more; what runs is waited for. */
	async stop(): Promise<void> {
		for (const cancel of this.#waiting.values()) cancel();
		this.#waiting.clear();
		await this.#running;
	}

	#go(source: string): void {
		this.#waiting.delete(source);
		this.#checkedAt.set(source, this.#ports.clock.now());
		this.#running = this.#running.then(() => this.#ports.check([source])).catch((error) => this.#ports.trouble(error));
	}
}

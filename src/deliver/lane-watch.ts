// Watches the orders that people and judges give to lanes, and passes them on: at once as far as a look every half second is.
import type { Clock } from "../clock.ts";
import type { LaneSet } from "../throttle/lane-set.ts";
import type { SetLimits } from "../throttle/limits.ts";
import type { LaneOrders } from "./lane-orders.store.ts";

export interface LaneWatchPorts {
	readonly clock: Clock;
	readonly read: (since: number) => Promise<LaneOrders>;
	/** Other limits were set: the lanes are to ask for theirs again. */
	readonly onSet: (set: readonly SetLimits[]) => void;
	/** Something changed for some lanes. */
	readonly onChange: () => void;
	readonly trouble: (what: string, error: unknown) => void;
}

const LOOK_MS = 500;

export class LaneWatch {
	readonly #lanes: LaneSet;
	readonly #ports: LaneWatchPorts;
	#since: number;
	/** Releases of the instant `#since` that were passed on already. */
	#passed = new Set<number>();
	#known = "";
	#knownSet = "";
	#looking: Promise<void> | null = null;
	readonly #timer: NodeJS.Timeout;

	/** `since`: releases before that instant were passed on by an earlier process. */
	constructor(lanes: LaneSet, since: number, ports: LaneWatchPorts) {
		this.#lanes = lanes;
		this.#ports = ports;
		this.#since = since;
		this.#timer = setInterval(() => void this.look(), LOOK_MS);
	}

	/** Looks now. Never throws. */
	look(): Promise<void> {
		this.#looking ??= this.#look()
			.catch((error) => this.#ports.trouble("the orders for lanes could not be read", error))
			.finally(() => {
				this.#looking = null;
			});
		return this.#looking;
	}

	async stop(): Promise<void> {
		clearInterval(this.#timer);
		await this.#looking;
	}

	async #look(): Promise<void> {
		const at = this.#ports.clock.now();
		const { holds, set, released } = await this.#ports.read(this.#since);
		const fresh = released.filter((release) => !this.#passed.has(release.id));
		const sets = JSON.stringify(set);
		const all = JSON.stringify(holds) + sets;
		for (const { subject, forget } of fresh) this.#lanes.release(subject, forget);
		// A release whose transaction began before this look and ended after it carries an earlier time: a little is read twice.
		this.#passed = new Set(released.map((release) => release.id));
		this.#since = Math.max(this.#since, at - 2 * LOOK_MS);
		if (all === this.#known && fresh.length === 0) return;
		this.#known = all;
		this.#lanes.setOrders(holds);
		if (sets !== this.#knownSet) this.#ports.onSet(set);
		this.#knownSet = sets;
		this.#ports.onChange();
	}
}

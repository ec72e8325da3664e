// The line of a lane: claimed deliveries that wait for a worker. The campaign of higher priority goes first; campaigns of equal priority take turns, one
// delivery each, so that a small one is not stuck behind a large one. Pure.
import type { ClaimedDelivery } from "./settlement.ts";

interface Queue {
	readonly campaign: number;
	priority: number;
	waiting: ClaimedDelivery[];
}

export class Line {
	/** In the order in which they take their turns: whoever was served goes to the end. */
	#queues: Queue[] = [];
	#length = 0;

	get length(): number {
		return this.#length;
	}

	add(deliveries: readonly ClaimedDelivery[], priority: number): void {
		for (const delivery of deliveries) {
			const known = this.#queues.find((queue) => queue.campaign === delivery.campaign);
			if (known === undefined) this.#queues.push({ campaign: delivery.campaign, priority, waiting: [delivery] });
			else {
				known.priority = priority;
				known.waiting.push(delivery);
			}
		}
		this.#length += deliveries.length;
	}

	/** Whose turn is it? Takes nothing. */
	peek(): ClaimedDelivery | null {
		return this.#next()?.waiting[0] ?? null;
	}

	shift(): ClaimedDelivery | null {
		const queue = this.#next();
		const delivery = queue?.waiting.shift();
		if (queue === null || delivery === undefined) return null;
		this.#length -= 1;
		this.#queues = this.#queues.filter((other) => other !== queue);
		if (queue.waiting.length > 0) this.#queues.push(queue);
		return delivery;
	}

	/** How many of that campaign wait. */
	of(campaign: number): number {
		return this.#queues.find((queue) => queue.campaign === campaign)?.waiting.length ?? 0;
	}

	/** How many wait that go before one of that priority, or take turns with it. */
	ahead(priority: number): number {
		return this.#queues.reduce((sum, queue) => (queue.priority >= priority ? sum + queue.waiting.length : sum), 0);
	}

	/** Takes all of a campaign out; of all campaigns without one. */
	remove(campaign?: number): ClaimedDelivery[] {
		const gone = this.#queues.filter((queue) => campaign === undefined || queue.campaign === campaign);
		this.#queues = this.#queues.filter((queue) => !gone.includes(queue));
		const removed = gone.flatMap((queue) => queue.waiting);
		this.#length -= removed.length;
		return removed;
	}

	#next(): Queue | null {
		let best: Queue | null = null;
		for (const queue of this.#queues) if (best === null || queue.priority > best.priority) best = queue;
		return best;
	}
}

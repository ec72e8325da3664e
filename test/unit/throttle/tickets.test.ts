import { describe, expect, it } from "vitest";
import { Tickets } from "../../../src/throttle/tickets.ts";

describe("tickets", () => {
	it("come back oldest first, each with the time it was handed out", () => {
		const tickets = new Tickets();
		tickets.add(10, 3);
		tickets.add(20, 3);
		expect(tickets.remove(4)).toEqual([
			{ at: 10, n: 3 },
			{ at: 20, n: 1 },
		]);
		expect(tickets.remove(9)).toEqual([{ at: 20, n: 2 }]);
		expect(tickets.remove(1)).toEqual([]);
	});

	it("are taken for used when nobody mentions them for ten minutes", () => {
		const tickets = new Tickets();
		tickets.add(0, 5);
		tickets.add(600_000, 1);
		expect(tickets.remove(9)).toEqual([{ at: 600_000, n: 1 }]);
	});

	it("merge at the earlier time when there are too many groups", () => {
		const tickets = new Tickets();
		for (let at = 0; at < 100; at++) tickets.add(at, 1);
		const groups = tickets.remove(100);
		expect(groups).toHaveLength(64);
		expect(groups.at(-1)).toEqual({ at: 63, n: 37 });
	});
});

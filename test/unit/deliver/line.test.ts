import { expect, test } from "vitest";
import { Line } from "../../../src/deliver/line.ts";
import type { ClaimedDelivery } from "../../../src/deliver/settlement.ts";

const delivery = (campaign: number, id: number) => ({ campaign, id }) as ClaimedDelivery;
const many = (campaign: number, n: number) => Array.from({ length: n }, (_, index) => delivery(campaign, index));
function order(line: Line): string {
	const seen: number[] = [];
	for (let next = line.shift(); next !== null; next = line.shift()) seen.push(next.campaign);
	return seen.join("");
}

test("campaigns of equal priority take turns, each in its own order", () => {
	const line = new Line();
	line.add(many(1, 4), 0);
	line.add(many(2, 2), 0);
	expect(line.length).toBe(6);
	expect(line.peek()).toEqual(delivery(1, 0));
	expect(order(line)).toBe("121211");
	expect(line.length).toBe(0);
});

test("a higher priority goes before all others, also when it comes later", () => {
	const line = new Line();
	line.add(many(1, 3), 0);
	line.shift();
	line.add(many(2, 2), 5);
	expect([line.of(1), line.of(2), line.ahead(0), line.ahead(1), line.ahead(6)]).toEqual([2, 2, 4, 2, 0]);
	expect(order(line)).toBe("2211");
});

test("one campaign, or all, can be taken out", () => {
	const line = new Line();
	line.add(many(1, 2), 0);
	line.add(many(2, 3), 0);
	expect(line.remove(2)).toHaveLength(3);
	expect(line.length).toBe(2);
	expect(line.remove()).toEqual(many(1, 2));
	expect(line.peek()).toBeNull();
});

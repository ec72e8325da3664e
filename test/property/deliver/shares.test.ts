// Whatever room the gateways have: nobody gets more than it wants, work goes on as long as somebody can take it, and in the long run the weights are kept.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Shares } from "../../../src/deliver/shares.ts";

const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 });

test("nobody is given more than its lane wants, and somebody is always given something while all have room", () => {
	fc.assert(
		fc.property(
			weights,
			fc.array(fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 4, maxLength: 4 }), { maxLength: 40 }),
			(shares, rounds) => {
				const division = new Shares();
				for (const rooms of rounds) {
					const offers = shares.map((weight, i) => ({ name: `g${i}`, weight, room: rooms[i] ?? 0, able: true }));
					const plan = division.plan(offers);
					let sum = 0;
					for (const { name, room } of offers) {
						const n = plan.get(name) ?? 0;
						expect(n).toBeGreaterThanOrEqual(0);
						expect(n).toBeLessThanOrEqual(room);
						division.took(name, n);
						sum += n;
					}
					expect(sum).toBeGreaterThan(0);
				}
			},
		),
	);
});

test("the mail is divided by the weights, give or take what fits into one claim", () => {
	fc.assert(
		fc.property(weights, (shares) => {
			const division = new Shares();
			const taken = shares.map(() => 0);
			for (let round = 0; round < 400; round++) {
				const offers = shares.map((weight, i) => ({ name: `g${i}`, weight, room: 12, able: true }));
				for (const [name, n] of division.plan(offers)) {
					division.took(name, n);
					taken[Number(name.slice(1))] = (taken[Number(name.slice(1))] ?? 0) + n;
				}
			}
			const all = taken.reduce((a, b) => a + b, 0);
			const total = shares.reduce((a, b) => a + b, 0);
			for (const [i, weight] of shares.entries()) expect(Math.abs((taken[i] ?? 0) / all - weight / total)).toBeLessThan(0.05);
		}),
	);
});

test("who has no weight gets mail only while all others cannot be used, and then the first of them gets it", () => {
	const offers = (able: boolean) => [
		{ name: "first", weight: 1, room: 12, able },
		{ name: "second", weight: 0, room: 12, able: true },
		{ name: "third", weight: 0, room: 12, able: true },
	];
	expect([...new Shares().plan(offers(true))]).toEqual([["first", 12]]);
	expect([...new Shares().plan(offers(false))]).toEqual([["second", 12]]);
});

test("a gateway that comes back does not catch up on what it missed", () => {
	const division = new Shares();
	const offers = (able: boolean) => [
		{ name: "a", weight: 1, room: 10, able },
		{ name: "b", weight: 1, room: 10, able: true },
	];
	for (let i = 0; i < 20; i++) for (const [name, n] of division.plan(offers(false))) division.took(name, n);
	expect(Object.fromEntries(division.plan(offers(true)))).toEqual({ a: 10, b: 10 });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { candidates, orderHosts } from "../../../src/routing/order.ts";

const hosts = fc.array(fc.record({ name: fc.string(), preference: fc.integer({ min: 0, max: 65_535 }) }), { maxLength: 30 });
const random = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

it("ordering hosts loses none, adds none, and never puts a higher preference before a lower one", () => {
	fc.assert(
		fc.property(hosts, random, (given, numbers) => {
			const ordered = orderHosts(given, () => numbers.next().value);
			expect(ordered).toHaveLength(given.length);
			expect(new Set(ordered)).toEqual(new Set(given));
			for (let i = 1; i < ordered.length; i++) {
				expect(ordered[i - 1]!.preference).toBeLessThanOrEqual(ordered[i]!.preference);
			}
		}),
	);
});

it("candidates keep every address, and no address with a penalty stands before one without", () => {
	const given = fc.array(
		fc.record({
			host: fc.record({ name: fc.string(), preference: fc.nat() }),
			addresses: fc.uniqueArray(fc.ipV4(), { maxLength: 4 }),
			penalties: fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
		}),
		{ maxLength: 10 },
	);
	fc.assert(
		fc.property(given, (list) => {
			const weigh = new Map(
				list.flatMap(({ host, addresses, penalties }) =>
					addresses.map((a, i) => [`${list.findIndex((l) => l.host === host)} ${a}`, penalties[i]!]),
				),
			);
			const of = (host: object, address: string) => weigh.get(`${list.findIndex((l) => l.host === host)} ${address}`) ?? 0;
			const order = candidates(list, of);
			expect(order).toHaveLength(list.reduce((sum, { addresses }) => sum + addresses.length, 0));
			const weights = order.map(({ host, address }) => of(host, address));
			expect(weights).toEqual([...weights].sort((a, b) => a - b));
		}),
	);
});

import { describe, expect, it } from "vitest";
import { candidates, orderHosts } from "../../../src/routing/order.ts";

const host = (name: string, preference: number) => ({ name, preference });
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

describe("the order of MX hosts", () => {
	it("is by preference, the lowest first", () => {
		expect(names(orderHosts([host("c", 30), host("a", 10), host("b", 20)], () => 0.5))).toEqual(["a", "b", "c"]);
	});

	it("puts every host of equal preference first about as often", () => {
		let seed = 1;
		const random = () => {
			seed = (seed * 48_271) % 2_147_483_647;
			return seed / 2_147_483_647;
		};
		const first = new Map<string, number>();
		for (let i = 0; i < 4000; i++) {
			const [winner] = orderHosts([host("a", 10), host("b", 10), host("c", 10), host("d", 10), host("z", 20)], random);
			first.set(winner!.name, (first.get(winner!.name) ?? 0) + 1);
		}
		expect([...first.keys()].sort()).toEqual(["a", "b", "c", "d"]);
		for (const count of first.values()) expect(count).toBeGreaterThan(850);
	});

	it("leaves the hosts it was given as they were", () => {
		const hosts = Object.freeze([host("b", 20), host("a", 10)]);
		orderHosts(hosts, () => 0);
		expect(names(hosts)).toEqual(["b", "a"]);
	});
});

describe("the candidates for a connection", () => {
	const hosts = [
		{ host: host("mx1", 10), addresses: ["192.0.2.1", "192.0.2.2"] },
		{ host: host("mx2", 20), addresses: ["192.0.2.3"] },
		{ host: host("mx3", 30), addresses: [] },
	];

	it("are all addresses of all hosts in the hosts' order", () => {
		expect(candidates(hosts, () => 0).map(({ address }) => address)).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
	});

	it("come last when they have a penalty, the smaller one first, and are never lost", () => {
		const penalties: Record<string, number> = { "192.0.2.1": 2, "192.0.2.2": 1 };
		const order = candidates(hosts, (_, address) => penalties[address] ?? 0);
		expect(order.map(({ address, host: { name } }) => `${name} ${address}`)).toEqual([
			"mx2 192.0.2.3",
			"mx1 192.0.2.2",
			"mx1 192.0.2.1",
		]);
	});
});

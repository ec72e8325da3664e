// Return paths and link tokens: what strangers could try. The round trips are in test/property/address.
import { describe, expect, test } from "vitest";
import { decodeToken, encodeToken } from "../../../src/address/token.ts";
import { decodeVerp, encodeVerp } from "../../../src/address/verp.ts";

const secret = "a secret of this installation";

describe("a return path", () => {
	const address = encodeVerp({ deliveryId: 123_456, domain: "Bounces.Example.TEST", secret });

	test("names the delivery in letters every server keeps", () => {
		expect(address).toMatch(/^b-2n9c-[a-z2-7]{16}@bounces\.example\.test$/);
	});

	test("is known by its local part alone, and at another domain", () => {
		expect(decodeVerp(address.slice(0, address.indexOf("@")), secret)).toEqual({ deliveryId: 123_456 });
		expect(decodeVerp(address.replace("example", "elsewhere"), secret)).toEqual({ deliveryId: 123_456 });
	});

	test.each([
		["of another delivery", address.replace("b-2n9c-", "b-2n9d-")],
		["with a leading zero", address.replace("b-2n9c-", "b-02n9c-")],
		["with one letter of the mac changed", address.replace(/.@/, (end) => (end === "a@" ? "b@" : "a@"))],
		["cut short", address.replace(/.@/, "@")],
		["that only looks like one", "b-1-aaaaaaaaaaaaaaaa@bounces.example.test"],
		["of no delivery", "news@example.test"],
		["with more around it", `x${address}`],
		["with a line break", `\n${address}`],
		["that is empty", ""],
	])("%s is not ours", (_what, forged) => {
		expect(decodeVerp(forged, secret)).toBeNull();
	});

	test("of another installation is not ours", () => {
		expect(decodeVerp(address, "another secret")).toBeNull();
	});

	test.each([-1, 1.5, Number.NaN, 2 ** 53])("cannot be made for delivery %d", (deliveryId) => {
		expect(() => encodeVerp({ deliveryId, domain: "example.test", secret })).toThrow(/return path for delivery/);
	});

	test("of the largest id fits the local part", () => {
		const [local] = encodeVerp({ deliveryId: Number.MAX_SAFE_INTEGER, domain: "example.test", secret }).split("@");
		expect(local?.length).toBeLessThanOrEqual(64);
	});
});

describe("a link token", () => {
	const token = encodeToken({ contactId: 77, campaignId: 12 }, secret);

	test("needs no escaping in a URL", () => {
		expect(encodeURIComponent(token)).toBe(token);
		expect(token).toMatch(/^25-c-[a-z2-7]{26}$/);
	});

	test.each([
		["for another reader", token.replace("25-", "26-")],
		["for another campaign", token.replace("-c-", "-d-")],
		["with the two swapped", token.replace("25-c", "c-25")],
		["with a leading zero", `0${token}`],
		["cut short", token.slice(0, -1)],
		["with more behind it", `${token}a`],
		["that is empty", ""],
	])("%s is not ours", (_what, forged) => {
		expect(decodeToken(forged, secret)).toBeNull();
	});

	test("of another installation is not ours", () => {
		expect(decodeToken(token, "another secret")).toBeNull();
	});

	test("is no return path, nor the other way round", () => {
		const mac = token.split("-")[2] ?? "";
		expect(decodeVerp(`b-25-${mac.slice(0, 16)}`, secret)).toBeNull();
	});

	test("cannot be made for a reader without a number", () => {
		expect(() => encodeToken({ contactId: Number.NaN, campaignId: 1 }, secret)).toThrow(/link for contact/);
	});
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { normaliseAddress, parseAddress } from "../../../src/address/parse.ts";
import { decodeToken, encodeToken } from "../../../src/address/token.ts";
import { decodeVerp, encodeVerp } from "../../../src/address/verp.ts";

const id = fc.maxSafeNat();
const secret = fc.string({ minLength: 1 });
/** The text with some of its letters in the other case, as servers and people return it. */
const anyCase = (text: string, flips: readonly boolean[]) =>
	[...text].map((letter, i) => (flips[i % flips.length] ? letter.toUpperCase() : letter)).join("");
const flips = fc.array(fc.boolean(), { minLength: 1 });

test("a return path leads back to its delivery in any case, and to nothing with another secret", () => {
	fc.assert(
		fc.property(id, secret, secret, flips, (deliveryId, ours, theirs, cases) => {
			const address = encodeVerp({ deliveryId, domain: "bounces.example.test", secret: ours });
			expect(address).toMatch(/^[a-z0-9-]{1,64}@bounces\.example\.test$/);
			expect("problem" in parseAddress(address)).toBe(false);
			expect(decodeVerp(anyCase(address, cases), ours)).toEqual({ deliveryId });
			if (ours !== theirs) expect(decodeVerp(address, theirs)).toBeNull();
		}),
	);
});

test("a link token leads back to its reader and campaign in any case, and to nothing with another secret", () => {
	fc.assert(
		fc.property(id, id, secret, secret, flips, (contactId, campaignId, ours, theirs, cases) => {
			const token = encodeToken({ contactId, campaignId }, ours);
			expect(token).toMatch(/^[a-z0-9-]{1,64}$/);
			expect(decodeToken(anyCase(token, cases), ours)).toEqual({ contactId, campaignId });
			if (ours !== theirs) expect(decodeToken(token, theirs)).toBeNull();
		}),
	);
});

test("whatever is decoded never throws and is never believed", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary" }), secret, (text, ours) => {
			expect(decodeVerp(text, ours)).toBeNull();
			expect(decodeToken(text, ours)).toBeNull();
		}),
	);
});

const domain = fc.constantFrom("example.test", "EXAMPLE.test", "한국.kr", "münchen.test", "mail.Sub.example.test");
const local = fc.oneof(
	fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}$/),
	fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
	fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
	fc.constantFrom("İ", "ΑΣ", "K\u0307", "ǅ", "ﬁ", "Å", "ς"),
);

test("normalising twice is normalising once, and a normal address is an address", () => {
	let addresses = 0;
	fc.assert(
		fc.property(local, domain, (before, after) => {
			const once = normaliseAddress(`${before}@${after}`);
			if (once === null) return;
			addresses++;
			expect(normaliseAddress(once)).toBe(once);
			const parsed = parseAddress(once);
			expect("problem" in parsed ? parsed : parsed.ascii).toBe(once);
		}),
		{ numRuns: 2_000 },
	);
	expect(addresses, "the property must have had something to hold for").toBeGreaterThan(400);
});

test("case and the script of the domain do not make another reader", () => {
	fc.assert(
		fc.property(fc.stringMatching(/^[a-z0-9+_-]{1,30}$/), flips, (before, cases) => {
			const given = anyCase(before, cases);
			expect(normaliseAddress(`${given}@한국.KR`)).toBe(normaliseAddress(`${before}@xn--3e0b707e.kr`));
		}),
	);
});

test("any text is an address or has a reason, and an address never carries a line break", () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string({ unit: "binary" }),
				fc.string().map((text) => `${text}@example.test`),
			),
			(text) => {
				const parsed = parseAddress(text);
				if ("problem" in parsed) expect(parsed.reason).not.toBe("");
				else expect(parsed.ascii).not.toMatch(/[\p{Cc}\p{Z}<>]/u);
			},
		),
	);
});

// The largest message of a list is found without composing everybody's; here everybody's is composed, and both must agree to the byte.
import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CompiledCampaign, MessageSizes, Reader } from "../../../src/compose/compiled.ts";
import { compileMeter, WorstSearch } from "../../../src/compose/worst.ts";
import { WellsentError } from "../../../src/errors.ts";
import { anIdentity, compile, NOW } from "../../unit/compose/make.ts";

const key = { selector: "s1", domain: "wellsent.test", algorithm: "ed25519-sha256" } as const;
const { privateKey } = generateKeyPairSync("ed25519");
const signing = {
	identity: anIdentity({ dkim: [{ selector: "s1", domain: "wellsent.test", keyFile: "nowhere" }] }),
	keys: [{ ...key, key: privateKey }],
};

const fixed = fc.string({
	unit: fc.constantFrom("<p>", "</p>\n", " ", "x", "안녕하세요 ", "=", "\t", "Grüße ", "👋", "a longer run of words "),
});
const output = fc.constantFrom(
	"{{ contact.name }}",
	'{{ contact.name | default: "reader" }}',
	'{{ contact.city | default: "여기" }}',
	'{{ contact.city | default: "" | raw }}',
	'{{ contact.note | default: "-" }}',
	"{{ contact.email }}",
	"{{ unsubscribe_url }}",
	"{{ today }}",
);
const question = fc
	.tuple(
		fc.constantFrom("contact.city", 'contact.note == "a"', "contact.name", "contact.city != contact.note"),
		fixed,
		output,
		fixed,
	)
	.map(([asked, yes, inside, no]) => `{% if ${asked} %}${yes}${inside}{% else %}${no}{% endif %}`);
const template = (part: fc.Arbitrary<string>) =>
	fc.array(part, { minLength: 1, maxLength: 8 }).map((pieces) => `${pieces.join("")}.`);
const value = fc.string({
	unit: fc.constantFrom("a", "B", " ", "&", '"', "<", "=", "한", "글", "é", "🎉", "\n", "\u0007", "long run of words "),
	maxLength: 30,
});
const readers = fc
	.array(
		fc.record({
			contactId: fc.integer({ min: 0, max: 3_000_000 }),
			email: fc.constantFrom(
				"a@b.test",
				"somebody.with.a.long.name@mail.department.example.test",
				"김@한국.test",
				"kim@naver.test",
			),
			name: fc.option(value, { freq: 5 }),
			city: value,
			note: fc.oneof(value, fc.constantFrom("a", "")),
		}),
		{ minLength: 1, maxLength: 12 },
	)
	.map((list) =>
		list.map(
			({ contactId, email, name, city, note }): Reader => ({
				contactId,
				deliveryId: contactId + 1,
				email,
				name,
				attributes: { city, note },
			}),
		),
	);

async function composed(compiled: CompiledCampaign, reader: Reader): Promise<MessageSizes | null> {
	try {
		const { sizes, raw } = await compiled.compose(reader, { now: NOW });
		expect(sizes.message).toBe(Buffer.concat(raw).length);
		return sizes;
	} catch (error) {
		if (error instanceof WellsentError && error.code === "reader-refused") return null;
		throw error;
	}
}

async function agree(bodies: { html: string; text: string; subject: string }, list: readonly Reader[], quick: boolean) {
	const { html, text, subject } = bodies;
	const compiled = await compile({ settings: { subject }, html, text }, signing);
	const meter = await compileMeter(compiled, NOW);
	if (quick) expect(meter.quick).toBe(true);
	const search = new WorstSearch(compiled, meter);
	const all: MessageSizes[] = [];
	for (const reader of list) {
		const sizes = await composed(compiled, reader);
		expect(meter.sizesOf(reader)).toEqual(sizes);
		if (sizes !== null) all.push(sizes);
		search.offer(reader);
	}
	const found = await search.end();
	if (all.length === 0) {
		expect(found).toBeNull();
		return;
	}
	expect(found?.proven).toBe(true);
	expect(found?.measured).toBe(all.length);
	expect(found?.message.sizes.message).toBe(Math.max(...all.map((sizes) => sizes.message)));
	expect(Math.max(found?.html.sizes.html ?? 0, found?.html.sizes.htmlEncoded ?? 0)).toBe(
		Math.max(...all.map((sizes) => Math.max(sizes.html, sizes.htmlEncoded))),
	);
}

const subjects = fc.constantFrom("Hello", "{{ contact.name }}: news", '소식 {{ contact.city | default: "모두" }}');

test("for templates of plain fields, arithmetic gives every reader's sizes and the largest of the list, to the byte", async () => {
	await fc.assert(
		fc.asyncProperty(
			template(fc.oneof(fixed, output)),
			template(fc.oneof(fixed, output)),
			subjects,
			readers,
			(html, text, subject, list) => agree({ html, text, subject }, list, true),
		),
		{ numRuns: 250 },
	);
});

test("for templates with conditions, a list that can be rendered whole is, and the largest is the largest", async () => {
	await fc.assert(
		fc.asyncProperty(
			template(fc.oneof(fixed, output, question)),
			template(fc.oneof(output, question)),
			subjects,
			readers,
			(html, text, subject, list) => agree({ html, text, subject }, list, false),
		),
		{ numRuns: 100 },
	);
});

test("for templates with conditions and a long list, the longest of each kind of reader are looked at, and it is said that this is no proof", async () => {
	const html = `{% if contact.plan == "gold" %}${"gold ".repeat(500)}{{ contact.name }}{% else %}{{ contact.name }}{% endif %}`;
	const compiled = await compile({ html, text: "." });
	const search = new WorstSearch(compiled, await compileMeter(compiled, NOW));
	for (let id = 1; id <= 10_000; id += 1)
		search.offer({
			contactId: id,
			deliveryId: id,
			email: `r${id}@a.test`,
			name: id === 7_777 ? "n".repeat(40) : "n".repeat(id % 30 === 0 ? 60 : 20),
			attributes: { plan: id === 7_777 || id === 100 ? "gold" : "plain" },
		});
	const found = await search.end();
	expect(found?.proven).toBe(false);
	expect(found?.measured).toBeLessThan(100);
	expect(found?.message.reader.contactId).toBe(7_777);
});

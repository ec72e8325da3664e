import { describe, expect, test } from "vitest";
import { type LintInput, lint, lintInput } from "../../../src/compose/lint.ts";
import { measure, measureWorst } from "../../../src/compose/size.ts";
import { compileMeter, WorstSearch } from "../../../src/compose/worst.ts";
import { anIdentity, aReader, compile, NOW } from "./make.ts";

const limits = {
	htmlWarn: 90_000,
	htmlMax: 104_448,
	onHtmlMax: "block",
	messageWarn: 10 * 1024 ** 2,
	messageMax: 25 * 1024 ** 2,
	attachmentMax: 25 * 1024 ** 2,
} as const;
const small = { html: 1000, htmlEncoded: 1100, text: 10, textEncoded: 12, message: 2000 };
const nothing = { html: "", images: [], attachments: [] };

describe("measure", () => {
	test.each([
		{ name: "just under amber", sizes: { html: 89_999, htmlEncoded: 89_999 }, level: "ok" },
		{ name: "amber as UTF-8", sizes: { html: 90_000, htmlEncoded: 1 }, level: "warn" },
		{ name: "amber as it travels", sizes: { html: 70_000, htmlEncoded: 90_000 }, level: "warn" },
		{ name: "just under red", sizes: { html: 104_447, htmlEncoded: 1 }, level: "warn" },
		{ name: "red as UTF-8", sizes: { html: 104_448, htmlEncoded: 1 }, level: "fail" },
		{ name: "red as it travels", sizes: { html: 1, htmlEncoded: 104_448 }, level: "fail" },
	])("HTML $name is $level", ({ sizes, level }) => {
		const measured = measure({ ...nothing, sizes: { ...small, ...sizes } }, limits);
		expect(measured.levels.html).toBe(level);
		expect(measured.findings.map((finding) => finding.level)).toEqual(level === "ok" ? [] : [level]);
	});

	test.each([
		{ message: 10 * 1024 ** 2 - 1, level: "ok" },
		{ message: 10 * 1024 ** 2, level: "warn" },
		{ message: 25 * 1024 ** 2, level: "fail" },
	])("a message of $message bytes is $level", ({ message, level }) => {
		expect(measure({ ...nothing, sizes: { ...small, message } }, limits).levels.message).toBe(level);
	});

	test("on_html_max = warn turns red into amber", () => {
		expect(measure({ ...nothing, sizes: { ...small, html: 200_000 } }, { ...limits, onHtmlMax: "warn" }).levels.html).toBe(
			"warn",
		);
	});

	test("the biggest contributors are named, largest first", () => {
		const html = `<style>${"a".repeat(31 * 1024)}</style>${`<img src="data:image/png;base64,${"A".repeat(30_000)}">`.repeat(3)}`;
		const [finding] = measure({ ...nothing, html, sizes: { ...small, html: 120_000 } }, limits).findings;
		expect(finding?.what).toContain("(3 inline data: images 88 KB; <style> 31 KB)");
	});

	test("a control character of Windows-1252, for which Gmail clips even short messages, is pointed out", () => {
		const measured = measure({ ...nothing, html: "<p>you\u0092re</p>", sizes: small }, limits);
		expect(measured.findings).toMatchObject([{ id: "html-character", level: "warn", what: expect.stringContaining("U+0092") }]);
	});

	test("each part has a row with what counts and its bounds", () => {
		const images = [{ name: "a.png", content: Buffer.alloc(90_000) }];
		const attachments = [{ name: "b.pdf", content: Buffer.alloc(30_000) }];
		const { parts } = measure({ html: "", images, attachments, sizes: small }, { ...limits, attachmentMax: 29_999 });
		expect(parts.map(({ part, name, counts, level }) => [part, name, counts, level])).toEqual([
			["html", "", 1100, "ok"],
			["text", "", 12, "ok"],
			["image", "a.png", 123_158, "warn"],
			["attachment", "b.pdf", 30_000, "fail"],
			["message", "", 2000, "ok"],
		]);
	});

	test("an attachment of 25 MB makes a message of 34 MB, and the file is named", async () => {
		const attachments = [
			{ path: "attachments/film.zip", name: "film.zip", content: Buffer.alloc(25 * 1024 ** 2), type: "application/zip" },
		];
		const compiled = await compile({ attachments });
		const search = new WorstSearch(compiled, await compileMeter(compiled, NOW));
		search.offer(aReader());
		const worst = await search.end();
		if (worst === null) throw new Error("nobody was measured");
		const measured = await measureWorst(compiled, worst, { now: NOW, limits });
		expect(measured.levels.message).toBe("fail");
		expect(measured.message).toBeGreaterThan(34 * 1024 ** 2);
		expect(measured.message - (measured.attachments[0]?.encoded ?? 0)).toBeLessThan(3000);
		expect(measured.findings[0]?.what).toContain("film.zip 25.0 MB (34.2 MB encoded)");
	});
});

test("the worst reader is the one with the longest used fields as they travel, however long the unused ones are", async () => {
	const compiled = await compile({ html: '{{ contact.city | default: "" }}{{ unsubscribe_url }}' });
	const search = new WorstSearch(compiled, await compileMeter(compiled, NOW));
	expect(await search.end()).toBeNull();
	search.offer(aReader({ contactId: 1, attributes: { city: "x".repeat(20) } }));
	search.offer(aReader({ contactId: 2, attributes: { city: "한".repeat(8) } }));
	search.offer(aReader({ contactId: 3, attributes: { city: "x", notes: "y".repeat(500) } }));
	expect(await search.end()).toMatchObject({
		message: { reader: { contactId: 2 } },
		html: { reader: { contactId: 2 } },
		proven: true,
	});
});

describe("lint", () => {
	const good: LintInput = {
		kind: "marketing",
		advertKr: false,
		htmlTemplate: "{{ unsubscribe_url }}{{ identity.postal_address }}",
		textTemplate: "{{ unsubscribe_url }}",
		rendered: {
			subject: "Hello",
			html: '<p>A letter with more than enough words to be a letter, and not only a picture with nothing around it.</p><img src="x" alt="">',
			text: "A letter",
		},
		hasPostalAddress: true,
		images: [],
	};
	const rendered = (over: Partial<LintInput["rendered"]>) => ({ rendered: { ...good.rendered, ...over } });

	test("a good campaign has no findings", () => expect(lint(good)).toEqual([]));

	test.each<{ id: string; over: Partial<LintInput> }>([
		{ id: "unsubscribe-missing", over: { htmlTemplate: "unsubscribe_url {{ identity.postal_address }}" } },
		{ id: "unsubscribe-missing", over: { textTemplate: "text" } },
		{ id: "postal-address-missing", over: { htmlTemplate: "{{ unsubscribe_url }}" } },
		{ id: "postal-address-empty", over: { hasPostalAddress: false } },
		{ id: "advert-kr-refusal", over: { advertKr: true } },
		{ id: "merge-field-left", over: rendered({ subject: "Hi *|FNAME|*" }) },
		{ id: "merge-field-left", over: rendered({ text: "Hi %%first_name%%" }) },
		{ id: "image-alt-missing", over: rendered({ html: `${good.rendered.html}<img src="y">` }) },
		{ id: "image-only", over: rendered({ html: '<img src="y" alt="all of it">' }) },
		{ id: "text-missing", over: rendered({ text: " \n" }) },
		{ id: "active-html", over: rendered({ html: `${good.rendered.html}<form></form>` }) },
		{ id: "subject-long", over: rendered({ subject: "x".repeat(121) }) },
		{ id: "link-dead", over: { htmlTemplate: `${good.htmlTemplate}<a href="http://localhost/x">` } },
		{ id: "image-large", over: { images: [{ name: "a.png", content: Buffer.alloc(200_000) }] } },
	])("$id", ({ id, over }) => {
		expect(lint({ ...good, ...over }).map((finding) => finding.id)).toEqual([id]);
	});

	test("a notice needs no unsubscribe link", async () => {
		const compiled = await compile(
			{ settings: { kind: "notice" }, html: "<p>Our terms of service change on the first of January.</p>" },
			{ identity: anIdentity() },
		);
		expect(lint(lintInput(compiled, compiled.render(aReader(), { now: NOW })))).toEqual([]);
	});
});

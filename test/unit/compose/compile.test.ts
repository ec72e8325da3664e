// Compiling refuses what could go wrong later, with file and line; composing gives each reader the right fields and links.
import { describe, expect, test } from "vitest";
import { decodeToken } from "../../../src/address/token.ts";
import { decodeVerp } from "../../../src/address/verp.ts";
import { requiredFields } from "../../../src/compose/compile.ts";
import type { CompileOptions } from "../../../src/compose/compiled.ts";
import { anIdentity, aReader, bytesOf, compile, type FolderOver, headerOf, NOW } from "./make.ts";

const link = '<a href="{{ unsubscribe_url }}">stop</a>';

describe("a campaign is refused before anything is sent", () => {
	const cases: readonly { name: string; folder: FolderOver; options?: Partial<CompileOptions>; where: string; what: RegExp }[] = [
		{
			name: "a mistyped root",
			folder: { html: "<p>\n{{ contct.name }}</p>" },
			where: "body.html:2",
			what: /unknown variable \{\{ contct\.name/,
		},
		{
			name: "a key that campaign does not have",
			folder: { html: "{{ campaign.nme }}" },
			where: "body.html:1",
			what: /campaign\.nme/,
		},
		{
			name: "an unknown filter",
			folder: { html: "\n\n{{ contact.name | shout }}" },
			where: "body.html:3",
			what: /undefined filter: shout/,
		},
		{ name: "a tag that is not closed", folder: { html: "\n{% if contact.name %}x" }, where: "body.html:2", what: /not closed/ },
		{
			name: "a field that no list has",
			folder: { html: '\n{{ contact.citty | default: "x" }}' },
			options: { fields: ["city"] },
			where: "body.html:2",
			what: /no list has the field/,
		},
		{
			name: "the subject",
			folder: { settings: { subject: "Hi {{ nam }}" } },
			where: "campaign.toml:2",
			what: /unknown variable/,
		},
		{ name: "body.txt", folder: { text: "a\n{{ foo }}" }, where: "body.txt:2", what: /unknown variable/ },
		{
			name: "an identity of somebody else",
			folder: {},
			options: { identity: anIdentity({ from: "boss@wellsent.test" }) },
			where: "campaign.toml",
			what: /may not send as/,
		},
		{
			name: "another domain",
			folder: {},
			options: { identity: anIdentity({ from: "@evil.test" }) },
			where: "campaign.toml",
			what: /may not send as/,
		},
		{
			name: "a line break in the identity's name",
			folder: {},
			options: { identity: anIdentity({ name: "a\r\nBcc: x@y.test" }) },
			where: "[[identity]] news@wellsent.test",
			what: /line break/,
		},
		{
			name: "a loop without end",
			folder: { html: "{% for i in (1..1000000000) %}x{% endfor %}" },
			where: "body.html:1",
			what: /takes too long or grows too large/,
		},
		{
			name: "a loop that takes for ever",
			folder: { html: "{% for i in (1..90000) %}{% for j in (1..90000) %}{% assign x = j %}{% endfor %}{% endfor %}" },
			where: "body.html:1",
			what: /takes too long or grows too large/,
		},
		{
			name: "output without end",
			folder: { html: `{% for i in (1..90000) %}${"x".repeat(100)}{% endfor %}` },
			where: "body.html:1",
			what: /takes too long or grows too large/,
		},
		{
			name: "a file of the machine",
			folder: { html: "{% include '/etc/passwd' %}" },
			where: "body.html:1",
			what: /ENOENT|Failed to lookup/,
		},
	];
	test.each(cases)("$name", async ({ folder, options, where, what }) => {
		await expect(compile(folder, options)).rejects.toMatchObject({
			code: "campaign-invalid",
			findings: [expect.objectContaining({ where, what: expect.stringMatching(what) })],
		});
	});

	test("MJML that is not valid, with the line", async () => {
		const source = "<mjml>\n<mj-body>\n<mj-foo/>\n</mj-body></mjml>";
		await expect(compile({ body: { file: "body.mjml", format: "mjml", source } })).rejects.toMatchObject({
			findings: [{ where: "body.mjml:3", what: expect.stringContaining("mj-foo") }],
		});
	});
});

describe("fields", () => {
	test("those without default are required; default, if and its branch are not", async () => {
		const compiled = await compile({
			settings: { subject: "{{ contact.name }}" },
			html: `{{ contact.city }}{{ contact.plan | default: "x" }}{% if contact.vip %}{{ contact.vip }}{% else %}{{ contact.shop }}{% endif %}{% assign own = contact.a | default: "" %}{{ own }}${link}`,
			text: "{% if contact.b == 'x' %}y{% endif %}{{ contact.email }}{{ unsubscribe_url }}",
		});
		expect([...requiredFields(compiled)].sort()).toEqual(["b", "city", "name", "shop"]);
		expect(compiled.uses.find(({ path }) => path === "contact.city")).toMatchObject({
			file: "body.html",
			line: 1,
			required: true,
		});
	});

	test.each([
		{ name: "absent", attributes: {} },
		{ name: "empty", attributes: { city: "" } },
	])("a reader whose field is $name is refused, naming file and line, and the default helps", async ({ attributes }) => {
		const strict = await compile({ html: `\n\n<p>{{ contact.city }}</p>${link}` });
		await expect(bytesOf(strict, aReader({ attributes }))).rejects.toMatchObject({
			code: "reader-refused",
			what: expect.stringContaining("body.html:3: {{ contact.city }} is missing"),
		});
		const lenient = await compile({ html: `<p>{{ contact.city | default: "your town" }}</p>${link}` });
		expect(lenient.render(aReader({ attributes }), { now: NOW }).html).toContain("<p>your town</p>");
	});

	test("the slow path names the same place, also after MJML moved the lines", async () => {
		const source =
			"<mjml><mj-body><mj-section><mj-column><mj-text>{% if contact.name %}\n{{ contact.city }}{% endif %}{{ unsubscribe_url }}</mj-text></mj-column></mj-section></mj-body></mjml>";
		const compiled = await compile({ body: { file: "body.mjml", format: "mjml", source } });
		expect(compiled.problemOf(aReader(), NOW)).toMatchObject({
			where: "body.mjml:2",
			what: expect.stringContaining("{{ contact.city }} is missing"),
		});
		expect(compiled.problemOf(aReader({ attributes: { city: "Busan" } }), NOW)).toBeNull();
	});

	test("HTML escapes, text and subject do not, and raw is respected", async () => {
		const compiled = await compile({
			settings: { subject: "{{ contact.name }}" },
			html: "{{ contact.name }}|{{ contact.name | escape }}|{{ contact.name | raw }}|{{ contact.name | upcase }}",
			text: "{{ contact.name }}|{{ contact.name | escape }}",
		});
		const { subject, html, text } = compiled.render(aReader({ name: `<b>"A" & 'b'</b>` }), { now: NOW });
		const escaped = "&lt;b&gt;&#34;A&#34; &amp; &#39;b&#39;&lt;/b&gt;";
		expect(subject).toBe(`<b>"A" & 'b'</b>`);
		expect(text).toBe(`<b>"A" & 'b'</b>|<b>"A" & 'b'</b>`);
		expect(html).toBe(`${escaped}|${escaped}|<b>"A" & 'b'</b>|${escaped.replaceAll("b", "B").replaceAll("&gt;", "&gt;")}`);
	});

	test("columns called like a prototype's property are ordinary columns", async () => {
		const compiled = await compile({
			html: `{{ contact.constructor | default: "none" }}{{ contact.__proto__ | default: "none" }}{{ contact.toString | default: "none" }}${link}`,
		});
		expect(compiled.render(aReader(), { now: NOW }).html).toContain("nonenonenone");
		const attributes = JSON.parse('{"__proto__":"p","constructor":"c"}');
		expect(compiled.render(aReader({ attributes }), { now: NOW }).html).toContain("cpnone");
	});
});

describe("header injection", () => {
	test.each(["Kim\r\nBcc: evil@x.test", "Kim\nX: y", "Kim\u0000", "Kim\u2028x", "Kim\u0085x"])(
		"the name %j is refused for that reader only",
		async (name) => {
			const compiled = await compile();
			await expect(bytesOf(compiled, aReader({ name }))).rejects.toMatchObject({ code: "reader-refused" });
			expect(await bytesOf(compiled)).toBeInstanceOf(Buffer);
		},
	);

	test("an attribute with a line break does not reach the subject, but may stand in the body", async () => {
		const reader = aReader({ attributes: { city: "Seoul\r\nBcc: evil@x.test" } });
		const inSubject = await compile({ settings: { subject: "{{ contact.city }}" } });
		await expect(bytesOf(inSubject, reader)).rejects.toMatchObject({
			code: "reader-refused",
			what: expect.stringContaining("subject"),
		});
		const raw = await bytesOf(await compile({ html: `{{ contact.city }}${link}` }), reader);
		expect(headerOf(raw, "bcc")).toBeUndefined();
		expect(raw.toString()).toContain("Seoul\r\nBcc: evil@x.test");
	});

	test.each(["a b@x.test", "a@x.test>, <b@x.test", "a@x.test\r\nBcc: b@x.test", ""])(
		"the address %j is refused",
		async (email) => {
			await expect(bytesOf(await compile(), aReader({ email }))).rejects.toMatchObject({ code: "reader-refused" });
		},
	);
});

describe("headers", () => {
	test("a marketing message carries From, To, one-click and list fields", async () => {
		const raw = await bytesOf(
			await compile({ settings: { replyTo: "re@wellsent.test", headers: [{ name: "X-Issue", value: "12월" }] } }),
		);
		expect(headerOf(raw, "from")).toBe("Wellsent News <news@wellsent.test>");
		expect(headerOf(raw, "to")).toBe("Kim <kim@naver.test>");
		expect(headerOf(raw, "date")).toBe("Sat, 21 Nov 2026 09:05:07 +0000");
		expect(headerOf(raw, "reply-to")).toBe("re@wellsent.test");
		expect(headerOf(raw, "mime-version")).toBe("1.0");
		expect(headerOf(raw, "list-id")).toBe("<news.wellsent.test>");
		expect(headerOf(raw, "feedback-id")).toBe("c3:news:marketing:wellsenttest");
		expect(headerOf(raw, "list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
		expect(headerOf(raw, "x-issue")).toBe("=?UTF-8?B?MTLsm5Q=?=");
		expect(headerOf(raw, "auto-submitted")).toBeUndefined();
		expect(headerOf(raw, "precedence")).toBeUndefined();
		const links = /^<https:\/\/news\.wellsent\.test\/u\/([^>]+)>, <mailto:u-([^@]+)@bounces\.wellsent\.test>$/.exec(
			headerOf(raw, "list-unsubscribe") ?? "",
		);
		for (const token of [links?.[1], links?.[2]])
			expect(decodeToken(token ?? "", "a secret for tests")).toEqual({ contactId: 7, campaignId: 3 });
	});

	test("without an https address there is no one-click, and the link writes a mail", async () => {
		const compiled = await compile({}, { identity: anIdentity({ unsubscribe: null }) });
		const raw = await bytesOf(compiled);
		expect(headerOf(raw, "list-unsubscribe")).toMatch(/^<mailto:u-/);
		expect(headerOf(raw, "list-unsubscribe-post")).toBeUndefined();
		expect(compiled.render(aReader(), { now: NOW }).html).toContain('href="mailto:u-');
		const onLoopback = await bytesOf(await compile({}, { identity: anIdentity({ unsubscribe: "http://127.0.0.1:8420" }) }));
		expect(headerOf(onLoopback, "list-unsubscribe")).toContain("<http://127.0.0.1:8420/u/");
		expect(headerOf(onLoopback, "list-unsubscribe-post")).toBeUndefined();
	});

	test("a notice says that a machine wrote it, and offers no way out that its author did not write", async () => {
		const raw = await bytesOf(await compile({ settings: { kind: "notice" }, html: "<p>New terms</p>" }));
		expect(headerOf(raw, "auto-submitted")).toBe("auto-generated");
		expect(headerOf(raw, "list-unsubscribe")).toBeUndefined();
		expect(headerOf(await bytesOf(await compile({ settings: { kind: "notice" } })), "list-unsubscribe")).toBeDefined();
	});

	test("a Korean advertisement is marked once", async () => {
		const marked = async (subject: string) =>
			(await compile({ settings: { advertKr: true, subject } })).render(aReader(), { now: NOW }).subject;
		expect(await marked("세일 {{ contact.name }}")).toBe("(광고) 세일 Kim");
		expect(await marked("(광고) 세일")).toBe("(광고) 세일");
	});

	test("return path and Message-ID belong to the delivery and stay the same at the next try", async () => {
		const compiled = await compile();
		const first = await compiled.compose(aReader(), { now: NOW });
		const again = await compiled.compose(aReader(), { now: NOW + 3_600_000 });
		const other = await compiled.compose(aReader({ deliveryId: 43 }), { now: NOW });
		expect(decodeVerp(first.mailFrom, "a secret for tests")).toEqual({ deliveryId: 42 });
		expect(again.messageId).toBe(first.messageId);
		expect(other.messageId).not.toBe(first.messageId);
		expect(first.messageId).toMatch(/^<[0-9a-z]+\.[a-z2-7]{16}@wellsent\.test>$/);
	});

	test("today follows the zone of the campaign", async () => {
		const at = Date.UTC(2026, 10, 21, 16, 0);
		const html = `{{ today }}${link}`;
		expect((await compile({ html }, { zone: "Asia/Seoul" })).render(aReader(), { now: at }).html).toContain("2026-11-22");
		expect((await compile({ html })).render(aReader(), { now: at }).html).toContain("2026-11-21");
	});

	test("only an address in another script needs SMTPUTF8", async () => {
		const compiled = await compile();
		expect((await compiled.compose(aReader({ name: "김" }), { now: NOW })).needsSmtpUtf8).toBe(false);
		const message = await compiled.compose(aReader({ email: "김@naver.test" }), { now: NOW });
		expect(message.needsSmtpUtf8).toBe(true);
		expect(headerOf(Buffer.concat(message.raw), "to")).toBe("Kim <김@naver.test>");
	});
});

test("attachments are the same bytes for every reader, not copies", async () => {
	const content = Buffer.alloc(500_000, 1);
	const compiled = await compile({
		attachments: [{ path: "attachments/a.zip", name: "a.zip", content, type: "application/zip" }],
	});
	const one = await compiled.compose(aReader(), { now: NOW });
	const two = await compiled.compose(aReader({ deliveryId: 2 }), { now: NOW });
	expect(one.raw.at(-1)).toBe(two.raw.at(-1));
	expect(one.raw.at(-1)?.length).toBeGreaterThan(680_000);
	expect(one.raw[0]?.length).toBeLessThan(5_000);
});

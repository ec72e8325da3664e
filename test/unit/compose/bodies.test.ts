import { describe, expect, test } from "vitest";
import { toHtml, toText, withPreheader } from "../../../src/compose/bodies.ts";
import { embedImages, imageReferences, imageType } from "../../../src/compose/images.ts";
import { protectLiquid } from "../../../src/compose/placeholders.ts";
import { aReader, compile, NOW } from "./make.ts";

describe("Markdown", () => {
	test("Liquid survives, raw HTML does not, and lone tags are no paragraphs", async () => {
		const source =
			'# Hi {{ contact.name | default: "you" }}\n\n{% if contact.city %}\n\nIn **{{ contact.city }}** <b>x</b>\n\n{% endif %}\n\n[stop]({{ unsubscribe_url }}) ![a](images/a.png)';
		const converted = await toHtml({ file: "body.md", format: "md", source }, 'The "title"');
		const html = "html" in converted ? converted.html : "";
		expect(html).toContain('<h1>Hi {{ contact.name | default: "you" }}</h1>');
		expect(html).toContain("<strong>{{ contact.city }}</strong> &lt;b&gt;x&lt;/b&gt;");
		expect(html).toContain('<a href="{{ unsubscribe_url }}">stop</a> <img src="images/a.png" alt="a">');
		expect(html).not.toContain("<p>{%");
		expect(html).toContain("<title>The &#34;title&#34;</title>");
	});

	test("a whole campaign in Markdown renders for both kinds of reader", async () => {
		const source = "Hi\n\n{% if contact.city %}\n\nIn {{ contact.city }}\n\n{% endif %}\n\n[stop]({{ unsubscribe_url }})";
		const compiled = await compile({ body: { file: "body.md", format: "md", source } });
		expect(compiled.render(aReader({ attributes: { city: "Busan" } }), { now: NOW }).text).toContain("In Busan");
		const without = compiled.render(aReader(), { now: NOW });
		expect(without.text).not.toContain("In");
		expect(without.text).toMatch(/stop <https:\/\/news\.wellsent\.test\/u\/\S+>/);
	});
});

test("valid MJML becomes HTML with its Liquid in place", async () => {
	const source =
		'<mjml><mj-body><mj-section><mj-column><mj-text>{% if 1 < 2 %}Hi {{ contact.name | default: "you" }}{% endif %}</mj-text><mj-button href="{{ unsubscribe_url }}">x</mj-button></mj-column></mj-section></mj-body></mjml>';
	const converted = await toHtml({ file: "body.mjml", format: "mjml", source }, "t");
	const html = "html" in converted ? converted.html : "";
	expect(html).toContain('{% if 1 < 2 %}Hi {{ contact.name | default: "you" }}{% endif %}');
	expect(html).toContain('href="{{ unsubscribe_url }}"');
});

test("MJML cannot include files of the machine, and says so", async () => {
	const source = '<mjml><mj-body>\n<mj-include path="/etc/passwd" type="html" /></mj-body></mjml>';
	const converted = await toHtml({ file: "body.mjml", format: "mjml", source }, "t");
	expect(converted).toMatchObject({ findings: [{ where: "body.mjml:2", what: expect.stringContaining("mj-include") }] });
});

describe("toText", () => {
	test("keeps links, alt texts and Liquid; drops styles, hidden addresses and upper case", () => {
		const text = toText(
			'<html><head><style>x{}</style><title>T</title></head><body><h1>Hi {{ contact.name | default: "a \\"b\\"" }}</h1><img src="cid:1" alt="A hill"><img src="x" alt=""><p>one <a href="{{ unsubscribe_url }}">stop</a> <a href="#top">up</a></p><table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table></body></html>',
		);
		expect(text).toContain('Hi {{ contact.name | default: "a \\"b\\"" }}');
		expect(text).toContain("A hill");
		expect(text).toContain("stop <{{ unsubscribe_url }}>");
		expect(text).toMatch(/1\s*2\n3/);
		expect(text).not.toMatch(/x\{\}|cid:|#top|HI/);
	});
});

test("the preheader stands hidden at the beginning of the body, and not in the text", async () => {
	expect(withPreheader('<html><body class="a"><p>x</p></body></html>', "Soon")).toMatch(
		/<body class="a"><div style="display:none[^>]*>Soon/,
	);
	expect(withPreheader("<p>x</p>", null)).toBe("<p>x</p>");
	const compiled = await compile({ settings: { preheader: "In {{ contact.city | default: 'x' }}" } });
	const { html, text } = compiled.render(aReader({ attributes: { city: "<Busan>" } }), { now: NOW });
	expect(html).toContain("In &lt;Busan&gt;");
	expect(text).not.toContain("Busan");
});

test("protectLiquid gives back what it took, also raw blocks and texts that look like its words", () => {
	const source = "lqd0z {{ a }} {% raw %}{{ b }}{% endraw %} {% if x %}lqdq1z{% endif %}";
	const { text, restore } = protectLiquid(source);
	expect(text).not.toMatch(/[{}%]/);
	expect(restore(text)).toBe(source);
});

describe("pictures", () => {
	test.each([
		{ name: "PNG", bytes: "\x89PNG\r\n\x1a\n....", expected: "image/png" },
		{ name: "JPEG", bytes: "\xff\xd8\xff\xe0", expected: "image/jpeg" },
		{ name: "GIF", bytes: "GIF89a", expected: "image/gif" },
		{ name: "WebP", bytes: "RIFF....WEBP", expected: "image/webp" },
		{ name: "SVG, which most mail programs do not show", bytes: "<svg xmlns", expected: null },
		{ name: "a program", bytes: "MZ\x90", expected: null },
		{ name: "nothing", bytes: "", expected: null },
	])("$name", ({ bytes, expected }) => {
		expect(imageType(Buffer.from(bytes, "latin1"))).toBe(expected);
	});

	test("every way to name a picture is found, with its line, and replaced", () => {
		const source = `<img src="images/a.png">\n<td background='images/b.png' style="background:url(images/c.png)">\n<mj-image src = "./images/d%20e.png"/>\n![x](images/f.png)\n<img src="https://x.test/images/g.png">`;
		expect(imageReferences(source).map(({ path, line }) => `${line} ${path}`)).toEqual([
			"1 images/a.png",
			"2 images/b.png",
			"2 images/c.png",
			"3 images/d e.png",
			"4 images/f.png",
		]);
		const embedded = embedImages(source, (path) =>
			path === "images/a.png" || path === "images/c.png" ? path.slice(7, 8) : null,
		);
		expect(embedded).toContain('<img src="cid:a">');
		expect(embedded).toContain("url(cid:c)");
		expect(embedded).toContain("background='images/b.png'");
		expect(embedded).toContain("https://x.test/images/g.png");
	});
});

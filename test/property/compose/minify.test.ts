// Whatever the markup, a smaller template keeps its Liquid, its words and the spaces between them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { toText } from "../../../src/compose/bodies.ts";
import { minifyHtml } from "../../../src/compose/minify.ts";

const space = fc.constantFrom("", "", " ", "\n", "  \n\t ");
const word = fc.constantFrom(
	"word",
	" ",
	"  \n\t ",
	"<br>",
	"<b>bold</b>",
	"<b> bold  </b>",
	'<a href="https://x.test/?a=1  2">link  two</a>',
	"<!-- a  note -->",
	"<!--[if mso]>  <i>x</i>  <![endif]-->",
	"<style> a  { b : c ; } </style>",
	"<pre>  a   b </pre>",
	'{{ contact.name | default: "a   b" }}',
	"{% if contact.city %}",
	"{% endif %}",
	"{% raw %}  {{ x }}  {% endraw %}",
	"&amp;",
	"{ x }",
	'"',
	"<p>a paragraph</p>",
);
const words = fc.array(word, { maxLength: 8 }).map((pieces) => pieces.join(""));
const cell = fc
	.tuple(fc.constantFrom("<td>", '<td style="color: red;  padding: 0 1px ;">', "<th>"), words, space)
	.map(([open, inside, after]) => `${open}${inside}</${open.slice(1, 3)}>${after}`);
const row = fc
	.tuple(space, fc.array(cell, { maxLength: 4 }), space)
	.map(([before, cells, after]) => `<tr>${before}${cells.join("")}</tr>${after}`);
const table = fc
	.tuple(space, fc.array(row, { maxLength: 3 }))
	.map(([before, rows]) => `<table>${before}${rows.join("")}</table>`);
const page = fc.array(fc.oneof(words, table), { maxLength: 6 }).map((parts) => `<html>\n<body>\n${parts.join("")}</body></html>`);
const LIQUID = /\{%-?\s*raw[\s\S]*?endraw\s*-?%\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

test("the Liquid stays letter for letter and in order, the plain text stays the same, and twice is once", () => {
	fc.assert(
		fc.property(page, (html) => {
			const small = minifyHtml(html);
			expect(small.length).toBeLessThanOrEqual(html.length);
			expect(small.match(LIQUID)).toEqual(html.replace(/<!-- a {2}note -->/g, "").match(LIQUID));
			const said = (text: string) => toText(text).replace(/\s+/g, " ").trim();
			expect(said(small)).toBe(said(html));
			expect(minifyHtml(small)).toBe(small);
		}),
		{ numRuns: 500 },
	);
});

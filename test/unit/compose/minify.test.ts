// Smaller, and the same to every eye.
import { describe, expect, test } from "vitest";
import { toText } from "../../../src/compose/bodies.ts";
import { minifyCss, minifyHtml } from "../../../src/compose/minify.ts";

describe("markup", () => {
	test.each([
		["a comment goes", "a<!-- note -->b", "ab"],
		["the space beside a comment is one space", "a <!-- note --> b", "a b"],
		[
			"conditional comments stay as they are",
			"<!--[if mso]>\n  <p>x</p>  <![endif]-->",
			"<!--[if mso]>\n  <p>x</p>  <![endif]-->",
		],
		[
			"those for everybody else, too",
			"<!--[if !mso]><!-->  <p>x</p><!--<![endif]-->",
			"<!--[if !mso]><!-->  <p>x</p><!--<![endif]-->",
		],
		["a comment with Liquid stays", "<!-- {% assign a = 1 %} -->x", "<!-- {% assign a = 1 %} -->x"],
		["runs of white space become one", "<p>a   b\n\n  c</p>", "<p>a b\nc</p>"],
		["between words and tags one space stays", "<b>a</b>   <i>b</i>", "<b>a</b> <i>b</i>"],
		[
			"between the cells of a table none does",
			"<table>\n <tr>\n  <td> x </td>\n </tr>\n</table>",
			"<table><tr><td> x </td></tr></table>",
		],
		["between two cells one does", "<tr><td>a</td>   <td>b</td></tr>", "<tr><td>a</td> <td>b</td></tr>"],
		["before and behind a table one does", "a  <table></table>  b", "a <table></table> b"],
		[
			"cells that are laid out like words keep theirs",
			'<tr><td style="display:inline-block">a</td>  <td>b</td></tr>',
			'<tr><td style="display:inline-block">a</td> <td>b</td></tr>',
		],
		["pre is untouched", "<pre>  a\n   b </pre>", "<pre>  a\n   b </pre>"],
		["textarea is untouched", "<textarea>  a\n b </textarea>", "<textarea>  a\n b </textarea>"],
		[
			"white-space: pre anywhere keeps all white space",
			'<p style="white-space:pre">a   b</p>',
			'<p style="white-space:pre">a   b</p>',
		],
		[
			"Liquid is untouched",
			'<p>{{  contact.name | default: "a   b"  }}   x</p>',
			'<p>{{  contact.name | default: "a   b"  }} x</p>',
		],
		["raw Liquid is untouched", "{% raw %}  a   b  {% endraw %}", "{% raw %}  a   b  {% endraw %}"],
		["the space beside Liquid stays", "<td>Dear  {{ contact.name }} , hello</td>", "<td>Dear {{ contact.name }} , hello</td>"],
		["attributes are untouched", '<a title="a   b" href="x?a=1 >2">y</a>', '<a title="a   b" href="x?a=1 >2">y</a>'],
		[
			"a style attribute loses its idle space",
			'<p style="color: red;  margin: 0 auto;">x</p>',
			'<p style="color:red;margin:0 auto">x</p>',
		],
		[
			"a style attribute with Liquid is untouched",
			'<p style="color:  {{ contact.c }}">x</p>',
			'<p style="color:  {{ contact.c }}">x</p>',
		],
		["a lone < is text", "a < b   c", "a < b c"],
		["style between words leaves the space", "a <style> p { x: y } </style> b", "a <style>p{x:y}</style> b"],
	])("%s", (_, before, after) => expect(minifyHtml(before)).toBe(after));

	test("once is enough", () => {
		const html = '<table>\n<tr> <td style="a: b ; c: d"> x <!-- y --> z </td></tr></table>  {{ x }}  <style>a { b : c }</style>';
		expect(minifyHtml(minifyHtml(html))).toBe(minifyHtml(html));
	});

	test("100 KB of quotes and braces that never close take no time", () => {
		const began = performance.now();
		for (const piece of ['<a b="', "{{ ", "<!--", "<style>", "<a {% x", "<pre>", "'"])
			minifyHtml(piece.repeat(100_000 / piece.length / 10));
		expect(performance.now() - began).toBeLessThan(5_000);
	});
});

test.each([
	["comments and space", "a { /* x */ color : red ; }\n\n b{c:d}", "a{color :red}b{c:d}"],
	["descendants keep theirs", "a b  c { d: e }", "a b c{d:e}"],
	["a :hover is not a:hover", "a :hover { b: c }", "a :hover{b:c}"],
	["texts are untouched", 'a { content: "x  ;  { y" }', 'a{content:"x  ;  { y"}'],
	["url() is untouched", "a { b: url( x  y.png ) }", "a{b:url( x  y.png )}"],
	["calc keeps its spaces", "a { b: calc(1px + 2px) }", "a{b:calc(1px + 2px)}"],
	[
		"media queries keep theirs",
		"@media screen and (max-width: 600px) { a { b: c } }",
		"@media screen and (max-width:600px){a{b:c}}",
	],
	["values keep theirs", "a { margin: 0 auto !important }", "a{margin:0 auto !important}"],
	["Liquid is untouched", "a { b: {{  x  }} }", "a{b:{{  x  }}}"],
])("style sheets: %s", (_, before, after) => expect(minifyCss(before)).toBe(after));

test("the plain text made from it is the same", () => {
	const html = `<html><head><title>x</title><style>p { a: b }</style></head><body><!-- hi -->
	<table><tr><td> One   two </td>
	<td>three</td></tr></table> <p>Dear <b>{{ contact.name }}</b> ,
	   hello</p><pre>a   b</pre></body></html>`;
	expect(toText(minifyHtml(html))).toBe(toText(html));
});

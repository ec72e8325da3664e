// From the body as its author wrote it (HTML, MJML, Markdown) to two templates: HTML and plain text. Done once a campaign.
import { convert, type FormatCallback } from "html-to-text";
import MarkdownIt from "markdown-it";
import { type Finding, textOf } from "../errors.ts";
import type { BodyFormat, SourceFile } from "./folder.file.ts";
import { escapeHtml } from "./liquid.ts";
import { protectLiquid } from "./placeholders.ts";
import { lineAt } from "./text.ts";

/** The HTML template of a body, or what is wrong with it, with lines. */
export async function toHtml(
	body: SourceFile & { readonly format: BodyFormat },
	title: string,
): Promise<{ readonly html: string } | { readonly findings: readonly Finding[] }> {
	switch (body.format) {
		case "html":
			return { html: body.source };
		case "md":
			return { html: fromMarkdown(body.source, title) };
		case "mjml":
			return fromMjml(body);
	}
}

function fromMarkdown(source: string, title: string): string {
	const liquid = protectLiquid(source);
	// Raw HTML in Markdown is off: who wants HTML writes body.html, and a stray "<" in a text stays a "<".
	const content = new MarkdownIt({ html: false, linkify: false }).render(liquid.text);
	return frame(liquid.restore(content), title);
}

async function fromMjml(body: SourceFile): Promise<{ readonly html: string } | { readonly findings: readonly Finding[] }> {
	// Includes could read any file of the machine; MJML would leave them out without a word.
	const include = body.source.search(/<mj-include\b/i);
	if (include >= 0) {
		const where = `${body.file}:${lineAt(body.source, include)}`;
		return { findings: [{ where, what: "<mj-include> is not allowed", fix: "Put the included part into body.mjml." }] };
	}
	// 0.6 s to load, so only for those who use it.
	const { default: mjml } = await import("mjml");
	const liquid = protectLiquid(body.source);
	try {
		const { html } = await mjml(liquid.text, { validationLevel: "strict", ignoreIncludes: true });
		return { html: liquid.restore(html) };
	} catch (error) {
		return { findings: mjmlFindings(error, body.file) };
	}
}

function mjmlFindings(error: unknown, file: string): readonly Finding[] {
	const errors: unknown = error instanceof Error && "errors" in error ? error.errors : undefined;
	if (!Array.isArray(errors) || errors.length === 0) return [{ where: file, what: `MJML: ${textOf(error)}` }];
	return errors.map((each: unknown) => {
		const { line, message, tagName } = Object(each) as { line?: unknown; message?: unknown; tagName?: unknown };
		return {
			where: typeof line === "number" ? `${file}:${line}` : file,
			what: `MJML <${String(tagName)}>: ${String(message)}`,
			fix: "See the component's page in the MJML documentation.",
		};
	});
}

/** A narrow, readable frame that needs no style sheet to work: mail programs throw many of them away. */
function frame(content: string, title: string): string {
	return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
body { margin: 0; padding: 24px 12px; background: #f4f4f5; }
.page { max-width: 600px; margin: 0 auto; padding: 32px 28px; background: #ffffff; border-radius: 8px; color: #18181b;
font: 16px/1.65 -apple-system, "Segoe UI", Roboto, "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; }
img { max-width: 100%; height: auto; }
a { color: #1d4ed8; }
h1, h2, h3 { line-height: 1.3; }
@media (prefers-color-scheme: dark) { body { background: #18181b; } .page { background: #27272a; color: #f4f4f5; } a { color: #93c5fd; } }
</style>
</head>
<body>
<div class="page" style="max-width:600px;margin:0 auto;">
${content}</div>
</body>
</html>
`;
}

/** Pads the preheader, so that mail programs do not go on with the first words of the body (they show some 90 to 140 characters). */
const PREHEADER_PAD = "&#847;&zwnj;&nbsp;".repeat(40);

/** Puts the preheader, hidden, at the beginning of the body. */
export function withPreheader(html: string, preheader: string | null): string {
	if (preheader === null) return html;
	const hidden = `<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${preheader}${PREHEADER_PAD}</div>`;
	const body = /<body\b[^>]*>/i.exec(html);
	const at = body === null ? 0 : body.index + body[0].length;
	return html.slice(0, at) + hidden + html.slice(at);
}

/** A picture without its address: nobody can see a cid: link, and a tracking address is noise. */
const altOnly: FormatCallback = (element, _walk, builder) => {
	const alt: unknown = element.attribs?.["alt"];
	if (typeof alt === "string" && alt.trim() !== "") builder.addInline(alt);
};

/**
 * The plain text of an HTML template, Liquid and links kept. Made once from the template, not for each reader (2.2 ms each).
 * Lines are not wrapped: a word that is a field has no length yet, and quoted-printable takes lines of any length.
 */
export function toText(html: string): string {
	const liquid = protectLiquid(html);
	const heading = { options: { uppercase: false } };
	const text = convert(liquid.text, {
		wordwrap: false,
		formatters: { altOnly },
		selectors: [
			{ selector: "img", format: "altOnly" },
			// Newsletters are laid out with tables: a row is a line, not more words of the same one.
			{ selector: "tr", format: "block", options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
			{ selector: "a", options: { hideLinkHrefIfSameAsText: true, noAnchorUrl: true, linkBrackets: ["<", ">"] } },
			...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, ...heading })),
		],
	});
	return `${liquid
		.restore(text)
		.replace(/[ \t]+$/gm, "")
		.replace(/\n{3,}/g, "\n\n")
		.trim()}\n`;
}

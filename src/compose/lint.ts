// Quick looks at a campaign's texts for what readers, filters and the law complain about. Pure. Sizes are size.ts' matter.
import type { CompiledCampaign, RenderedTexts } from "./compiled.ts";
import { lintAdvertMark, lintLinks } from "./lint-links.ts";
import { formatBytes } from "./text.ts";

export interface LintFinding {
	readonly id: string;
	readonly level: "warn" | "fail";
	readonly what: string;
	readonly fix: string;
}

export interface LintInput {
	readonly kind: "marketing" | "notice";
	readonly advertKr: boolean;
	/** The templates of both bodies: whether a link stands in them must not depend on one reader. */
	readonly htmlTemplate: string;
	readonly textTemplate: string;
	/** What one reader gets. */
	readonly rendered: RenderedTexts;
	readonly hasPostalAddress: boolean;
	readonly images: readonly { readonly name: string; readonly content: Uint8Array }[];
}

/** A picture above this is better fetched than carried by every message. */
const LARGE_IMAGE = 100 * 1024;

/** Findings in the order of their weight; empty when there is nothing to say. */
export function lint(input: LintInput): readonly LintFinding[] {
	const { rendered, htmlTemplate, textTemplate } = input;
	const findings: LintFinding[] = [];
	const add = (level: LintFinding["level"], id: string, what: string, fix: string) => findings.push({ id, level, what, fix });
	const uses = (template: string, variable: string) => new RegExp(`\\{[{%][^}]*\\b${variable}\\b`).test(template);

	if (input.kind === "marketing") {
		const missing = [
			...(uses(htmlTemplate, "unsubscribe_url") ? [] : ["HTML"]),
			...(uses(textTemplate, "unsubscribe_url") ? [] : ["text"]),
		];
		if (missing.length > 0)
			add(
				"fail",
				"unsubscribe-missing",
				`the ${missing.join(" and the ")} part has no unsubscribe link`,
				'Add <a href="{{ unsubscribe_url }}">…</a>.',
			);
		if (!uses(htmlTemplate, "postal_address"))
			add(
				"warn",
				"postal-address-missing",
				"the sender's postal address does not stand in the body",
				"Add {{ identity.postal_address }} to the footer.",
			);
		else if (!input.hasPostalAddress)
			add(
				"warn",
				"postal-address-empty",
				"the body shows a postal address, but the identity has none",
				"Set postal_address of the [[identity]].",
			);
		if (input.advertKr && !/수신\s*거부/.test(rendered.text))
			add(
				"warn",
				"advert-kr-refusal",
				"Korean advertisements must say how to refuse them (수신거부)",
				"Name the unsubscribe link 수신거부.",
			);
	}
	const leftOver = /\{\{.*?\}\}|\*\|[A-Z_:]+\|\*|%%[A-Za-z_]+%%|%recipient\.\w+%|\[\[[A-Za-z_ ]+\]\]/.exec(
		`${rendered.subject}\n${visible(rendered.html)}\n${rendered.text}`,
	)?.[0];
	if (leftOver !== undefined)
		add(
			"fail",
			"merge-field-left",
			`readers would see ${leftOver}`,
			"Write fields as {{ contact.name }}; other systems' fields are not known here.",
		);
	const images = rendered.html.match(/<img\b[^>]*>/gi) ?? [];
	const withoutAlt = images.filter((image) => !/\salt\s*=/i.test(image)).length;
	if (withoutAlt > 0)
		add(
			"warn",
			"image-alt-missing",
			`${withoutAlt} of ${images.length} pictures have no alt text`,
			'Add alt="…" (alt="" for mere decoration).',
		);
	const letters = visible(rendered.html).replace(/\s+/g, "").length;
	if (images.length > 0 && letters < 60)
		add(
			"warn",
			"image-only",
			"the HTML is almost only pictures: filters distrust it, and many programs hide pictures",
			"Write the message as text.",
		);
	if (rendered.text.trim() === "")
		add("fail", "text-missing", "the text part is empty", "Write body.txt, or more than pictures in the HTML.");
	if (/<script\b|<form\b|<iframe\b/i.test(rendered.html))
		add(
			"warn",
			"active-html",
			"scripts, forms and frames are removed by mail programs and raise the spam score",
			"Link to a web page instead.",
		);
	if (rendered.subject.length > 120)
		add("warn", "subject-long", `the subject has ${rendered.subject.length} characters`, "Stay under 60: phones show about 40.");
	const link = /\b(?:href|src)\s*=\s*["']?(file:|javascript:|http:\/\/(?:localhost|127\.)|[a-z]:\\)/i.exec(htmlTemplate)?.[1];
	if (link !== undefined)
		add("fail", "link-dead", `a link or picture begins with ${link}, which no reader can open`, "Use https.");
	findings.push(...lintLinks(rendered.html, htmlTemplate));
	const mark = lintAdvertMark(rendered.subject, { advertKr: input.advertKr, marketing: input.kind === "marketing" });
	if (mark !== null) findings.push(mark);
	for (const { name, content } of input.images)
		if (content.length > LARGE_IMAGE)
			add(
				"warn",
				"image-large",
				`${name} travels with every message: ${formatBytes(content.length)}`,
				"Make it smaller (`wellsent campaign check ID --fix`), or put it on a web server and link it with https.",
			);
	return findings;
}

/** What lint needs, taken from a compiled campaign and one reader's texts. */
export function lintInput(compiled: CompiledCampaign, rendered: RenderedTexts): LintInput {
	const { folder, sources, options, images } = compiled.parts;
	return {
		kind: folder.settings.kind,
		advertKr: folder.settings.advertKr,
		htmlTemplate: sources.html,
		textTemplate: sources.text,
		rendered,
		hasPostalAddress: (options.identity.postalAddress ?? "") !== "",
		images,
	};
}

function visible(html: string): string {
	return html
		.replace(/<(style|script|head)\b[\s\S]*?<\/\1>/gi, "")
		.replace(/<!--[\s\S]*?-->/g, "")
		.replace(/<[^>]*>/g, " ");
}

// A campaign, compiled once: from its folder to something that makes the final bytes of one reader's message in well under a millisecond.
// Reads no files, keeps no readers, decides nothing about sizes (size.ts) or style (lint.ts).
import { createHash } from "node:crypto";
import type { IdentityConfig } from "../config/types.ts";
import { type Finding, fail } from "../errors.ts";
import { toHtml, toText, withPreheader } from "./bodies.ts";
import { CompiledCampaign, type CompileOptions, type TemplateSet } from "./compiled.ts";
import { inspectFields } from "./field-check.ts";
import type { FieldUse } from "./fields.ts";
import type { CampaignFolder } from "./folder.file.ts";
import { embedImages, imageReferences } from "./images.ts";
import { buildFrame, type EmbeddedImage } from "./structure.ts";
import { type CompiledTemplate, compileTemplate, inspectTemplate } from "./template.ts";
import { hasControl } from "./text.ts";
import { chooseEncoding } from "./transfer.ts";

/**
 * Compiles a campaign. Throws `campaign-invalid` with a finding (file:line, what, fix) for every mistake: Liquid that does not parse,
 * unknown variables and filters, MJML that is not valid, a template that does not end, an identity that may not send this From.
 * A made-up reader with every field is composed once, so that what only shows when rendering shows here and not at the first reader.
 */
export async function compileCampaign(folder: CampaignFolder, options: CompileOptions): Promise<CompiledCampaign> {
	const { settings, body } = folder;
	const { identity, keys } = options;
	const findings: Finding[] = [];
	const stop = (): never => {
		const detail = findings.map(({ where, what }) => `${where}: ${what}`).join("; ");
		return fail("campaign-invalid", { dir: folder.dir, detail }, { findings });
	};
	findings.push(...identityFindings(settings.identity, identity));
	if (keys.length !== identity.dkim.length)
		fail("internal", { detail: `${identity.from} has ${identity.dkim.length} DKIM keys, but ${keys.length} were loaded` });

	const sources = [
		inspectTemplate(settings.subject, "campaign.toml", settings.lines.subject),
		inspectTemplate(settings.preheader ?? "", "campaign.toml", settings.lines.preheader),
		inspectTemplate(body.source, body.file),
		...(folder.text === null ? [] : [inspectTemplate(folder.text.source, folder.text.file)]),
	];
	const uses = sources.flatMap((source) => source.uses);
	findings.push(...sources.flatMap((source) => source.findings), ...inspectFields(uses, options.fields));
	if (findings.length > 0) stop();

	const converted = await toHtml(body, settings.subject.replace(/\{[{%].*?[%}]\}/g, "").trim());
	if ("findings" in converted) {
		findings.push(...converted.findings);
		return stop();
	}
	const images = embedded(folder, converted.html, settings.identity.slice(settings.identity.indexOf("@") + 1));
	const html = embedImages(
		withPreheader(converted.html, settings.preheader),
		(path) => images.find((each) => each.path === path)?.cid ?? null,
	);
	const text = folder.text ?? { file: body.file, source: toText(converted.html) };
	const templates: TemplateSet = {
		subject: compileTemplate(settings.subject, { file: "campaign.toml", mode: "text", uses }),
		html: compileTemplate(html, { file: body.file, mode: "html", uses: usesIn(uses, body.file, "campaign.toml") }),
		text: compileTemplate(text.source, { file: text.file, mode: "text", uses: usesIn(uses, text.file) }),
	};
	const encodings = { html: encodingOf(templates.html, html), text: encodingOf(templates.text, text.source) };
	const frame = await buildFrame(images, folder.attachments, encodings);
	const compiled = new CompiledCampaign({
		folder,
		options,
		uses,
		templates,
		sources: { html, text: text.source },
		encodings,
		frame,
		images,
	});
	await rehearse(compiled, uses, folder);
	return compiled;
}

/** Fields of a reader (`city`, `name`; never `email`) that templates use without a default: a reader who lacks one gets no message. */
export function requiredFields(compiled: { readonly uses: readonly FieldUse[] }): readonly string[] {
	const fields = compiled.uses.filter(({ required, path }) => required && path.startsWith("contact."));
	return [...new Set(fields.map(({ path }) => path.slice("contact.".length)))].filter((field) => field !== "email");
}

function identityFindings(from: string, identity: IdentityConfig): readonly Finding[] {
	const findings: Finding[] = [];
	const fits = identity.from.startsWith("@") ? from.endsWith(identity.from) : from.toLowerCase() === identity.from;
	if (!fits)
		findings.push({
			where: "campaign.toml",
			what: `the identity ${identity.from} may not send as ${from}`,
			fix: "Name an address of that identity, or add an [[identity]] for this one.",
		});
	for (const value of [identity.name ?? "", identity.postalAddress ?? ""])
		if (hasControl(value))
			findings.push({
				where: `[[identity]] ${identity.from}`,
				what: "its name or postal address holds a line break or control character",
			});
	return findings;
}

function usesIn(uses: readonly FieldUse[], ...files: readonly string[]): readonly FieldUse[] {
	return uses.filter(({ file }) => files.includes(file));
}

/** The pictures that the HTML really shows, each with a Content-ID that stays the same while its bytes do. */
function embedded(folder: CampaignFolder, html: string, domain: string): readonly EmbeddedImage[] {
	const shown = new Set(imageReferences(html).map(({ path }) => path));
	return folder.images
		.filter(({ path }) => shown.has(path))
		.map((image, index) => {
			const digest = createHash("sha256").update(image.content).digest("hex").slice(0, 16);
			return { ...image, cid: `${index}.${digest}@${domain}` };
		});
}

function encodingOf(template: CompiledTemplate, source: string) {
	return chooseEncoding(template.kind === "segments" ? template.fixed : [source]);
}

async function rehearse(compiled: CompiledCampaign, uses: readonly FieldUse[], folder: CampaignFolder): Promise<void> {
	const attributes: Record<string, string> = {};
	for (const { path } of uses) if (path.startsWith("contact.")) attributes[path.slice("contact.".length)] = "x";
	const reader = { contactId: 0, deliveryId: 0, email: "reader@example.test", name: "x", attributes };
	const problem = compiled.problemOf(reader, 0);
	if (problem === null) return;
	const detail = `${problem.where}: ${problem.what}`;
	fail("campaign-invalid", { dir: folder.dir, detail }, { findings: [problem] });
}

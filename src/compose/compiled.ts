// What a compiled campaign can do: make the message of one reader. See compile.ts for how it comes to be.
import { macOf } from "../address/mac.ts";
import { encodeToken } from "../address/token.ts";
import { encodeVerp } from "../address/verp.ts";
import type { IdentityConfig } from "../config/types.ts";
import { type Finding, WellsentError } from "../errors.ts";
import { canonicalBody, trimBodyEnd } from "./canonical.ts";
import type { FieldUse } from "./fields.ts";
import type { CampaignFolder } from "./folder.file.ts";
import {
	dateField,
	fixedHeaders,
	type HeaderField,
	messageIdField,
	subjectField,
	toField,
	unsubscribeFields,
	writeHeaders,
} from "./headers.ts";
import { refuse, refuseUnsafe } from "./reader-check.ts";
import { createSigner, type DkimKey, hashBody, type Signer } from "./sign.ts";
import type { EmbeddedImage, MessageFrame } from "./structure.ts";
import { type CompiledTemplate, renderTemplate, segmentValues, type View } from "./template.ts";
import { cleanField, hasControl } from "./text.ts";
import { compileEncoder, type EncodedPart, type PartEncoder, type TransferEncoding } from "./transfer.ts";

export interface CompileOptions {
	readonly identity: IdentityConfig;
	readonly campaign: { readonly id: number; readonly name: string };
	/** All keys of the identity (loadDkimKeys): an identity that has keys never sends unsigned. */
	readonly keys: readonly DkimKey[];
	/** Signs return paths, links and message ids. */
	readonly secret: string;
	/** Return path: one address for all, or null and the domain in which each gets its own. Absent: the identity's domain. */
	readonly envelope?: { readonly address: string | null; readonly domain: string };
	/** Attributes that the list has; a template that names another one is refused with the nearest name. Absent: not judged. */
	readonly fields?: readonly string[];
	/** IANA zone of `{{ today }}`; UTC when absent. */
	readonly zone?: string;
}

/** One reader of one campaign. */
export interface Reader {
	readonly contactId: number;
	readonly deliveryId: number;
	/** Domain in ASCII. */
	readonly email: string;
	readonly name: string | null;
	/** An empty value counts as absent, so that `default` and `if` do what their author meant for an empty cell of a CSV file. */
	readonly attributes: Readonly<Record<string, string>>;
}

/** Bytes. `html` and `text` before transfer encoding, the others as they travel. */
export interface MessageSizes {
	readonly html: number;
	readonly htmlEncoded: number;
	readonly text: number;
	readonly textEncoded: number;
	readonly message: number;
}

export interface ComposedMessage {
	/** The return path, one for each delivery. */
	readonly mailFrom: string;
	/** With its angle brackets; the same for every try of a delivery. */
	readonly messageId: string;
	/** The final bytes in order. The last piece is shared by all readers of the campaign: never write to it. */
	readonly raw: readonly Buffer[];
	readonly size: number;
	/** The address needs SMTPUTF8 (RFC 6531). */
	readonly needsSmtpUtf8: boolean;
	readonly needs8bit: false;
	readonly sizes: MessageSizes;
}

/** A reader's texts before they become a message: for previews, lint and the biggest contributors. */
export interface RenderedTexts {
	readonly subject: string;
	readonly html: string;
	readonly text: string;
}

export interface TemplateSet {
	readonly subject: CompiledTemplate;
	readonly html: CompiledTemplate;
	readonly text: CompiledTemplate;
}

export interface CompiledParts {
	readonly folder: CampaignFolder;
	readonly options: CompileOptions;
	readonly uses: readonly FieldUse[];
	readonly templates: TemplateSet;
	/** The templates of both bodies as they are rendered. */
	readonly sources: { readonly html: string; readonly text: string };
	readonly encodings: { readonly html: TransferEncoding; readonly text: TransferEncoding };
	readonly frame: MessageFrame;
	readonly images: readonly EmbeddedImage[];
}

export interface Links {
	/** The one-click link (http only on loopback), or null when the identity has none. */
	readonly https: string | null;
	readonly mailto: string;
}

/** Letters of a delivery's number in a message id: 2.8 million million deliveries. */
export const ID_LETTERS = 8;
const AD_MARK = "(광고)";

export class CompiledCampaign {
	readonly parts: CompiledParts;
	/** Every use of a variable, with file and line. */
	readonly uses: readonly FieldUse[];
	private readonly encodeText: PartEncoder | null;
	private readonly encodeHtml: PartEncoder | null;
	private readonly fixed: ReturnType<typeof fixedHeaders>;
	private readonly canonical: { readonly beforeText: string; readonly between: string; readonly afterHtml: Buffer };
	/** The part of the From address after the "@": message ids are made in it. */
	readonly domain: string;
	/** A notice offers no way out unless its author wrote one. */
	private readonly unsubscribable: boolean;
	/** Null: it has fields of the reader. */
	readonly subject: HeaderField | null;
	private readonly signer: Signer;
	private today = { until: 0, since: 0, text: "" };

	constructor(parts: CompiledParts) {
		const { templates, encodings, frame, folder, options } = parts;
		this.parts = parts;
		this.uses = parts.uses;
		this.encodeText = templates.text.kind === "segments" ? compileEncoder(templates.text.fixed, encodings.text) : null;
		this.encodeHtml = templates.html.kind === "segments" ? compileEncoder(templates.html.fixed, encodings.html) : null;
		const { settings } = folder;
		const identityName = options.identity.name;
		this.fixed = fixedHeaders({ settings, identityName, campaignId: options.campaign.id, contentType: frame.contentType });
		const afterHtml = frame.afterHtml.toString("latin1");
		const reduced = trimBodyEnd(canonicalBody(afterHtml));
		this.canonical = {
			beforeText: canonicalBody(frame.beforeText),
			between: canonicalBody(frame.between),
			// Shared when equal: 34 MB need not be kept twice.
			afterHtml: reduced === afterHtml ? frame.afterHtml : Buffer.from(reduced, "latin1"),
		};
		this.domain = settings.identity.slice(settings.identity.indexOf("@") + 1);
		this.unsubscribable = settings.kind === "marketing" || parts.uses.some(({ path }) => path === "unsubscribe_url");
		const plain = templates.subject.kind === "segments" && templates.subject.fields.length === 0;
		this.subject = plain ? subjectField(this.withAdMark(templates.subject.fixed[0] ?? "")) : null;
		const anybody = { contactId: 0, deliveryId: 0, email: "", name: null, attributes: {} };
		const names = this.fields(anybody, this.links(anybody), "x", "<>", 0).map(({ name }) => name);
		this.signer = createSigner(names, options.keys);
	}

	/**
	 * The signed message of one reader, `now` in milliseconds. Throws `reader-refused` when this reader cannot be written to (a field is
	 * missing, a line break in the name) and `dkim-signing-failed`; both concern this message only, and it is never made unsigned.
	 */
	async compose(reader: Reader, { now }: { readonly now: number }): Promise<ComposedMessage> {
		const { frame, options, templates, encodings } = this.parts;
		const links = this.links(reader);
		const view = this.view(reader, links, now);
		const subject = this.subject === null ? this.renderSubject(view, reader) : "";
		const text = encodePart(templates.text, this.encodeText, encodings.text, view);
		const html = encodePart(templates.html, this.encodeHtml, encodings.html, view);
		const { deliveryId } = reader;
		const mac = macOf("message-id", `${options.campaign.id}-${deliveryId}`, options.secret, 16);
		// Always as long, so that a message can be measured before its delivery has a number.
		const messageId = `<${deliveryId.toString(36).padStart(ID_LETTERS, "0")}.${mac}@${this.domain}>`;
		const fields = this.fields(reader, links, subject, messageId, now);
		const partSizes = {
			html: html.decodedBytes,
			htmlEncoded: html.raw.length,
			text: text.decodedBytes,
			textEncoded: text.raw.length,
		};
		const { beforeText, between, afterHtml } = this.canonical;
		const signed =
			options.keys.length === 0
				? ""
				: await this.signer(fields, await hashBody([beforeText, text.canonical, between, html.canonical], afterHtml), now);
		const needsSmtpUtf8 = /[^\x00-\x7f]/.test(reader.email);
		const head = `${signed}${writeHeaders(fields)}\r\n`;
		const own = Buffer.from(head + frame.beforeText + text.raw + frame.between + html.raw, needsSmtpUtf8 ? "utf8" : "latin1");
		const size = own.length + frame.afterHtml.length;
		return {
			mailFrom:
				options.envelope?.address ??
				encodeVerp({ deliveryId, domain: options.envelope?.domain ?? options.identity.returnPath, secret: options.secret }),
			messageId,
			raw: [own, frame.afterHtml],
			size,
			needsSmtpUtf8,
			needs8bit: false,
			sizes: { ...partSizes, message: size },
		};
	}

	/** The texts of one reader. Throws `reader-refused`. */
	render(reader: Reader, { now }: { readonly now: number }): RenderedTexts {
		const { templates } = this.parts;
		const view = this.view(reader, this.links(reader), now);
		return {
			subject: this.renderSubject(view, reader),
			html: renderTemplate(templates.html, view),
			text: renderTemplate(templates.text, view),
		};
	}

	/** Why no message can be made for a reader, with file and line where a template is the reason; null: it can. Composes nothing. */
	problemOf(reader: Reader, now: number): Finding | null {
		try {
			this.render(reader, { now });
			return null;
		} catch (error) {
			if (!(error instanceof WellsentError) || error.code !== "reader-refused") throw error;
			return error.findings[0] ?? { where: reader.email, what: error.what };
		}
	}

	/** What templates see of a reader. Throws `reader-refused` for one who cannot be written to. Public for worst.ts, as the three below are. */
	view(reader: Reader, links: Links, now: number): View {
		const { options, folder } = this.parts;
		const { identity, campaign } = options;
		refuseUnsafe(reader);
		// No prototype: a column named __proto__ is a column.
		const contact: Record<string, string> = Object.create(null);
		for (const key of Object.keys(reader.attributes)) {
			const value = reader.attributes[key];
			if (value !== undefined && value !== "") contact[key] = cleanField(value);
		}
		contact["email"] = reader.email;
		if (reader.name === null || reader.name === "") delete contact["name"];
		else contact["name"] = cleanField(reader.name);
		return {
			contact,
			unsubscribe_url: links.https ?? `mailto:${links.mailto}`,
			today: this.todayAt(now),
			campaign: { name: campaign.name, subject: folder.settings.subject },
			identity: { name: identity.name ?? folder.settings.identity, postal_address: identity.postalAddress ?? "" },
		};
	}

	/** The ways out. The token of the mailto stands in the address, because some programs drop a mailto's subject. */
	private links(reader: Reader): Links {
		const { campaign, secret } = this.parts.options;
		return this.linksOf(encodeToken({ contactId: reader.contactId, campaignId: campaign.id }, secret));
	}

	linksOf(token: string): Links {
		const { identity } = this.parts.options;
		return {
			https: identity.unsubscribe === null ? null : `${identity.unsubscribe}/u/${token}`,
			mailto: `u-${token}@${identity.returnPath}`,
		};
	}

	/** The Subject of a reader, when it has fields. */
	subjectOf(view: View, reader: Reader): HeaderField {
		return subjectField(this.renderSubject(view, reader));
	}

	private renderSubject(view: View, reader: Reader): string {
		const subject = renderTemplate(this.parts.templates.subject, view).trim();
		if (hasControl(subject)) refuse(reader, "the subject would hold a line break or control character");
		if (subject === "") refuse(reader, "the subject would be empty");
		return this.withAdMark(subject);
	}

	private withAdMark(subject: string): string {
		return !this.parts.folder.settings.advertKr || subject.startsWith(AD_MARK) ? subject : `${AD_MARK} ${subject}`;
	}

	fields(reader: Reader, links: Links, subject: string, messageId: string, now: number): readonly HeaderField[] {
		const fields = [
			this.fixed.from,
			toField(reader.name, reader.email),
			this.subject ?? subjectField(subject),
			dateField(now),
			messageIdField(messageId),
			...this.fixed.rest,
		];
		if (this.unsubscribable) fields.push(...unsubscribeFields(links.https, links.mailto));
		return fields;
	}

	private todayAt(now: number): string {
		// Zones change date on a quarter of an hour; making the format costs 30 µs.
		if (now < this.today.since || now >= this.today.until) {
			const since = now - (now % 900_000);
			const format = new Intl.DateTimeFormat("sv-SE", { timeZone: this.parts.options.zone ?? "UTC", dateStyle: "short" });
			this.today = { since, until: since + 900_000, text: format.format(now) };
		}
		return this.today.text;
	}
}

function encodePart(template: CompiledTemplate, encode: PartEncoder | null, encoding: TransferEncoding, view: View): EncodedPart {
	if (template.kind === "segments" && encode !== null) return encode(segmentValues(template, view));
	return compileEncoder([renderTemplate(template, view)], encoding)([]);
}

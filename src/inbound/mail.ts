// One message that arrived, taken apart: its headers, what a person would read, and the parts made for programs. MIME is postal-mime's business; what the
// parts mean is not judged here.
import PostalMime from "postal-mime";

export interface MailPart {
	/** Lower case: "message/delivery-status". */
	readonly type: string;
	readonly text: string;
}

export interface Mail {
	/** First value of each field, by its name in lower case. */
	readonly headers: ReadonlyMap<string, string>;
	/** Address in lower case, "" when there is none. */
	readonly from: string;
	readonly subject: string;
	/** What a person would read, without markup, bounded. */
	readonly text: string;
	/** Everything else, in its order: reports, the returned message or its headers. */
	readonly parts: readonly MailPart[];
}

/** Characters of the readable text, and of each part, that are looked at: a report says what it has to say at its beginning. */
const LOOKED_AT = 65_536;
/** Reports are three parts deep at most; the rest is somebody's joke. */
const DEPTH = 20;
const PARTS = 20;

/**
 * Lines that may begin a part. Parts cost the parser: 120,000 empty ones in a megabyte took 8 s of the one thread, a thousand take 0.1 s. A report has
 * four, and a newsletter that comes back with it a few dozen.
 */
const BOUNDARIES = 1_000;

/** Takes a message apart. Never throws: null is something that cannot be read as a message. */
export async function readMail(raw: Uint8Array): Promise<Mail | null> {
	if (hasTooManyParts(raw)) return null;
	try {
		const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true, maxNestingDepth: DEPTH });
		const headers = new Map<string, string>();
		for (const { key, value } of mail.headers) if (!headers.has(key)) headers.set(key, value);
		return {
			headers,
			from: mail.from?.address?.toLowerCase() ?? "",
			subject: mail.subject ?? "",
			text: readable(mail.text, mail.html).slice(0, LOOKED_AT),
			parts: mail.attachments
				.slice(0, PARTS)
				.map(({ mimeType, content }) => ({ type: mimeType.toLowerCase(), text: textOf(content) })),
		};
	} catch {
		return null;
	}
}

function hasTooManyParts(raw: Uint8Array): boolean {
	const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
	let at = 0;
	for (let n = 0; n <= BOUNDARIES; n++) {
		at = bytes.indexOf("\n--", at) + 1;
		if (at === 0) return false;
	}
	return true;
}

function readable(text: string | undefined, html: string | undefined): string {
	if (text !== undefined && text.trim() !== "") return text;
	// Not for showing: only words are looked for in it.
	return (html ?? "")
		.slice(0, LOOKED_AT)
		.replace(/<(?:style|script)\b[^<>]{0,500}>[^<]*/gi, " ")
		.replace(/<(?:br|p|div|tr|li|h\d)\b[^<>]{0,500}>/gi, "\n")
		.replace(/<[^<>]{0,500}>/g, " ")
		.replace(/&lt;/g, "<")
		.replace(/&gt;/g, ">")
		.replace(/&nbsp;/g, " ")
		.replace(/&amp;/g, "&");
}

function textOf(content: ArrayBuffer | Uint8Array | string): string {
	if (typeof content === "string") return content.slice(0, LOOKED_AT);
	const bytes = content instanceof Uint8Array ? content : new Uint8Array(content);
	return new TextDecoder().decode(bytes.subarray(0, LOOKED_AT));
}

/** A block of "Name: value" lines by name in lower case; the first of a name counts. */
export type Fields = ReadonlyMap<string, string>;

/**
 * Blocks of fields, parted by empty lines and unfolded: the form of message/delivery-status (RFC 3464 section 2.1), of message/feedback-report
 * (RFC 5965 section 3.1) and of the headers of a returned message. Lines that are no field are passed over.
 */
export function fieldBlocks(text: string, most = 50): readonly Fields[] {
	const blocks = text
		.replace(/\r\n?/g, "\n")
		.trimStart()
		.split(/\n[ \t]*\n+/, most);
	return blocks.map(fieldsOf).filter((fields) => fields.size > 0);
}

function fieldsOf(block: string): Fields {
	const fields = new Map<string, string>();
	for (const line of block.replace(/\n[ \t]+/g, " ").split("\n")) {
		const colon = line.indexOf(":");
		const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
		if (/^[!-9;-~]{1,100}$/.test(name) && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
	}
	return fields;
}

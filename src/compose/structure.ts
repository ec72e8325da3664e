// The MIME tree of a campaign: nodemailer's MailComposer builds it once around two marker words, and it is cut there.
// What stays is fixed bytes with two gaps, for the reader's text and the reader's HTML.
//
// mixed (alternative (text, related (html, pictures)), attachments), with the layers that are not needed left out. The boundaries hold
// "=_", which neither quoted-printable nor base64 can produce (RFC 2045 section 6.7), so no reader's field can end a part.
import MailComposer from "nodemailer/lib/mail-composer";
import { fail } from "../errors.ts";
import type { FolderFile } from "./images.ts";
import type { TransferEncoding } from "./transfer.ts";

export interface EmbeddedImage extends FolderFile {
	/** Content-ID without its angle brackets. */
	readonly cid: string;
}

/** The fixed parts of every reader's message, ASCII. Body = beforeText + text + between + html + afterHtml. */
export interface MessageFrame {
	readonly contentType: string;
	readonly beforeText: string;
	readonly between: string;
	/** The end of the tree with all pictures and attachments: up to 34 MB, shared by all readers. */
	readonly afterHtml: Buffer;
}

const TEXT_MARK = "WELLSENT-TEXT-GOES-HERE";
const HTML_MARK = "WELLSENT-HTML-GOES-HERE";

export async function buildFrame(
	images: readonly EmbeddedImage[],
	attachments: readonly FolderFile[],
	encodings: { readonly text: TransferEncoding; readonly html: TransferEncoding },
): Promise<MessageFrame> {
	const message = await new MailComposer({
		text: TEXT_MARK,
		html: HTML_MARK,
		// The default leaves bare LF in the parts it does not encode, and a signature over them fails.
		newline: "windows",
		boundaryPrefix: "=_wellsent",
		disableFileAccess: true,
		disableUrlAccess: true,
		attachments: [
			...images.map(({ name, content, type, cid }) => ({
				filename: name,
				content,
				contentType: type,
				cid,
				contentDisposition: "inline",
				contentTransferEncoding: "base64",
			})),
			...attachments.map(({ name, content, type }) => ({
				filename: name,
				content,
				contentType: type,
				contentTransferEncoding: "base64",
			})),
		],
	})
		.compile()
		.build();
	const headEnd = message.indexOf("\r\n\r\n");
	const head = message.subarray(0, headEnd).toString("latin1");
	const contentType = /^Content-Type: ((?:.*)(?:\r\n[ \t].*)*)/im.exec(head)?.[1];
	const text = gapAround(message, TEXT_MARK);
	const html = gapAround(message, HTML_MARK);
	if (contentType === undefined || text.end >= html.start) fail("internal", { detail: "the message tree has an unknown shape" });
	return {
		contentType,
		beforeText: message.subarray(headEnd + 4, text.start).toString("latin1") + partHeader("text/plain", encodings.text),
		between: message.subarray(text.end, html.start).toString("latin1") + partHeader("text/html", encodings.html),
		afterHtml: message.subarray(html.end),
	};
}

function partHeader(type: string, encoding: TransferEncoding): string {
	return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
}

/** The stretch from the part's own header lines to the end of its mark: nodemailer chose that header for the mark, not for the text. */
function gapAround(message: Buffer, mark: string): { readonly start: number; readonly end: number } {
	const at = message.indexOf(`\r\n\r\n${mark}`);
	if (at < 0) return fail("internal", { detail: "the message tree lost a part" });
	const boundary = message.lastIndexOf("\r\n--", at);
	const start = message.indexOf("\r\n", boundary + 2) + 2;
	return { start, end: at + 4 + mark.length };
}

// From the bytes of a file to UTF-8, checked: a list in another encoding is refused in words instead of becoming "±èÃ¶¼ö".
// Does not guess an encoding: a short list in EUC-KR can be valid in several, and a wrong guess spoils names for good.
import { fail } from "../errors.ts";
import { EucKrDecoder } from "./euc-kr.ts";

export type Encoding = "utf-8" | "euc-kr";

const NAMES: Readonly<Record<Encoding, string>> = { "utf-8": "UTF-8", "euc-kr": "EUC-KR" };

/**
 * The same text as UTF-8 bytes, chunk by chunk, without the byte order mark. "euc-kr" means Windows' code
 * page 949, with all 11,172 syllables, as Excel writes it. Throws csv-encoding with the first line that is not in the encoding.
 */
export async function* decodeChunks(chunks: AsyncIterable<Uint8Array>, encoding: Encoding, name: string): AsyncGenerator<Buffer> {
	const decoder = decoderOf(encoding);
	let first = true;
	let line = 1;
	// A mark may come in pieces, so the first chunk is made at least 3 bytes long.
	let start = Buffer.alloc(0);
	for await (const bytes of chunks) {
		let chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		if (first) {
			start = Buffer.concat([start, chunk]);
			if (start.length < 3) continue;
			chunk = withoutMark(start, encoding, name);
			first = false;
		}
		yield decode(chunk, false);
		line += lineFeedsIn(chunk);
	}
	if (first) yield decode(withoutMark(start, encoding, name), false);
	decode(Buffer.alloc(0), true);

	function decode(chunk: Buffer, isLast: boolean): Buffer {
		const utf8 = decoder(chunk, isLast);
		if (utf8 !== null) return utf8;
		const wrong = line + firstWrongLine(chunk, encoding);
		return fail("csv-encoding", { file: name, encoding: NAMES[encoding], line: wrong, hint: hint(encoding) });
	}
}

/** Answers the UTF-8 of a piece of a text, or null when it is not in the encoding. */
function decoderOf(encoding: Encoding): (bytes: Buffer, isLast: boolean) => Buffer | null {
	switch (encoding) {
		case "utf-8": {
			const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
			return (bytes, isLast) => {
				try {
					// Only checked: the bytes are what is wanted already.
					decoder.decode(bytes, { stream: !isLast });
					return bytes;
				} catch {
					return null;
				}
			};
		}
		case "euc-kr": {
			const decoder = new EucKrDecoder();
			return (bytes, isLast) => {
				const text = decoder.decode(bytes, isLast);
				return text === null ? null : Buffer.from(text, "utf8");
			};
		}
	}
}

function hint(encoding: Encoding): string {
	switch (encoding) {
		case "utf-8":
			return "If the file comes from a Korean Excel, add --encoding euc-kr; otherwise save it as “CSV UTF-8”.";
		case "euc-kr":
			return "Leave --encoding euc-kr away if the file is UTF-8.";
	}
}

function withoutMark(start: Buffer, encoding: Encoding, name: string): Buffer {
	const is = (...mark: number[]) => mark.every((byte, i) => start[i] === byte);
	const wrong = (advice: string) => fail("csv-encoding", { file: name, encoding: NAMES[encoding], line: 1, hint: advice });
	if (is(0xff, 0xfe) || is(0xfe, 0xff)) wrong("It is UTF-16 (Excel's “Unicode text”): save it as “CSV UTF-8”.");
	if (!is(0xef, 0xbb, 0xbf)) return start;
	if (encoding !== "utf-8") wrong("It begins with the mark of UTF-8: leave --encoding euc-kr away.");
	return start.subarray(3);
}

/** How many lines of the chunk come before the first one that does not decode. A line feed is never part of a longer character here. */
function firstWrongLine(chunk: Buffer, encoding: Encoding): number {
	let begin = 0;
	for (let lines = 0; ; lines++) {
		const feed = chunk.indexOf(0x0a, begin);
		if (feed < 0) return lines;
		const text = chunk.subarray(begin, feed + 1);
		// The chunk may begin within a character (at most 3 more bytes of it), whose other part is gone by now.
		const fine = decodes(text, encoding) || (lines === 0 && [1, 2, 3].some((cut) => decodes(text.subarray(cut), encoding)));
		if (!fine) return lines;
		begin = feed + 1;
	}
}

function decodes(bytes: Buffer, encoding: Encoding): boolean {
	return decoderOf(encoding)(bytes, true) !== null;
}

function lineFeedsIn(chunk: Buffer): number {
	let count = 0;
	for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) count++;
	return count;
}

// Makes image files smaller without changing a pixel: PNG data deflated again as well as zlib can, and in PNG and JPEG the notes of cameras and editing
// programs left out. Pure: bytes in, bytes out; what cannot be bettered or understood comes back as it was.
//
// What a codec can do beyond that is asked of campaign/recompress.file.ts; this is what remains for pictures that it does not better, and without it.
import { deflateSync, inflateSync } from "node:zlib";

/** The smaller of the file and its lossless repack. */
export function shrinkImage(content: Buffer, type: string): Buffer {
	const made = type === "image/png" ? repackPng(content) : type === "image/jpeg" ? stripJpeg(content) : null;
	return made !== null && made.length < content.length ? made : content;
}

/** Chunks that change how a picture looks, or where it is cut (PNG specification, third edition, section 11). All others are notes. */
const PNG_SEEN = new Set(["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "pHYs", "cICP"]);
/** Animations have data of their own in an order that counts. */
const PNG_ANIMATED = new Set(["acTL", "fcTL", "fdAT"]);
/** Of the unpacked pixels; a larger picture is no newsletter's. */
const MOST_PIXEL_BYTES = 256 * 1024 ** 2;

function repackPng(content: Buffer): Buffer | null {
	const chunks: { readonly name: string; readonly whole: Buffer; readonly data: Buffer }[] = [];
	for (let at = 8; at + 12 <= content.length; ) {
		const length = content.readUInt32BE(at);
		if (at + 12 + length > content.length) return null;
		const name = content.toString("latin1", at + 4, at + 8);
		chunks.push({ name, whole: content.subarray(at, at + 12 + length), data: content.subarray(at + 8, at + 8 + length) });
		at += 12 + length;
	}
	if (chunks.at(-1)?.name !== "IEND" || chunks.some(({ name }) => PNG_ANIMATED.has(name))) return null;
	const kept = chunks.filter(({ name }) => PNG_SEEN.has(name));
	const first = kept.findIndex(({ name }) => name === "IDAT");
	if (first < 0) return null;
	const packed = Buffer.concat(kept.filter(({ name }) => name === "IDAT").map(({ data }) => data));
	let better: Buffer;
	try {
		const pixels = inflateSync(packed, { maxOutputLength: MOST_PIXEL_BYTES });
		better = deflateSync(pixels, { level: 9, memLevel: 9 });
	} catch {
		return null;
	}
	const data = better.length < packed.length ? better : packed;
	const before = kept.slice(0, first).map(({ whole }) => whole);
	const after = kept.slice(first).filter(({ name }) => name !== "IDAT");
	return Buffer.concat([content.subarray(0, 8), ...before, pngChunk("IDAT", data), ...after.map(({ whole }) => whole)]);
}

/** An animated PNG. Its first picture is all that most programs see of it. */
export function isAnimatedPng(content: Buffer): boolean {
	// It stands before the picture's data (PNG specification, third edition, section 5.6).
	const at = content.indexOf("acTL", 8, "latin1");
	return at > 0 && at < content.indexOf("IDAT", 8, "latin1");
}

function pngChunk(name: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
	const frame = Buffer.alloc(8);
	frame.writeUInt32BE(data.length, 0);
	frame.writeUInt32BE(crc32(body), 4);
	return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const CRC = Array.from({ length: 256 }, (_, byte) => {
	let value = byte;
	for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
	return value >>> 0;
});

function crc32(bytes: Buffer): number {
	let crc = 0xffffffff;
	for (const byte of bytes) crc = (CRC[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
	return (crc ^ 0xffffffff) >>> 0;
}

/** Leaves out comments, XMP, Photoshop's notes, and EXIF unless it says that the picture has to be turned. Colour profiles stay. */
function stripJpeg(content: Buffer): Buffer | null {
	const pieces: Buffer[] = [content.subarray(0, 2)];
	for (let at = 2; at + 4 <= content.length; ) {
		if (content[at] !== 0xff) return null;
		const marker = content[at + 1] ?? 0;
		// Start of scan: from here on it is the picture.
		if (marker === 0xda) return Buffer.concat([...pieces, content.subarray(at)]);
		const length = content.readUInt16BE(at + 2);
		const segment = content.subarray(at, at + 2 + length);
		if (length < 2 || segment.length < length + 2) return null;
		if (!isNote(marker, segment)) pieces.push(segment);
		at += 2 + length;
	}
	return null;
}

function isNote(marker: number, segment: Buffer): boolean {
	if (marker === 0xfe || marker === 0xed) return true;
	if (marker !== 0xe1) return false;
	return segment.toString("latin1", 4, 10) !== "Exif\0\0" || orientation(segment.subarray(10)) <= 1;
}

/** Tag 0x0112 of the first directory (Exif 2.3 section 4.6.4); 1 means upright, 9 that it could not be read: then the notes stay. */
function orientation(tiff: Buffer): number {
	try {
		const little = tiff.toString("latin1", 0, 2) === "II";
		const short = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
		const start = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
		for (let entry = 0; entry < short(start); entry += 1) {
			const at = start + 2 + entry * 12;
			if (short(at) === 0x0112) return short(at + 8);
		}
		return 1;
	} catch {
		return 9;
	}
}

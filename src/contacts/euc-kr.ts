// Reads EUC-KR as Korean Windows means it: KS X 1001 and the 8,822 further syllables of code page 949.
// Own, because Node's TextDecoder("euc-kr") knows KS X 1001 only and is lax: in "똠방각하" it makes control characters of the first
// syllable, and does the same, without an error, with bytes of another encoding (measured on Node 20.20 with ICU).

/** A code unit by `(lead - 0x81) * 256 + trail`; 0 where there is none. Made on first use, in about 25 ms. */
let table: Uint16Array | null = null;

/** Decodes pieces of one text; a character may lie across two of them. */
export class EucKrDecoder {
	#lead = 0;

	/** The text of the piece, or null when it holds bytes that mean nothing, or when the last piece ends within a character. */
	decode(bytes: Uint8Array, isLast: boolean): string | null {
		table ??= makeTable();
		const units = new Uint16Array(bytes.length);
		let length = 0;
		for (const byte of bytes) {
			if (this.#lead === 0) {
				if (byte < 0x80) units[length++] = byte;
				else if (byte === 0x80 || byte === 0xff) return null;
				else this.#lead = byte;
			} else {
				const unit = table[(this.#lead - 0x81) * 256 + byte] ?? 0;
				if (unit === 0) return null;
				units[length++] = unit;
				this.#lead = 0;
			}
		}
		if (isLast && this.#lead !== 0) return null;
		// The units are in the machine's byte order (big-endian on IBM's), Buffer reads little-endian.
		const view = Buffer.from(units.buffer, 0, length * 2);
		return LITTLE_ENDIAN ? view.toString("utf16le") : Buffer.from(view).swap16().toString("utf16le");
	}
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * KS X 1001 (both bytes from 0xA1) from Node, its user-defined rows left out, plus the euro and registered signs that the standard of 1998 added.
 * Then the rule by which Microsoft laid out the rest: all syllables of Unicode that KS X 1001 lacks, in Unicode's order, in the places before.
 */
function makeTable(): Uint16Array {
	const made = new Uint16Array((0xff - 0x81) * 256);
	const known = new Set<number>();
	const put = (lead: number, trail: number, unit: number) => {
		made[(lead - 0x81) * 256 + trail] = unit;
		known.add(unit);
	};
	const standard = new TextDecoder("euc-kr");
	for (let lead = 0xa1; lead <= 0xfe; lead++) {
		for (let trail = 0xa1; trail <= 0xfe; trail++) {
			const text = standard.decode(Uint8Array.of(lead, trail));
			if (text.length === 1 && !/[\p{Co}\p{Cc}\ufffd]/u.test(text)) put(lead, trail, text.charCodeAt(0));
		}
	}
	put(0xa2, 0xe6, 0x20ac);
	put(0xa2, 0xe7, 0x00ae);
	let lead = 0x81;
	let trail = 0x41;
	for (let syllable = 0xac00; syllable <= 0xd7a3; syllable++) {
		if (known.has(syllable)) continue;
		put(lead, trail, syllable);
		trail++;
		if (trail === 0x5b) trail = 0x61;
		else if (trail === 0x7b) trail = 0x81;
		// From lead 0xA1 on, trails from 0xA1 belong to KS X 1001.
		else if (trail === (lead < 0xa1 ? 0xff : 0xa1)) {
			lead++;
			trail = 0x41;
		}
	}
	return made;
}

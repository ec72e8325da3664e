// The names in a ZIP file, from its central directory. Unpacks nothing, so no bomb can go off; a file that is none, or broken, has no names.

export interface ZipEntry {
	readonly name: string;
	readonly encrypted: boolean;
}

/** APPNOTE.TXT sections 4.3.12 and 4.3.16. */
const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const LONGEST_COMMENT = 65_535;
const MOST_ENTRIES = 20_000;

export function zipNames(content: Buffer): readonly ZipEntry[] {
	const end = endOfDirectory(content);
	if (end === null) return [];
	const entries: ZipEntry[] = [];
	let at = content.readUInt32LE(end + 16);
	const count = Math.min(content.readUInt16LE(end + 10), MOST_ENTRIES);
	for (let n = 0; n < count && at + ENTRY_LENGTH <= end; n += 1) {
		if (content.readUInt32LE(at) !== ENTRY) break;
		const flags = content.readUInt16LE(at + 8);
		const nameLength = content.readUInt16LE(at + 28);
		// Old archives are in code pages; an ending is ASCII in all of them.
		const name = content.toString((flags & 0x800) === 0 ? "latin1" : "utf8", at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength);
		entries.push({ name, encrypted: (flags & 1) === 1 });
		at += ENTRY_LENGTH + nameLength + content.readUInt16LE(at + 30) + content.readUInt16LE(at + 32);
	}
	return entries;
}

function endOfDirectory(content: Buffer): number | null {
	const first = Math.max(0, content.length - END_LENGTH - LONGEST_COMMENT);
	for (let at = content.length - END_LENGTH; at >= first; at -= 1) if (content.readUInt32LE(at) === END_OF_DIRECTORY) return at;
	return null;
}

// The dots of a body, escaped fast. nodemailer's stream looks at every byte of every message to double the dots at the start of lines and to mend bare
// CR and LF; for a message of 24 KB that is a sixth of all the work of sending it (measured: 200 µs of 1,300). Here the native search of a Buffer finds
// out in 9 µs that there is nothing to mend, and the bytes go through as they are. Where there is something, nodemailer does what it always did.
import { Transform, type Writable } from "node:stream";

/** What nodemailer's stream remembers between two chunks (its DataStream; the name is stable since version 1). */
interface DotStream extends Transform {
	/** The last byte that went through; false before the first. */
	lastByte: number | false;
}

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

/** Gives nodemailer's dot-escaping stream the quick way; any other stream stays as it is. */
export function quicken(stream: Writable): void {
	if (!isDotStream(stream)) return;
	const slow = stream._transform.bind(stream);
	stream._transform = (chunk: Buffer, encoding, done) => {
		if (!Buffer.isBuffer(chunk) || !passes(chunk, stream.lastByte)) return slow(chunk, encoding, done);
		const last = chunk.at(-1);
		if (last !== undefined) stream.lastByte = last;
		done(null, chunk);
	};
}

/** True when nothing of a chunk has to be changed: every CR stands before a LF and the other way round, and no line begins with a dot. */
export function passes(chunk: Buffer, before: number | false): boolean {
	const first = chunk[0];
	if (first === undefined) return false;
	if (first === DOT && (before === LF || before === false)) return false;
	if ((before === CR) !== (first === LF)) return false;
	// A line end cut in two by the chunks, with a dot behind it.
	if (first === LF && chunk[1] === DOT) return false;
	for (let at = chunk.indexOf(CR); at >= 0; at = chunk.indexOf(CR, at + 1)) {
		// A CR at the very end could be half of a line end: rare enough for the slow way.
		if (chunk[at + 1] !== LF || chunk[at + 2] === DOT) return false;
	}
	for (let at = chunk.indexOf(LF, 1); at >= 0; at = chunk.indexOf(LF, at + 1)) if (chunk[at - 1] !== CR) return false;
	return true;
}

function isDotStream(stream: Writable): stream is DotStream {
	return stream instanceof Transform && "lastByte" in stream;
}

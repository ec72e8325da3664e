// The dots of a body, escaped fast. nodemailer's stream looks at every byte of every message to double the dots at the start of lines and to mend bare
// CR and LF; for a message of 24 KB that is a sixth of all the work of sending it (measured: 200 µs of 1,300). Here the native search of a Buffer walks from
// line end to line end in 9 µs. What it cannot do that way (a bare CR or LF, a line end cut in half by a chunk) nodemailer does as it always did.
import { Transform, type Writable } from "node:stream";

/** What nodemailer's stream remembers between two chunks (its DataStream; the name is stable since version 1). */
interface DotStream extends Transform {
	/** The last byte that went through; false before the first. */
	lastByte: number | false;
}

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;
const ONE_DOT = Buffer.from(".");

/** Gives nodemailer's dot-escaping stream the quick way; any other stream stays as it is. */
export function quicken(stream: Writable): void {
	if (!isDotStream(stream)) return;
	const slow = stream._transform.bind(stream);
	stream._transform = (chunk: Buffer, encoding, done) => {
		const escaped = Buffer.isBuffer(chunk) ? escapeDots(chunk, stream.lastByte) : null;
		if (escaped === null) return slow(chunk, encoding, done);
		const last = chunk.at(-1);
		if (last !== undefined) stream.lastByte = last;
		done(null, escaped);
	};
}

/**
 * The chunk with a second dot before each dot that begins a line; the chunk itself where none does. Null when it is not that simple: a CR without LF or
 * the other way round. `before`: the last byte of the chunk before, false when there was none.
 */
export function escapeDots(chunk: Buffer, before: number | false): Buffer | null {
	const first = chunk[0];
	if (first === undefined || first === LF || before === CR) return null;
	const pieces: Buffer[] = [];
	let done = 0;
	if (first === DOT && (before === LF || before === false)) pieces.push(ONE_DOT);
	for (let at = chunk.indexOf(CR); at >= 0; at = chunk.indexOf(CR, at + 2)) {
		// A CR at the very end may be half of a line end.
		if (chunk[at + 1] !== LF) return null;
		if (chunk[at + 2] !== DOT) continue;
		pieces.push(chunk.subarray(done, at + 2), ONE_DOT);
		done = at + 2;
	}
	for (let at = chunk.indexOf(LF, 1); at >= 0; at = chunk.indexOf(LF, at + 1)) if (chunk[at - 1] !== CR) return null;
	return pieces.length === 0 ? chunk : Buffer.concat([...pieces, chunk.subarray(done)]);
}

function isDotStream(stream: Writable): stream is DotStream {
	return stream instanceof Transform && "lastByte" in stream;
}

// Which reader of a list gets the largest message, without composing one for everybody. Pure: readers in, the largest out.
//
// A template of plain fields needs no rendering to be measured: each field adds its own bytes, as often as it is used, and the rest is the same
// for all. That arithmetic is exact (test/property/compose/worst-reader.test.ts holds it equal to composed messages), so the largest of it is the
// largest message: 6 µs a reader instead of 1,000. Conditions, loops and filters make a message anything but a sum; then readers who differ in
// what the template asks about are kept as candidates, the longest of each kind, and rendered. That is a search and not a proof, and says so.
import { WellsentError } from "../errors.ts";
import { type CompiledCampaign, ID_LETTERS, type MessageSizes, type Reader } from "./compiled.ts";
import { encodeMailbox } from "./encoded-word.ts";
import { type CompiledTemplate, renderTemplate, segmentValues, type View } from "./template.ts";
import { compileLengths, type PartLength, type TransferEncoding } from "./transfer.ts";

/** Says how large the message of a reader is. */
export interface Meter {
	/** False: a template has to be rendered for it, which takes about a millisecond. */
	readonly quick: boolean;
	/** Null: no message can be made for this reader. */
	readonly sizesOf: (reader: Reader) => MessageSizes | null;
}

/** Letters of the two keyed digests, of which only the lengths matter here: encodeToken's and the message id's. */
const TOKEN_MAC = "a".repeat(26);
const ID_MAC = "a".repeat(16);

/** The meter of a campaign. `now` in milliseconds. Composes one made-up reader, to know what a signature takes. */
export async function compileMeter(compiled: CompiledCampaign, now: number): Promise<Meter> {
	const { templates, encodings, frame, options } = compiled.parts;
	const text = partLength(templates.text, encodings.text);
	const html = partLength(templates.html, encodings.html);
	const around = frame.beforeText.length + frame.between.length + frame.afterHtml.length;
	const campaign = options.campaign.id.toString(36);
	const heads = new Map<number, number>();
	const headOf = (reader: Reader, view: View, token: string): number => {
		let fixed = heads.get(token.length);
		if (fixed === undefined) {
			const id = `<${"0".repeat(ID_LETTERS)}.${ID_MAC}@${compiled.domain}>`;
			const fields = compiled.fields({ ...reader, name: null, email: "" }, compiled.linksOf(token), "x", id, now);
			fixed = 2;
			// The name of To stays, its value is the reader's own.
			for (const { name, value } of fields) fixed += name.length + value.length + ": \r\n".length;
			if (compiled.subject === null) fixed -= "x".length;
			heads.set(token.length, fixed);
		}
		const to = encodeMailbox(reader.name, reader.email, "To: ".length);
		const subject = compiled.subject === null ? compiled.subjectOf(view, reader).value.length : 0;
		return fixed + Buffer.byteLength(to) + subject;
	};
	const unsigned = (reader: Reader): MessageSizes => {
		const token = `${reader.contactId.toString(36)}-${campaign}-${TOKEN_MAC}`;
		const view = compiled.view(reader, compiled.linksOf(token), now);
		const head = headOf(reader, view, token);
		const ofText = text(view);
		const ofHtml = html(view);
		return {
			html: ofHtml.decoded,
			htmlEncoded: ofHtml.encoded,
			text: ofText.decoded,
			textEncoded: ofText.encoded,
			message: head + around + ofText.encoded + ofHtml.encoded,
		};
	};
	const signature = await signatureLength(compiled, unsigned, now);
	return {
		quick: [templates.subject, templates.html, templates.text].every(({ kind }) => kind === "segments"),
		sizesOf: (reader) => {
			try {
				const sizes = unsigned(reader);
				return { ...sizes, message: sizes.message + signature };
			} catch (error) {
				if (error instanceof WellsentError && error.code === "reader-refused") return null;
				throw error;
			}
		},
	};
}

function partLength(template: CompiledTemplate, encoding: TransferEncoding): (view: View) => PartLength {
	if (template.kind === "segments") {
		const lengths = compileLengths(template.fixed, encoding);
		return (view) => lengths(segmentValues(template, view));
	}
	return (view) => compileLengths([renderTemplate(template, view)], encoding)([]);
}

/** A signature's fields have the same length for every message: digests, dates and names of fields do. */
async function signatureLength(
	compiled: CompiledCampaign,
	unsigned: (reader: Reader) => MessageSizes,
	now: number,
): Promise<number> {
	const attributes: Record<string, string> = {};
	for (const { path } of compiled.uses) if (path.startsWith("contact.")) attributes[path.slice("contact.".length)] = "x";
	const reader = { contactId: 0, deliveryId: 0, email: "reader@example.test", name: "x", attributes };
	const { size } = await compiled.compose(reader, { now });
	return size - unsigned(reader).message;
}

/** A reader and how large the message is. */
export interface Largest {
	readonly reader: Reader;
	readonly sizes: MessageSizes;
}

export interface WorstReaders {
	/** Whose HTML is largest, the larger of its two measures. */
	readonly html: Largest;
	/** Whose whole message is largest. */
	readonly message: Largest;
	/** Readers whose message was measured. */
	readonly measured: number;
	/** Everybody's was, or nobody's can be larger. False: the templates decide by conditions, and only likely readers were looked at. */
	readonly proven: boolean;
}

/** Readers whose messages are rendered when arithmetic does not do: 2 to 4 s at the most. */
const RENDERED = 2_000;
/** Kinds of readers told apart, and how many of each are kept. */
const KINDS = 400;
/** Messages rendered between two pauses. */
const AT_ONCE = 8;
const PER_KIND = 3;

const htmlOf = (sizes: MessageSizes): number => Math.max(sizes.html, sizes.htmlEncoded);

/** Takes readers one by one and keeps only what may be the largest: flat memory, whatever the length of the list. */
export class WorstSearch {
	readonly #meter: Meter;
	readonly #weights: ReadonlyMap<string, number>;
	readonly #kinds = new Map<string, Candidate[]>();
	#waiting: Reader[] | null = [];
	#html: Largest | null = null;
	#message: Largest | null = null;
	#measured = 0;

	constructor(compiled: CompiledCampaign, meter: Meter) {
		this.#meter = meter;
		this.#weights = weightsOf(compiled);
	}

	offer(reader: Reader): void {
		if (this.#meter.quick) {
			this.#measure(reader);
			return;
		}
		// A short list is rendered whole.
		if (this.#waiting !== null && this.#waiting.length < RENDERED) {
			this.#waiting.push(reader);
			return;
		}
		for (const early of this.#waiting ?? []) this.#keep(early);
		this.#waiting = null;
		this.#keep(reader);
	}

	/**
	 * The largest of all that were offered; null when none of them can be written to. `pause` is waited for between some messages that have to be
	 * rendered (a few milliseconds of work): in a process that sends, other work goes on then.
	 */
	async end(pause: () => Promise<void> = async () => undefined): Promise<WorstReaders | null> {
		const proven = this.#meter.quick || this.#waiting !== null;
		const left = [...(this.#waiting ?? []), ...[...this.#kinds.values()].flat().map(({ reader }) => reader)];
		this.#waiting = [];
		this.#kinds.clear();
		let since = 0;
		for (const reader of new Set(left)) {
			this.#measure(reader);
			since += 1;
			if (since % AT_ONCE === 0) await pause();
		}
		if (this.#html === null || this.#message === null) return null;
		return { html: this.#html, message: this.#message, measured: this.#measured, proven };
	}

	#measure(reader: Reader): void {
		const sizes = this.#meter.sizesOf(reader);
		if (sizes === null) return;
		this.#measured += 1;
		if (this.#html === null || htmlOf(sizes) > htmlOf(this.#html.sizes)) this.#html = { reader, sizes };
		if (this.#message === null || sizes.message > this.#message.sizes.message) this.#message = { reader, sizes };
	}

	/** Among the longest of its kind, by each way of counting. */
	#keep(reader: Reader): void {
		let bytes = 0;
		let kind = "";
		for (const [field, count] of this.#weights) {
			const value = fieldOf(reader, field);
			const length = value === "" ? 0 : Buffer.byteLength(value);
			bytes += length * count;
			// What a condition may ask: whether there is a value, and, of short ones, which.
			kind += `${length === 0 ? "-" : length <= 12 && field !== "name" && field !== "email" ? value : "+"}\n`;
			this.#enter(`field ${field}`, { reader, bytes: length });
		}
		this.#enter("all", { reader, bytes });
		this.#enter(`kind ${kind}`, { reader, bytes });
	}

	#enter(kind: string, candidate: Candidate): void {
		const kept = this.#kinds.get(kind);
		if (kept === undefined) {
			if (this.#kinds.size < KINDS) this.#kinds.set(kind, [candidate]);
			return;
		}
		if (kept.length < PER_KIND) kept.push(candidate);
		else {
			const least = kept.reduce((lowest, one, index) => (one.bytes < (kept[lowest]?.bytes ?? 0) ? index : lowest), 0);
			if (candidate.bytes > (kept[least]?.bytes ?? 0)) kept[least] = candidate;
		}
	}
}

interface Candidate {
	readonly reader: Reader;
	readonly bytes: number;
}

/** How often templates use each field of a reader. */
function weightsOf(compiled: CompiledCampaign): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const { path } of compiled.uses) {
		if (!path.startsWith("contact.")) continue;
		const field = path.slice("contact.".length);
		counts.set(field, (counts.get(field) ?? 0) + 1);
	}
	return counts;
}

function fieldOf(reader: Reader, field: string): string {
	if (field === "email") return reader.email;
	if (field === "name") return reader.name ?? "";
	return Object.hasOwn(reader.attributes, field) ? (reader.attributes[field] ?? "") : "";
}

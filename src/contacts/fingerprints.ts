// Remembers which readers a file has named already, to count its duplicates: 8 bytes each instead of a string.
// Only a count depends on it: who is the same reader is decided by the database's unique address.

/**
 * An open-addressed set of 64-bit fingerprints. A million readers take 16 MB (a Set of their addresses 68 MB); the chance that any two of a
 * million share a fingerprint, and one is counted as a duplicate of the other, is below 1 in 10 million.
 */
export class Fingerprints {
	#slots = new Uint32Array(2 << 12);
	#count = 0;

	/** True when the text is new. */
	add(text: string): boolean {
		const [high, low] = fingerprint(text);
		// At most three quarters full: beyond that the runs of taken slots grow long.
		if ((this.#count + 1) * 8 > this.#slots.length * 3) this.#grow();
		if (!put(this.#slots, high, low)) return false;
		this.#count++;
		return true;
	}

	#grow(): void {
		const old = this.#slots;
		this.#slots = new Uint32Array(old.length * 2);
		for (let i = 0; i < old.length; i += 2) {
			const high = old[i] ?? 0;
			const low = old[i + 1] ?? 0;
			if (high !== 0 || low !== 0) put(this.#slots, high, low);
		}
	}
}

/** False when it is in there already. A slot of two zeros is free. */
function put(slots: Uint32Array, high: number, low: number): boolean {
	const mask = slots.length / 2 - 1;
	for (let at = low & mask; ; at = (at + 1) & mask) {
		const there = slots[at * 2];
		const beside = slots[at * 2 + 1];
		if (there === 0 && beside === 0) {
			slots[at * 2] = high;
			slots[at * 2 + 1] = low;
			return true;
		}
		if (there === high && beside === low) return false;
	}
}

/** Two rounds of multiply-and-xor over the characters, finished as in MurmurHash3. Not for secrets. Never two zeros. */
function fingerprint(text: string): readonly [number, number] {
	let a = 0xdeadbeef;
	let b = 0x41c6ce57;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		a = Math.imul(a ^ code, 2_654_435_761);
		b = Math.imul(b ^ code, 1_597_334_677);
	}
	a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
	b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
	return [a >>> 0, (b | 1) >>> 0];
}

// The known name that is nearest to a mistyped one. Pure.

/** Edits (insert, drop, change, swap of neighbours) that turn `a` into `b`: optimal string alignment. */
export function distance(a: string, b: string): number {
	let before: number[] = [];
	let row = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const cost = a[i - 1] === b[j - 1] ? 0 : 1;
			let least = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + cost);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
			next.push(least);
		}
		before = row;
		row = next;
	}
	return row[b.length] ?? a.length;
}

/**
 * The nearest of `known`, or null when none is near: more than a third of the letters (and more than two) would have to change.
 * Case, "-" and "_" make no difference: "Html-Max" is as near to "html_max" as can be.
 */
export function nearest(name: string, known: readonly string[]): string | null {
	const plain = (text: string) => text.toLowerCase().replaceAll("-", "_");
	let best: string | null = null;
	let least = Number.POSITIVE_INFINITY;
	for (const candidate of known) {
		const far = distance(plain(name), plain(candidate));
		if (far < least) [best, least] = [candidate, far];
	}
	return least <= Math.max(2, Math.floor(name.length / 3)) && least < name.length ? best : null;
}

/** "did you mean" in one phrase: the nearest name, or all of them when none is near. */
export function suggestion(name: string, known: readonly string[], noun: string): string {
	const near = nearest(name, known);
	if (near !== null) return `did you mean "${near}"?`;
	return known.length === 0 ? `there is no ${noun} yet.` : `known ${noun}s: ${known.join(", ")}.`;
}

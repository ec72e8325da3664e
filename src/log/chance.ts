// Two small pieces of statistics for the detector. Pure.

/** Natural logarithm of n! (Stirling's series beyond a table; relative error below 1e-9). */
function logFactorial(n: number): number {
	if (n < SMALL.length) return SMALL[n] ?? 0;
	return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3);
}

const SMALL: readonly number[] = (() => {
	const table = [0];
	for (let n = 1; n < 64; n += 1) table.push((table[n - 1] ?? 0) + Math.log(n));
	return table;
})();

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * Fisher's exact test, one-sided: of `all` answers `allBad` were bad; what is the chance that at least `bad` of them fell on the `asked` answers
 * of one host, if hosts did not differ? 1 when there is nothing to compare.
 */
export function chanceOfShare(of: { bad: number; asked: number; allBad: number; all: number }): number {
	const { bad, asked, allBad, all } = of;
	if (bad <= 0 || asked <= 0 || asked >= all) return 1;
	const denominator = logChoose(all, asked);
	let sum = 0;
	for (let k = bad; k <= Math.min(asked, allBad); k += 1) {
		if (asked - k > all - allBad) continue;
		const term = Math.exp(logChoose(allBad, k) + logChoose(all - allBad, asked - k) - denominator);
		sum += term;
		// The terms fall faster than a geometric row once they are small.
		if (term < sum * 1e-12) break;
	}
	return Math.min(1, sum);
}

/**
 * The chance that `streak` answers in a row are bad, when `bad` of `asked` others were. One more of each than was seen (Laplace): with nothing
 * known it is even odds, and no history however good makes a single refusal certain.
 */
export function chanceOfStreak(streak: number, of: { bad: number; asked: number }): number {
	return ((of.bad + 1) / (of.asked + 2)) ** streak;
}

// How alike two pictures look, as a number.
import { expect, test } from "vitest";
import { likeness } from "../../../src/compose/likeness.ts";

const SIDE = 40;
/** Waves, with something added to each pixel. */
const waves = (change: (at: number) => number = () => 0) =>
	Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
		const wave = 128 + 60 * Math.sin((at % SIDE) / 5) * Math.cos(Math.floor(at / SIDE) / 7);
		return Math.max(0, Math.min(255, Math.round(wave + change(at))));
	});
const noise = (strength: number) => (at: number) => (((at * 2_654_435_761) % 997) / 997 - 0.5) * strength;

test("equal pictures are entirely alike, also when they have one colour only", () => {
	expect(likeness(waves(), waves(), SIDE)).toBeCloseTo(1, 9);
	expect(likeness(new Uint8Array(64), new Uint8Array(64), 8)).toBe(1);
	expect(likeness(new Uint8Array(0), new Uint8Array(0), 8)).toBe(1);
});

test("the more noise, the less alike; the order of the two makes no difference", () => {
	const [little, more, much] = [4, 30, 120].map((strength) => likeness(waves(), waves(noise(strength)), SIDE));
	expect(little).toBeGreaterThan(0.98);
	expect(more).toBeLessThan(little ?? 0);
	expect(much).toBeLessThan(more ?? 0);
	expect(much).toBeLessThan(0.7);
	expect(likeness(waves(noise(30)), waves(), SIDE)).toBe(more);
});

test("a picture upside down is not alike, although every shade comes as often", () => {
	expect(likeness(waves(), waves().toReversed(), SIDE)).toBeLessThan(0.5);
});

test("pictures of different sizes are not compared", () => {
	expect(() => likeness(new Uint8Array(64), new Uint8Array(72), 8)).toThrow("different sizes");
	expect(() => likeness(new Uint8Array(65), new Uint8Array(65), 8)).toThrow("different sizes");
});

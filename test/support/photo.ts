// A picture for tests that a codec takes for a photo.
import sharp, { type Sharp } from "sharp";

/** Soft shapes with a little grain, as a camera makes them: thousands of colours. */
export function photo(width: number, height: number): Sharp {
	const data = Buffer.alloc(width * height * 3);
	let seed = 7;
	for (let y = 0; y < height; y += 1)
		for (let x = 0; x < width; x += 1) {
			seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
			const grain = (seed / 2_147_483_648 - 0.5) * 6;
			const at = (y * width + x) * 3;
			data[at] = 128 + 90 * Math.sin(x / 61) * Math.cos(y / 47) + grain;
			data[at + 1] = 120 + 80 * Math.sin((x + y) / 83) + grain;
			data[at + 2] = 110 + 70 * Math.cos(x / 31 - y / 71) + grain;
		}
	return sharp(data, { raw: { width, height, channels: 3 } });
}

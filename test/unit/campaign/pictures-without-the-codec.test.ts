// Where sharp's binary does not load, the rest of `--fix` goes on and says what was not done.
import { expect, test, vi } from "vitest";
import { recompress } from "../../../src/campaign/recompress.file.ts";

vi.mock("sharp", () => {
	throw new Error("Could not load the sharp module using the rare-cpu runtime\nPossible solutions: …");
});

const picture = { digest: "a", content: Buffer.alloc(10), type: "image/jpeg", mostWidth: 100, mayChangeType: true };

test("nothing is recompressed, and the trouble is told in one line", async () => {
	const { made, trouble } = await recompress([picture], 82);
	expect(made.size).toBe(0);
	expect(trouble).toMatch(/^[^\n]+$/);
});

test("it is not even asked for when there is no picture, or no loss is allowed", async () => {
	expect(await recompress([], 82)).toMatchObject({ trouble: null });
	expect(await recompress([picture], 100)).toMatchObject({ trouble: null });
});

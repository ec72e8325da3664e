// An attachment is read and encoded once a campaign: a thousand messages hold it a thousand times by reference, and memory stays flat.
import { expect, test } from "vitest";
import { aReader, compile, NOW } from "./make.ts";

const MB = 1024 ** 2;

test("500 messages with 4 MB attached share one encoded copy", async () => {
	const content = Buffer.alloc(4 * MB, "attached ");
	const compiled = await compile({
		attachments: [{ path: "attachments/a.bin", name: "a.bin", content, type: "application/pdf" }],
	});
	const before = process.memoryUsage().arrayBuffers;
	const messages = [];
	for (let id = 1; id <= 500; id += 1)
		messages.push(await compiled.compose(aReader({ contactId: id, deliveryId: id }), { now: NOW }));
	const shared = messages[0]?.raw.at(-1);
	expect(shared?.length).toBeGreaterThan(5 * MB);
	for (const { raw, size } of messages) {
		expect(raw.at(-1)).toBe(shared);
		expect(size).toBe(raw.reduce((sum, piece) => sum + piece.length, 0));
	}
	// All that 500 messages own is a few kilobytes each; a second copy of the attachment would be 5 MB alone.
	expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5 * MB);
});

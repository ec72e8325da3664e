// A body is handed over in pieces, whatever its size, and ends only when its mark is kept.
import { once } from "node:events";
import net from "node:net";
import { expect, test } from "vitest";
import { HeldBody } from "../../../src/deliver/held-body.ts";

async function handedOver(chunks: readonly Buffer[]): Promise<readonly Buffer[]> {
	const socket = new net.Socket();
	const pieces: Buffer[] = [];
	const body = new HeldBody({ chunks, beforeDot: async () => undefined }, socket);
	// As pipe() reads it.
	body.on("data", (piece: Buffer) => pieces.push(piece));
	await once(body, "end");
	expect(body.handedOver).toBe(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
	expect(body.dotReleased).toBe(true);
	socket.destroy();
	return pieces;
}

const MB = 1024 ** 2;
const line = Buffer.from(`${"a".repeat(76)}\r\n`);
const lines = (bytes: number) => Buffer.alloc(Math.floor(bytes / line.length) * line.length, line);

test.each([
	["a small message", [Buffer.from("Subject: x\r\n\r\nhello\r\n")]],
	["a large attachment", [Buffer.from("head\r\n"), lines(3 * MB)]],
	["a chunk of exactly one piece", [Buffer.alloc(256 * 1024, "x")]],
	["a chunk of one byte more", [Buffer.alloc(256 * 1024 + 1, "x")]],
	["bytes without a line end", [Buffer.alloc(MB, "x")]],
	["empty chunks", [Buffer.alloc(0), Buffer.from("a"), Buffer.alloc(0)]],
])("%s arrives byte for byte, in pieces of at most 256 KB", async (_, chunks) => {
	const pieces = await handedOver(chunks);
	expect(Buffer.concat(pieces).equals(Buffer.concat(chunks))).toBe(true);
	for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(256 * 1024);
});

test("a large attachment is cut at line ends and is not copied", async () => {
	const attachment = lines(2 * MB);
	const pieces = await handedOver([attachment]);
	expect(pieces.length).toBeGreaterThan(8);
	for (const piece of pieces) {
		expect(piece.subarray(-2).toString()).toBe("\r\n");
		expect(piece.buffer).toBe(attachment.buffer);
	}
});

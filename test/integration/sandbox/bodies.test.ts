import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRecordFile } from "../../../src/sandbox/record.file.ts";
import { Dialogue } from "./dialogue.ts";
import { ADDRESS, oneHost } from "./one-host.ts";

describe("the message as it arrived", () => {
	it.each([
		{ name: "an ordinary one", wire: "Subject: x\r\n\r\nhello\r\n.\r\n", raw: "Subject: x\r\n\r\nhello\r\n" },
		{
			name: "dots at the beginning of lines",
			wire: "..first\r\nx\r\n..\r\n...three\r\n.\r\n",
			raw: ".first\r\nx\r\n.\r\n..three\r\n",
		},
		{ name: "a bare LF around a dot is no end", wire: "x\n.\ny\r\n.\r\n", raw: "x\n.\ny\r\n" },
		{ name: "an empty one", wire: ".\r\n", raw: "" },
		{ name: "eight-bit bytes", wire: "\u00bf\u00ff caf\u00e9\r\n.\r\n", raw: "\u00bf\u00ff caf\u00e9\r\n" },
	])("$name, whole or byte by byte", async ({ wire, raw }) => {
		await using sandbox = await oneHost({}, { keepMessages: true });
		for (const pieces of [[wire], [...wire]]) {
			const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
			for (const line of ["MAIL FROM:<a@b.test>", "RCPT TO:<x@good.test>", "DATA"]) await client.say(line);
			for (const piece of pieces) {
				client.socket.write(Buffer.from(piece, "latin1"));
				await new Promise((resolve) => setImmediate(resolve));
			}
			expect(await client.read()).toMatch(/^250/);
			expect(await client.say("NOOP")).toMatch(/^250/);
			client.close();
		}
		expect(sandbox.arrivals.rows().map((row) => row.raw?.toString("latin1"))).toEqual([raw, raw]);
		expect(sandbox.arrivals.rows()[0]?.bytes).toBe(wire.length - 3);
	});

	it("a pipelined transaction gets its replies in order, a refused recipient has no body", async () => {
		await using sandbox = await oneHost();
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		client.socket.write("MAIL FROM:<a@b.test>\r\nRCPT TO:<x@good.test>\r\nRCPT TO:<unknown@good.test>\r\nDATA\r\n");
		const replies = [await client.read(), await client.read(), await client.read(), await client.read()];
		expect(replies.map((reply) => reply.slice(0, 3))).toEqual(["250", "250", "550", "354"]);
		expect(await client.say("x\r\n.")).toMatch(/^250/);
		client.socket.write("MAIL FROM:<a@b.test>\r\nRCPT TO:<unknown@good.test>\r\nDATA\r\n");
		expect([await client.read(), await client.read(), await client.read()].map((reply) => reply.slice(0, 3))).toEqual([
			"250",
			"550",
			"554",
		]);
		expect(sandbox.arrivals.acceptedByRecipient()).toEqual(new Map([["x@good.test", 1]]));
		client.close();
	});

	it("a client that goes away before the end leaves a row that was not accepted", async () => {
		await using sandbox = await oneHost();
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		for (const line of ["MAIL FROM:<a@b.test>", "RCPT TO:<x@good.test>", "DATA"]) await client.say(line);
		client.socket.write("half a mess");
		client.close();
		await expect
			.poll(() => sandbox.arrivals.rows())
			.toMatchObject([{ accepted: false, reply: "(closed by client)", stage: "data" }]);
	});

	it("the record file and the folder of messages hold what was accepted before the sender heard of it", async () => {
		const folder = await mkdtemp(join(tmpdir(), "wellsent-sandbox-"));
		const recordFile = join(folder, "arrivals.jsonl");
		await using sandbox = await oneHost({}, { recordFile, messageFolder: join(folder, "mail") });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		expect((await client.send("a@b.test", "drop-after-body@good.test", "kept\r\n")).at(-1)).toMatch(/^\(/);
		const rows = readRecordFile(recordFile).filter((row) => row.kind === "arrival");
		expect(rows).toMatchObject([{ to: "drop-after-body@good.test", accepted: true, reply: "(dropped)" }]);
		expect(await readFile(join(folder, "mail", `${rows[0]!.id}.eml`), "utf8")).toBe("kept\r\n");
		await expect
			.poll(() => readRecordFile(recordFile).filter((row) => row.kind === "connection"))
			.toMatchObject([{ messages: 1 }]);
		await rm(folder, { recursive: true });
	});
});

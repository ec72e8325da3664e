// Servers that say what no server should: kept, bounded and harmless, given a class, and never a crash. Through real sockets, to the console, the pages
// and the spreadsheet.
import { createServer, type Server, type Socket } from "node:net";
import { Writable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { createGuard } from "../../../src/api/guard.ts";
import { Output } from "../../../src/cli/output.ts";
import { logCsv } from "../../../src/log/format.ts";
import { REPLY_CLASSES } from "../../../src/replies/outcome.ts";
import { createPages } from "../../../src/web/pages.ts";
import { rehearse } from "../../support/rehearsal.ts";

const ADDRESS = "127.99.0.1";
const EUC_KR = Buffer.from([
	0xbb, 0xe7, 0xbf, 0xeb, 0xc0, 0xda, 0xb0, 0xa1, 0x20, 0xbe, 0xf8, 0xbd, 0xc0, 0xb4, 0xcf, 0xb4, 0xd9,
]);

/** What the server answers to RCPT, by the reader's name. Null: it hangs up without a word. */
const ANSWERS: Readonly<Record<string, Buffer | null>> = {
	escapes: Buffer.from("550 5.7.1 \x1b[2J\x1b]0;owned\x07\x1b[31mred\x00\x07\x9b2Jhidden\u202e\r\n"),
	formula: Buffer.from('550 5.7.1 =HYPERLINK("http://x.test";"click")\r\n'),
	markup: Buffer.from(`550 5.7.1 <script>alert("x")</script><img src=x onerror=alert(1)>\r\n`),
	long: Buffer.from(`550 5.7.1 ${"long ".repeat(20_000)}\r\n`),
	lines: Buffer.from(`${Array.from({ length: 3_000 }, (_, n) => `550-5.7.1 line ${n}`).join("\r\n")}\r\n550 5.7.1 end\r\n`),
	utf8: Buffer.concat([
		Buffer.from("550 5.1.1 caf"),
		Buffer.from([0xe9, 0xc3, 0x28, 0xff, 0xfe]),
		Buffer.from(" user unknown\r\n"),
	]),
	euckr: Buffer.concat([Buffer.from("550 5.1.1 "), EUC_KR, Buffer.from("\r\n")]),
	code999: Buffer.from("999 5.1.1 what\r\n"),
	code55: Buffer.from("55 short\r\n"),
	success5: Buffer.from("550 2.1.5 recipient ok\r\n"),
	failure2: Buffer.from("451 5.1.1 both\r\n"),
	nocode: Buffer.from("go away\r\n"),
	empty: Buffer.from("\r\n"),
	codeonly: Buffer.from("550\r\n"),
	nothing: null,
};

/** A server that is well-behaved up to RCPT. */
async function oddServer(port: number): Promise<Server> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
		socket.write("220 mx1.odd.test ESMTP\r\n");
		let buffered = "";
		socket.on("data", (bytes) => {
			buffered += bytes.toString("latin1");
			for (let end = buffered.indexOf("\r\n"); end >= 0; end = buffered.indexOf("\r\n")) {
				const line = buffered.slice(0, end);
				buffered = buffered.slice(end + 2);
				const answer = answerTo(line);
				if (answer === null) socket.end();
				else socket.write(answer);
			}
		});
	});
	await new Promise<void>((resolve) => server.listen(port, ADDRESS, resolve));
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return server;
}

function answerTo(line: string): Buffer | null {
	if (/^RCPT/i.test(line)) {
		const answer = ANSWERS[/<([^@>]+)/.exec(line)?.[1] ?? ""];
		return answer === undefined ? Buffer.from("250 OK\r\n") : answer;
	}
	if (/^EHLO/i.test(line)) return Buffer.from("250 mx1.odd.test\r\n");
	if (/^QUIT/i.test(line)) return Buffer.from("221 bye\r\n");
	return Buffer.from("250 OK\r\n");
}

test("whatever a server says is kept in bounds, given a class, and harmless where it is shown", async () => {
	const names = Object.keys(ANSWERS);
	await using r = await rehearse({
		// By way of a CNAME, so that the sandbox does not answer there itself.
		zones: `odd.test MX 10 mx1.odd.test\nmx1.odd.test CNAME real.odd.test\nreal.odd.test A ${ADDRESS}\ngood.test MX 10 mx1.good.test`,
		hosts: { "mx1.good.test": {} },
		readers: [...names.map((name) => `${name}@odd.test`), "kim@good.test"],
		limits: { connections: 2, messagesPerConnection: 1 },
		config: (config) => ({ ...config, retry: { waitsMs: [60_000], giveUpMs: 3_600_000 } }),
		engine: false,
	});
	await oddServer(r.sandbox.smtpPort);
	await r.restart();
	for (const name of names) await r.run(async () => (await r.delivery(`${name}@odd.test`)).lastClass !== null);
	await r.run(async () => (await r.counts()).delivered === 1);
	const rows = await r.rows({ domain: "odd.test" });

	for (const row of rows) {
		expect(REPLY_CLASSES).toContain(row.class);
		expect(row.class).not.toBe("accepted");
		expect(row.text.length).toBeLessThanOrEqual(2_000);
		expect(row.text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
	}
	const of = (name: string) => rows.find((row) => row.to === `${name}@odd.test`);
	expect(of("euckr")).toMatchObject({ text: "사용자가 없습니다", class: "invalid-recipient" });
	expect(of("utf8")).toMatchObject({ class: "invalid-recipient" });
	for (const name of ["code999", "code55", "nocode", "empty"])
		expect(of(name)?.class, name).toMatch(/^(protocol-error|timeout|connect-failed)$/);
	expect(of("nothing")?.class).toMatch(/^(connect-failed|protocol-error)$/);
	// Nobody is struck off for a reply that contradicts itself, and a 4xx never ends anything.
	expect(await r.suppressed("success5@odd.test")).toBeNull();
	expect(await r.delivery("failure2@odd.test")).toMatchObject({ state: "queued" });
	expect((await r.db.suppression.findMany()).map((one) => one.subject).sort()).toEqual(["euckr@odd.test", "utf8@odd.test"]);

	// A spreadsheet: no cell begins as a formula.
	for (const row of rows) expect(logCsv(row)).not.toMatch(/(^|,)"?[=+\-@\t]/);
	expect(logCsv(of("formula") ?? rows[0]!)).toContain("'=HYPERLINK");

	// The console.
	let shown = "";
	const stream = new Writable({
		write(chunk: Buffer, _encoding, done) {
			shown += chunk.toString();
			done();
		},
	});
	const io = { stdout: stream, stderr: stream, stdin: process.stdin, cwd: "/", env: {} };
	for (const row of rows) await new Output(io, { json: false }).say(`${row.to}: ${row.text}`);
	expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);

	// The pages.
	const guard = createGuard({ token: null, listen: { host: "127.0.0.1" } });
	const pages = createPages({ ...r.app, guard });
	for (const path of ["/log?domain=odd.test", `/campaigns/${r.id}`, "/hosts", "/"]) {
		const page = await pages.request(path, { headers: { host: "127.0.0.1:8420" } });
		expect(page.status, path).toBe(200);
		const html = await page.text();
		expect(html, path).not.toContain("<script>alert");
		expect(html, path).not.toContain("<img src=x");
	}
	expect(r.said).toEqual([]);
});

// Spam filters on loopback that answer as the test tells them, and keep what they were shown: rspamd over HTTP, spamd over TCP.
import { once } from "node:events";
import { createServer as createHttp, type IncomingHttpHeaders } from "node:http";
import { createServer as createTcp } from "node:net";

/** What rspamd 3 answers to /checkv2, shortened. */
export const RSPAMD = {
	is_skipped: false,
	score: 7.4,
	required_score: 15,
	action: "add header",
	thresholds: { reject: 15, "add header": 6, greylist: 4 },
	symbols: {
		R_DKIM_ALLOW: {
			name: "R_DKIM_ALLOW",
			score: -0.2,
			metric_score: -0.2,
			description: "DKIM verification succeed",
			options: ["sender.test:s=s1"],
		},
		MIME_HTML_ONLY: { name: "MIME_HTML_ONLY", score: 2.1, description: "Message has only HTML part" },
		URI_PHISHED: { name: "URI_PHISHED", score: 5.5, description: "Phished URL", options: ["bank.example->evil.example"] },
	},
	messages: {},
};

/** What spamd (SpamAssassin 4) answers to REPORT. */
export const REPORT = `SPAMD/1.1 0 EX_OK\r
Content-length: 700\r
Spam: True ; 6.2 / 5.0\r
\r
Spam detection software, running on the system "box", has identified this
incoming email as possible spam.

Content preview:  Hello

Content analysis details:   (6.2 points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
 5.7 URIBL_BLACK            Contains an URL listed in the URIBL blacklist
                            [URIs: bad.example]
 0.5 HTML_MESSAGE           BODY: HTML included in message
-0.1 DKIM_VALID             Message has at least one valid DKIM signature

`;

export interface FakeFilter<Seen> extends AsyncDisposable {
	readonly port: number;
	readonly seen: Seen[];
}

export async function fakeRspamd(
	answer: unknown = RSPAMD,
	status = 200,
): Promise<FakeFilter<{ url: string; headers: IncomingHttpHeaders; body: string }>> {
	const seen: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
	const server = createHttp(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		seen.push({ url: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
		response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	return {
		port: typeof address === "object" && address !== null ? address.port : 0,
		seen,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, "close");
		},
	};
}

/** `answers` by command; what is missing is answered as a command that does not exist. */
export async function fakeSpamd(
	answers: Readonly<Record<string, string>> = { REPORT },
): Promise<FakeFilter<{ command: string; message: string }>> {
	const seen: { command: string; message: string }[] = [];
	const server = createTcp((socket) => {
		const chunks: Buffer[] = [];
		socket.on("error", () => undefined);
		socket.on("data", (chunk: Buffer) => {
			chunks.push(chunk);
			const text = Buffer.concat(chunks).toString("utf8");
			const match = /^(\w+) SPAMC\/1\.5\r\nContent-length: (\d+)\r\n\r\n/.exec(text);
			if (match === null) return;
			const [head, command = "", length] = match;
			const body = Buffer.concat(chunks).subarray(head.length);
			if (body.length < Number(length)) return;
			seen.push({ command, message: body.toString("utf8") });
			socket.end(answers[command] ?? "SPAMD/1.0 76 Bad header line: (EX_PROTOCOL)\r\n");
		});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	return {
		port: typeof address === "object" && address !== null ? address.port : 0,
		seen,
		async [Symbol.asyncDispose]() {
			server.close();
			await once(server, "close");
		},
	};
}

// The authentication server that Postfix asks when `smtpd_sasl_type = dovecot`: Dovecot's own line protocol (version 1.1), with one account. Postfix's side of the
// login, its mechanisms and its refusals are the real ones; only the password file behind it is ours.
// Source: https://doc.dovecot.org/main/core/summaries/auth_protocol.html
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type AuthStep, beginAuth } from "../../../src/sandbox/auth.ts";

export interface DovecotAuth {
	/** For `smtpd_sasl_path`. */
	readonly path: string;
	close(): Promise<void>;
}

const MECHANISMS = { PLAIN: "plaintext", LOGIN: "plaintext", "CRAM-MD5": "dictionary\tactive" } as const;
type Name = keyof typeof MECHANISMS;

export async function startDovecotAuth(
	login: { user: string; password: string },
	offered: readonly Name[],
): Promise<DovecotAuth> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
		socket.on("error", () => undefined);
		const mechanisms = offered.map((name) => `MECH\t${name}\t${MECHANISMS[name]}\n`).join("");
		socket.write(`VERSION\t1\t1\n${mechanisms}SPID\t1\nCUID\t1\nCOOKIE\t00000000000000000000000000000000\nDONE\n`);
		const waiting = new Map<string, (line: string) => AuthStep>();
		const answer = (id: string, step: AuthStep) => {
			waiting.delete(id);
			if (step.kind === "ask") {
				waiting.set(id, step.next);
				socket.write(`CONT\t${id}\t${step.challenge}\n`);
			} else if (step.kind === "done" && step.ok) socket.write(`OK\t${id}\tuser=${login.user}\n`);
			else socket.write(`FAIL\t${id}\tuser=${login.user}\n`);
		};
		let left = "";
		socket.setEncoding("utf8").on("data", (text: string) => {
			const lines = (left + text).split("\n");
			left = lines.pop() ?? "";
			for (const line of lines) {
				const [command, id = "", third = "", ...rest] = line.split("\t");
				if (command === "AUTH") {
					const initial = rest.find((word) => word.startsWith("resp="))?.slice(5);
					answer(id, beginAuth(initial === undefined ? third : `${third} ${initial}`, login, offered));
				}
				const next = waiting.get(id);
				if (command === "CONT" && next !== undefined) answer(id, next(third));
			}
		});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const bound = server.address();
	const port = bound !== null && typeof bound === "object" ? bound.port : 0;
	return {
		path: `inet:127.0.0.1:${port}`,
		async close() {
			for (const socket of sockets) socket.destroy();
			server.close();
			await once(server, "close");
		},
	};
}

// The listeners of all simulated MX hosts: one loopback address each, one port for all. What is said there is session.ts.
import { once } from "node:events";
import net from "node:net";
import { codeOf, fail } from "../errors.ts";
import { Session } from "./session.ts";
import type { Surroundings } from "./surroundings.ts";

/** Who answers at an address. */
export interface Door {
	readonly address: string;
	readonly surroundings: Surroundings;
}

export interface SmtpServer {
	readonly port: number;
	close(): Promise<void>;
}

const PORT_TRIES = 20;
const BACKLOG = 1024;

/**
 * Listens on every address at one port (0: a port that is free on all). Null when an address cannot be bound on this machine,
 * as on macOS, where only 127.0.0.1 exists. Throws sandbox-port-taken.
 */
export async function startSmtpServer(doors: readonly Door[], wanted: number): Promise<SmtpServer | null> {
	for (let tries = 1; ; tries += 1) {
		const servers: net.Server[] = [];
		const sessions = new Set<Session>();
		const close = async () => {
			for (const session of sessions) session.cut();
			await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
		};
		let port = wanted;
		try {
			for (const door of doors) {
				const server = net.createServer({ noDelay: true }, (socket) => {
					const session = new Session(door.surroundings, socket);
					sessions.add(session);
					socket.on("close", () => sessions.delete(session));
				});
				servers.push(server);
				try {
					server.listen({ port, host: door.address, backlog: BACKLOG });
					await once(server, "listening");
				} catch (thrown) {
					if (!door.address.includes(":") || codeOf(thrown) === "EADDRINUSE") throw thrown;
					continue; // a machine without IPv6 serves the rest
				}
				server.on("error", () => undefined); // out of descriptors for a moment: the client sees it, the sandbox lives on
				const bound = server.address();
				if (bound !== null && typeof bound === "object") port = bound.port;
			}
			return { port, close };
		} catch (thrown) {
			await close();
			if (codeOf(thrown) === "EADDRNOTAVAIL") return null;
			if (wanted !== 0 || tries >= PORT_TRIES)
				fail("sandbox-port-taken", { port: wanted, detail: codeOf(thrown) }, { cause: thrown });
		}
	}
}

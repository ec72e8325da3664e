// A port on loopback that behaves as behind a firewall which swallows connections: no answer at all, neither yes nor no. A process listens with the shortest
// queue and is stopped (SIGSTOP), so the system accepts nothing more once the queue is full, and drops what asks (Linux; other systems queue or refuse).
import { spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";

const LISTENER = `
const server = require("node:net").createServer();
server.listen({ host: process.argv[1], port: 0, backlog: 1 }, () => process.stdout.write(String(server.address().port)));
`;

export async function startWall(address: string): Promise<{ readonly port: number; close(): void }> {
	const listener = spawn(process.execPath, ["-e", LISTENER, address], { stdio: ["ignore", "pipe", "ignore"] });
	const [told] = (await once(listener.stdout, "data")) as [Buffer];
	const port = Number(told.toString());
	listener.kill("SIGSTOP");
	// More than the queue takes: those behind wait for an answer that does not come, as everybody after them.
	const fillers = Array.from({ length: 8 }, () => net.connect({ host: address, port }).on("error", () => undefined));
	await once(fillers[0] ?? listener, "connect");
	return {
		port,
		close() {
			for (const socket of fillers) socket.destroy();
			listener.kill("SIGKILL");
		},
	};
}

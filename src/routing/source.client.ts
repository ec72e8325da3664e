// Does this machine have a source's address? Asked of the system, not of a list of interfaces: binding is what sending will do.
import net from "node:net";

/** True when a connection can be bound to that address here. */
export function hasAddress(address: string): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = net.createServer();
		probe.once("error", () => resolve(false));
		// Port 0: the system chooses a free one; it is given back at once.
		probe.listen({ host: address, port: 0, exclusive: true }, () => probe.close(() => resolve(true)));
	});
}

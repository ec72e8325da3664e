// Opens the TCP connection of a session, bound to the source's address, and says how TLS is to be spoken on it. Trouble is an answer.
import net from "node:net";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { codeOf, textOf } from "../errors.ts";
import type { Trouble } from "../replies/outcome.ts";

export interface ConnectTarget {
	readonly address: string;
	readonly port: number;
	/** Address of the source; null lets the system choose. */
	readonly localAddress: string | null;
	readonly timeout: { readonly connectMs: number };
}

/** A connected socket, or what stood in the way. */
export function connect(target: ConnectTarget): Promise<net.Socket | { trouble: Trouble; detail: string }> {
	return new Promise((resolve) => {
		const socket = net.connect({
			host: target.address,
			port: target.port,
			...(target.localAddress === null ? {} : { localAddress: target.localAddress }),
		});
		const timer = setTimeout(
			() => end({ trouble: "timeout", detail: `no connection within ${target.timeout.connectMs / 1000} s` }),
			target.timeout.connectMs,
		);
		const end = (answer: net.Socket | { trouble: Trouble; detail: string }) => {
			clearTimeout(timer);
			socket.removeAllListeners();
			if (answer !== socket) {
				socket.on("error", () => undefined);
				socket.destroy();
			}
			resolve(answer);
		};
		socket.once("connect", () => end(socket));
		socket.once("error", (error) => end({ trouble: connectTrouble(codeOf(error)), detail: textOf(error) }));
	});
}

function connectTrouble(code: string): Trouble {
	if (code === "EADDRNOTAVAIL" || code === "EINVAL") return "source-missing";
	if (code === "ECONNREFUSED") return "connect-refused";
	if (code === "ETIMEDOUT") return "timeout";
	return "connect-failed";
}

/** One for all MX hosts: to make one for each connection took 3 % of the time of a campaign over many hosts. */
let lenient: SecureContext | null = null;

/** MX hosts: any certificate is better than plain text, and the log says whether it fitted (RFC 7435). TLS 1.0 for the same reason. */
export function tlsOptions(target: { readonly mxHost: string; readonly verifyTls: boolean; readonly ca: string | null }) {
	const common = { rejectUnauthorized: target.verifyTls, servername: target.mxHost };
	// TLS 1.2 at least (RFC 8997); `ca` alone would replace the usual authorities.
	if (target.verifyTls)
		return { ...common, minVersion: "TLSv1.2" as const, ...(target.ca === null ? {} : { ca: [...rootCertificates, target.ca] }) };
	lenient ??= createSecureContext({ minVersion: "TLSv1" });
	return { ...common, secureContext: lenient };
}

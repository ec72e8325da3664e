// Listens for mail on [inbound] listen, by smtp-server: takes what is addressed to us and nothing else, so it can neither relay nor make backscatter. What
// a message means is not judged here (take-in.ts).
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";
import { codeOf, fail, textOf } from "../errors.ts";
import { type Mailboxes, type Recipient, recipientOf } from "./named.ts";
import type { Answer, TakeIn } from "./take-in.ts";

export interface ListenerOptions {
	readonly host: string;
	readonly port: number;
	/** The name it says in its greeting. */
	readonly name: string;
	/** PEM, for STARTTLS; null: none is offered. */
	readonly tls: { readonly key: string; readonly cert: string } | null;
	/** A larger message is refused with 552. Bytes. Those who return a newsletter whole return its attachments, too. */
	readonly sizeMax: number;
	/** Asked for each address, since identities may be read again. */
	readonly mailboxes: () => Mailboxes;
	readonly takeIn: TakeIn;
	readonly trouble: (error: unknown) => void;
	/** Bounds; the defaults are for the world. */
	readonly bounds?: Partial<Bounds>;
}

export interface Bounds {
	/** Connections at once, in all and from one address. */
	readonly clients: number;
	readonly clientsOfOne: number;
	/** Nothing is heard for so long. RFC 5321 section 4.5.3.2.7 wants five minutes of a server; a bounce that is slower comes again. Milliseconds. */
	readonly idleMs: number;
	/** A whole connection. A byte a minute would outlive any idle time. Milliseconds. */
	readonly wholeMs: number;
}

export interface Listener {
	/** "0.0.0.0:25" */
	readonly address: string;
	readonly port: number;
	/** Lets nobody in any more; what is being taken in is finished first. */
	close(): Promise<void>;
}

const BOUNDS: Bounds = { clients: 100, clientsOfOne: 20, idleMs: 120_000, wholeMs: 600_000 };
/** A report says all it has to say in its first part; behind it comes the newsletter. So many bytes of a message are kept. */
export const KEPT_BYTES = 1_048_576;
/** A bounce has one recipient. */
const RECIPIENTS = 10;

/** An error that smtp-server answers with. */
function reply(responseCode: number, words: string): Error {
	return Object.assign(new Error(words), { responseCode });
}

/** Listens. Throws inbound-port-taken, inbound-port-forbidden. */
export async function listenInbound(options: ListenerOptions): Promise<Listener> {
	const { takeIn, tls } = options;
	const bounds = { ...BOUNDS, ...options.bounds };
	const recipient = (address: string): Recipient | null => recipientOf(address, options.mailboxes());
	const fromOne = new Map<string, number>();
	const leave = (address: string) => {
		const left = (fromOne.get(address) ?? 1) - 1;
		if (left > 0) fromOne.set(address, left);
		else fromOne.delete(address);
	};
	const server = new SMTPServer({
		name: options.name,
		banner: "Wellsent takes bounces and complaints only",
		logger: false,
		// Its own clock and names: none of ours is asked of strangers' DNS.
		disableReverseLookup: true,
		authOptional: true,
		disabledCommands: tls === null ? ["AUTH", "STARTTLS"] : ["AUTH"],
		...(tls === null ? {} : { key: tls.key, cert: tls.cert }),
		hideENHANCEDSTATUSCODES: false,
		size: options.sizeMax,
		maxClients: bounds.clients,
		maxRecipients: RECIPIENTS,
		socketTimeout: bounds.idleMs,
		closeTimeout: 5_000,
		onRcptTo({ address }, _session, callback) {
			if (recipient(address) !== null) return callback();
			takeIn.count("refused");
			callback(reply(550, "No such address here; this host takes bounces and complaints about its own mail only"));
		},
		onData(stream, session, callback) {
			const { mailFrom, rcptTo } = session.envelope;
			const to = rcptTo.flatMap(({ address }) => recipient(address) ?? []);
			const from = mailFrom === false ? "" : mailFrom.address;
			collect(stream)
				.then((raw) => {
					// Over the limit: smtp-server answers 552 whatever is said here, and nothing may follow from it.
					if (stream.sizeExceeded) return callback(reply(552, "Too large"));
					return takeIn
						.take({ id: `${session.id}${session.transaction}`, from, to, raw })
						.then((answer) => callback(errorOf(answer), "Taken"));
				})
				.catch((error: unknown) => {
					options.trouble(error);
					callback(reply(451, "It could not be recorded here, please try again later"));
				});
		},
	});
	// A client that hangs up or fails its handshake is its own affair.
	server.on("error", () => undefined);
	server.server.prependListener("connection", (socket) => {
		const address = socket.remoteAddress ?? "";
		const there = (fromOne.get(address) ?? 0) + 1;
		fromOne.set(address, there);
		const end = setTimeout(() => socket.destroy(), bounds.wholeMs);
		end.unref();
		socket.once("close", () => {
			clearTimeout(end);
			leave(address);
		});
		if (there > bounds.clientsOfOne) socket.end(`421 4.7.0 ${options.name} Too many connections from your address\r\n`);
	});
	await bind(server, options);
	const { port } = server.server.address() as AddressInfo;
	return {
		address: `${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
		port,
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}

function bind(server: SMTPServer, { host, port }: ListenerOptions): Promise<void> {
	return new Promise<void>((resolve, reject) => {
		server.server.once("error", reject);
		server.listen(port, host, () => {
			server.server.off("error", reject);
			resolve();
		});
	}).catch((error: unknown) => {
		const address = `${host}:${port}`;
		if (codeOf(error) === "EACCES") return fail("inbound-port-forbidden", { address, port }, { cause: error });
		const detail = codeOf(error) === "EADDRINUSE" ? "another program has the port" : textOf(error);
		return fail("inbound-port-taken", { address, detail }, { cause: error });
	});
}

function errorOf(answer: Answer): Error | null {
	switch (answer.kind) {
		case "taken":
			return null;
		case "later":
			return reply(451, `Not now: ${answer.why}`);
	}
}

/** The beginning of a message; the rest is heard and dropped, so that memory is bounded whatever comes. */
async function collect(stream: SMTPServerDataStream): Promise<Uint8Array> {
	const chunks: Buffer[] = [];
	let kept = 0;
	for await (const chunk of stream as AsyncIterable<Buffer>) {
		if (kept >= KEPT_BYTES) continue;
		const part = chunk.subarray(0, KEPT_BYTES - kept);
		chunks.push(part);
		kept += part.length;
	}
	return Buffer.concat(chunks);
}

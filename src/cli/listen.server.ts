// Listens for HTTP before there is anything to serve, so that a taken port is known before anything is sent. Knows no page.
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { codeOf, fail, textOf } from "../errors.ts";

export type Fetch = (request: Request) => Response | Promise<Response>;

export interface WebServer {
	/** "http://127.0.0.1:8420" */
	readonly url: string;
	readonly port: number;
	/** Answers requests from now on; before that everything is 503. */
	answer(fetch: Fetch): void;
	/** Lets nobody in any more and hangs up on those who are. */
	close(): Promise<void>;
}

/** Listens. `orFree`: another port when that one is taken. Throws port-in-use. */
export async function listenHttp(
	at: { readonly host: string; readonly port: number },
	options: { readonly orFree: boolean },
): Promise<WebServer> {
	let fetch: Fetch = () => new Response("starting\n", { status: 503, headers: { "retry-after": "1" } });
	const server = createAdaptorServer({ fetch: (request: Request) => fetch(request) });
	const bind = (port: number) =>
		new Promise<void>((resolve, reject) => {
			server.once("error", reject);
			server.listen(port, at.host, () => {
				server.off("error", reject);
				resolve();
			});
		});
	try {
		await bind(at.port).catch((error: unknown) => {
			if (options.orFree && codeOf(error) === "EADDRINUSE") return bind(0);
			throw error;
		});
	} catch (error) {
		const address = `${at.host}:${at.port}`;
		const detail = codeOf(error) === "EADDRINUSE" ? "another program has the port" : textOf(error);
		return fail("port-in-use", { address, detail }, { cause: error });
	}
	const { port } = server.address() as AddressInfo;
	const shown = at.host === "0.0.0.0" || at.host === "::" ? "127.0.0.1" : at.host;
	return {
		url: `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}`,
		port,
		answer(given) {
			fetch = given;
		},
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				if ("closeAllConnections" in server) server.closeAllConnections();
			}),
	};
}

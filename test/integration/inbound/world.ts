// A listener over real sockets on a database of its own, with deliveries that were sent, and a client that speaks to it.
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { encodeToken } from "../../../src/address/token.ts";
import { encodeVerp } from "../../../src/address/verp.ts";
import type { Config } from "../../../src/config/types.ts";
import { setting } from "../../../src/db/setting.store.ts";
import type { Bounds } from "../../../src/inbound/listener.server.ts";
import { type Inbound, startInbound } from "../../../src/inbound/start.ts";
import { insertResponses } from "../../../src/log/response.store.ts";
import { addHours } from "../../../src/log/roll-up.store.ts";
import { rollUp } from "../../../src/log/roll-up.ts";
import { type TempApp, tempApp } from "../../support/temp-app.ts";
import { fill } from "../../unit/inbound/mail-forms.ts";
import { addCampaign, response } from "../api/rows.ts";

const SETTINGS = `
[[source]]
name = "mta1"
address = "127.0.0.1"
ehlo = "mta1.sender.test"
[[identity]]
from = "@example.test"
return_path = "bounces.sender.test"
[inbound]
listen = "127.0.0.1:2525"
complaints = ["fbl@sender.test"]
`;

export interface SentOne {
	readonly id: number;
	readonly contactId: number;
	readonly campaign: number;
	readonly email: string;
	readonly verp: string;
	readonly token: string;
}

export interface InboundWorld extends TempApp {
	readonly inbound: Inbound;
	readonly port: number;
	/** A newsletter to one reader that `host` took. */
	sent(email: string, of?: { state?: string; campaign?: number; host?: string }): Promise<SentOne>;
	/** Sends one message, with what is in braces filled in; the answers to RCPT and to the body, or to the first command that was refused. */
	deliver(to: string, sample: string, of?: { from?: string; about?: SentOne }): Promise<string>;
	state(one: SentOne): Promise<string>;
	suppression(email: string): Promise<{ reason: string; detail: string; campaignId: number | null } | null>;
}

export async function inboundWorld(
	of: { bounds?: Partial<Bounds>; change?: (config: Config) => Config; toml?: string } = {},
): Promise<InboundWorld> {
	const temp = await tempApp({
		toml: SETTINGS + (of.toml ?? ""),
		change: (config) => {
			const any: Config = { ...config, inbound: { ...config.inbound, listen: { host: "127.0.0.1", port: 0 } } };
			return of.change?.(any) ?? any;
		},
	});
	const { db } = temp.app;
	const inbound = await startInbound(temp.app, of.bounds);
	if (inbound === null) throw new Error("it does not listen");
	onTestFinished(() => inbound.close());
	const secret = await setting(db, "secret", temp.clock);
	let first: number | null = null;
	// One for all messages: a greeting takes 100 ms.
	const open: Client[] = [];
	onTestFinished(() => {
		for (const client of open) client.end();
	});
	return {
		...temp,
		inbound,
		port: inbound.port,
		async sent(email, { state = "delivered", campaign, host = "mx1.corp.test" } = {}) {
			if (campaign === undefined) {
				first ??= await addCampaign(db, { state: "finished" });
				await db.campaign.update({
					where: { id: first },
					data: { finishedAt: new Date(temp.clock.now()), startedAt: new Date(temp.clock.now()) },
				});
			}
			const campaignId = campaign ?? first ?? 0;
			const now = new Date(temp.clock.now());
			const domain = email.slice(email.indexOf("@") + 1);
			const contact = await db.contact.upsert({
				where: { email },
				create: { email, domain, attributes: "{}", createdAt: now, updatedAt: now },
				update: {},
			});
			const { id } = await db.delivery.create({
				data: {
					campaignId,
					contactId: contact.id,
					email,
					domain,
					site: "corp.test",
					state,
					attempts: 1,
					tries: 1,
					dueAt: now,
					queuedAt: now,
					settledAt: now,
				},
			});
			const base = response({ to: email, campaign: campaignId, site: "corp.test", mxHost: host });
			const row = {
				...base,
				at: temp.clock.now(),
				deliveryId: id,
				domain,
				source: "mta1",
				attempt: 1,
				seq: 1,
				class: "accepted" as const,
				rule: "accepted",
			};
			await insertResponses(db, [row]);
			await addHours(db, rollUp([row], []).hours);
			return {
				id,
				contactId: contact.id,
				campaign: campaignId,
				email,
				verp: encodeVerp({ deliveryId: id, domain: "bounces.sender.test", secret }),
				token: encodeToken({ contactId: contact.id, campaignId }, secret),
			};
		},
		async deliver(to, sample, { from = "", about } = {}) {
			const client = open[0] ?? (await greeted(inbound.port));
			if (open.length === 0) open.push(client);
			return deliverOn(client, { from, to, message: filled(sample, about) });
		},
		state: async (one) => (await db.delivery.findUniqueOrThrow({ where: { id: one.id } })).state,
		suppression: (email) =>
			db.suppression.findUnique({ where: { subject: email }, select: { reason: true, detail: true, campaignId: true } }),
	};
}

export const filled = (sample: string, about?: SentOne): string =>
	about === undefined ? fill(sample) : fill(sample, { verp: about.verp, reader: about.email, token: about.token });

async function greeted(port: number): Promise<Client> {
	const client = await Client.connect(port);
	await client.say("EHLO mx.corp.test");
	return client;
}

/** A conversation on a connection of its own; the last answer. */
export async function deliverTo(port: number, of: { from: string; to: string; message: string }): Promise<string> {
	const client = await greeted(port);
	try {
		return await deliverOn(client, of);
	} finally {
		client.end();
	}
}

async function deliverOn(client: Client, of: { from: string; to: string; message: string }): Promise<string> {
	for (const command of [`MAIL FROM:<${of.from}>`, `RCPT TO:<${of.to}>`, "DATA"]) {
		const answer = await client.say(command);
		if (/^[23]/.test(answer)) continue;
		await client.say("RSET");
		return answer;
	}
	return client.say(`${of.message.replace(/^\./gm, "..")}\r\n.`);
}

/** One connection; an answer ends with its last line. */
export class Client {
	readonly #socket: Socket;
	#heard = "";
	#closed = false;
	#wake: () => void = () => undefined;

	private constructor(socket: Socket) {
		this.#socket = socket;
		socket.setNoDelay(true);
		socket.on("data", (data: Buffer) => {
			this.#heard += data.toString();
			this.#wake();
		});
		socket.on("error", () => undefined);
		socket.on("close", () => {
			this.#closed = true;
			this.#wake();
		});
	}

	/** Resolves after the greeting. */
	static async connect(port: number): Promise<Client> {
		const client = new Client(connect(port, "127.0.0.1"));
		await client.answer();
		return client;
	}

	async say(line: string): Promise<string> {
		this.#heard = "";
		this.#socket.write(`${line}\r\n`);
		return this.answer();
	}

	/** Without waiting for an answer. */
	write(text: string): void {
		this.#socket.write(text);
	}

	/** The next whole answer, or what was heard when it was hung up. */
	async answer(): Promise<string> {
		while (!/^\d{3}(?: .*)?\r\n$/m.test(this.#heard) && !this.#closed) await this.#something();
		return this.#heard.trim();
	}

	async closed(): Promise<void> {
		while (!this.#closed) await this.#something();
	}

	end(): void {
		this.#socket.destroy();
	}

	#something(): Promise<void> {
		return new Promise((resolve) => {
			this.#wake = resolve;
		});
	}
}

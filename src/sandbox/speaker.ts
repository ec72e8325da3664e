// How a host says things on one connection: filled in, in its style, at its pace; or not at all. It decides nothing.
import type { Clock } from "../clock.ts";
import type { Host } from "./host.ts";
import type { MannerStage, Manners } from "./manners.ts";
import { fillBlanks, writeReply } from "./reply-text.ts";
import type { Wire } from "./wire.server.ts";

export class Speaker {
	readonly wire: Wire;
	readonly #clock: Clock;
	readonly #client: string;
	/** Who speaks; on a single address it changes with the recipient. */
	host: Host;
	#cancelWait: () => void = () => undefined;

	constructor(wire: Wire, host: Host, clock: Clock, client: string) {
		this.wire = wire;
		this.host = host;
		this.#clock = clock;
		this.#client = client;
	}

	get manners(): Manners {
		return this.host.manners;
	}

	/** Says it, late when the manners (or `extraMs`) want so; `after` runs when it is said. 421 ends the connection (RFC 5321, 3.8). */
	answer(stage: MannerStage, reply: string, after?: () => void, extraMs = 0): void {
		const { tarpitMs, delayMs } = this.manners;
		const wait = tarpitMs + (delayMs[stage] ?? 0) + extraMs;
		if (wait === 0) this.#say(stage, reply, after);
		else {
			this.wire.hold();
			this.#cancelWait = this.#clock.after(wait, () => this.wire.release(() => this.#say(stage, reply, after)));
		}
	}

	/** Drops or silences the dialogue when the manners want so at this stage; true when they do. */
	ends(stage: MannerStage): boolean {
		const { dropAt, silentAt, dropHow } = this.manners;
		if (dropAt === stage) this.wire.drop(dropHow);
		else if (silentAt === stage) this.wire.hold();
		else return false;
		return true;
	}

	/** The reply with {host} {ip} {from} {to} {domain} filled in. */
	filled(reply: string, from = "", to = ""): string {
		return fillBlanks(reply, { host: this.host.name, ip: this.#client, from, to, domain: to.slice(to.lastIndexOf("@") + 1) });
	}

	/** The connection is gone: nothing that waits will be said. */
	hush(): void {
		this.#cancelWait();
	}

	#say(stage: MannerStage, reply: string, after: (() => void) | undefined): void {
		this.wire.say(writeReply(this.filled(reply), stage, this.manners));
		if (after !== undefined) this.wire.whenSaid(after);
		if (reply.startsWith("421")) this.wire.end();
	}
}

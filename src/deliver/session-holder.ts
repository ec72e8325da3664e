// The one connection that a worker holds: opened within the lane's limits, used for several messages, closed with a QUIT that delays nobody.
import type { Next, Slot } from "../throttle/lane-types.ts";
import type { Desk } from "./engine.ts";
import type { Exchange, SessionTarget } from "./exchange.ts";
import { openSession, type SmtpSession } from "./smtp-session.client.ts";

export type HeldSession =
	| { readonly kind: "open"; readonly session: SmtpSession; readonly reused: boolean }
	| { readonly kind: "failed"; readonly exchange: Exchange; readonly address: string }
	/** The lane may not open a connection before that time. */
	| { readonly kind: "not-now"; readonly at: number }
	| { readonly kind: "stopped" };

/** A lane whose next connection is further away than this gives its deliveries back instead of keeping them waiting. */
const CONNECTION_PATIENCE_MS = 10_000;
/** How long an open connection is kept idle for the lane's next message: well below the minute or so after which servers hang up. */
const MESSAGE_PATIENCE_MS = 30_000;
/** A hold without an end is looked at again so often. */
const HOLD_LOOK_MS = 60_000;

/** The instant to come back at, when the lane's next connection or message is too far away to wait for; null: wait for it. */
export function notNow(kind: "connection" | "message", next: Next, now: number): number | null {
	if (next.at === null) return next.because.rule === "hold" ? now + HOLD_LOOK_MS : null;
	const patience = kind === "connection" ? CONNECTION_PATIENCE_MS : MESSAGE_PATIENCE_MS;
	return next.at - now > patience ? next.at : null;
}

export class SessionHolder {
	readonly #desk: Desk;
	#current: { session: SmtpSession; slot: Slot } | null = null;

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	/** Name of the host that is connected and can take another message, or null. */
	get host(): string | null {
		return this.#usable() ? (this.#current?.session.target.mxHost ?? null) : null;
	}

	/** A session with that host and address: the one in hand, or a new one. */
	async to(host: string, address: string): Promise<HeldSession> {
		if (this.#current !== null && this.#usable() && this.#current.session.target.mxHost === host) {
			return { kind: "open", session: this.#current.session, reused: true };
		}
		this.letGo();
		const { lane, signal, engine } = this.#desk;
		const now = engine.clock.now();
		const at = notNow("connection", lane.nextConnectionAt(now), now);
		if (at !== null) return { kind: "not-now", at };
		const slot = await lane.openConnection(signal);
		if (slot === "aborted") return { kind: "stopped" };
		const opened = await openSession(this.#target(host, address));
		if (opened.kind === "failed") {
			slot.release();
			return { kind: "failed", exchange: opened.exchange, address };
		}
		this.#current = { session: opened.session, slot };
		engine.hosts.announced(host, address, opened.session.features.size);
		return { kind: "open", session: opened.session, reused: false };
	}

	/** Ends the session in the background. Its slot is free when the server has seen the end of it, since the server counts until then. */
	letGo(): void {
		const current = this.#current;
		if (current === null) return;
		this.#current = null;
		void current.session.quit().finally(() => current.slot.release());
	}

	/** Ends the session and waits for it. */
	async close(): Promise<void> {
		const current = this.#current;
		if (current === null) return;
		this.#current = null;
		await current.session.quit();
		current.slot.release();
	}

	#usable(): boolean {
		if (this.#current === null) return false;
		const { session } = this.#current;
		return session.alive && session.begun < this.#desk.lane.limits.messagesPerConnection;
	}

	#target(host: string, address: string): SessionTarget {
		const { engine, exit, lane } = this.#desk;
		const { timeout } = engine.config.smtp;
		if (exit.kind === "gateway") {
			const { gateway } = exit;
			return {
				mxHost: host,
				address,
				port: gateway.port,
				localAddress: null,
				ehlo: engine.config.sources[0]?.ehlo ?? "[127.0.0.1]",
				tls: gateway.security === "tls" ? "implicit" : "required",
				verifyTls: true,
				auth: gateway.user === null || gateway.password === null ? null : { user: gateway.user, password: gateway.password },
				timeout,
			};
		}
		const required = lane.limits.tls === "required" || engine.hosts.facts(host, address).tlsRequired;
		const never = !required && engine.hosts.tlsIsBroken(host, address);
		return {
			mxHost: host,
			address,
			port: engine.config.smtp.port,
			localAddress: exit.source.address,
			ehlo: exit.source.ehlo,
			tls: required ? "required" : never ? "never" : "opportunistic",
			verifyTls: false,
			auth: null,
			timeout,
		};
	}
}

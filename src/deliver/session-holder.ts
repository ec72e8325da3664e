// The one connection that a worker holds: opened within the lane's limits, used for several messages, closed with a QUIT that delays nobody.
import type { SourceConfig } from "../config/types.ts";
import type { Slot } from "../throttle/lane-types.ts";
import type { Desk } from "./engine.ts";
import { directPort, type Exchange, type SessionTarget } from "./exchange.ts";
import { gatewayTarget, passwordLogin } from "./gateway-target.ts";
import type { TokenAnswer } from "./gateway-token.store.ts";
import { type OpenResult, openSession } from "./open-session.client.ts";
import { notNow, patiently } from "./patience.ts";
import type { SmtpSession } from "./smtp-session.client.ts";

export type HeldSession =
	| { readonly kind: "open"; readonly session: SmtpSession; readonly reused: boolean }
	| { readonly kind: "failed"; readonly exchange: Exchange; readonly address: string }
	/** The lane may not open a connection before that time. */
	| { readonly kind: "not-now"; readonly at: number }
	| { readonly kind: "stopped" };

/**
 * A slot is kept so long after its connection was closed here: the server counts it until it has noticed, and a new connection that overtakes the end of
 * the old one is one too many (measured on loopback: by a millisecond, six times in 4,000 connections).
 */
const FAREWELL_MS = 50;
/** Servers close idle connections after minutes, some under load after less. */
const STOOD_IDLE_MS = 10_000;

export class SessionHolder {
	readonly #desk: Desk;
	#current: { session: SmtpSession; slot: Slot } | null = null;
	/** When it was given out last. */
	#usedAt = 0;

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	/** Name of the host that is connected and can take another message, or null. */
	get host(): string | null {
		return this.#usable() ? (this.#current?.session.target.mxHost ?? null) : null;
	}

	/** A session with that host and address for mail of that domain: the one in hand, or a new one. */
	async to(place: { readonly host: string; readonly address: string }, domain: string): Promise<HeldSession> {
		const { lane, signal, engine, exit } = this.#desk;
		const { host, address } = place;
		const port = exit.kind === "direct" ? directPort(engine.config, domain) : exit.gateway.port;
		const now = this.#current?.session.target;
		if (this.#current !== null && this.#usable() && now?.mxHost === host && now.port === port) {
			this.#usedAt = engine.clock.now();
			return { kind: "open", session: this.#current.session, reused: true };
		}
		this.#noteClosed();
		this.letGo();
		const look = () => notNow("connection", lane.nextConnectionAt(engine.clock.now()), engine.clock.now());
		const at = look();
		if (at !== null) return { kind: "not-now", at };
		const { got: slot, comeBackAt } = await patiently({ clock: engine.clock, signal, look }, (patience) =>
			lane.openConnection(patience),
		);
		if (slot === "aborted") return comeBackAt === null ? { kind: "stopped" } : { kind: "not-now", at: comeBackAt };
		const opened = await this.#open(host, address, port);
		if (opened.kind === "failed") {
			this.#freeSoon(slot);
			return { kind: "failed", exchange: opened.exchange, address };
		}
		this.#current = { session: opened.session, slot };
		this.#usedAt = engine.clock.now();
		engine.hosts.announced(host, address, opened.session.features.size);
		return { kind: "open", session: opened.session, reused: false };
	}

	/** Ends the session in the background. Its slot is free when the server has seen the end of it, since the server counts until then. */
	letGo(): void {
		const current = this.#current;
		if (current === null) return;
		this.#current = null;
		this.#noteIdle(current.session);
		void current.session.quit().finally(() => this.#freeSoon(current.slot));
	}

	/** Ends the session and waits for it. */
	async close(): Promise<void> {
		const current = this.#current;
		if (current === null) return;
		this.#current = null;
		this.#noteIdle(current.session);
		await current.session.quit();
		this.#freeSoon(current.slot);
	}

	#freeSoon(slot: Slot): void {
		this.#desk.engine.clock.after(FAREWELL_MS, () => slot.release());
	}

	/** It was connected to and nothing was asked (the lane was full meanwhile, or work stopped): the ledger counts that. */
	#noteIdle(session: SmtpSession): void {
		if (session.begun > 0) return;
		const { engine, exit, lane } = this.#desk;
		const { mxHost, address: mxAddress } = session.target;
		engine.connected({
			source: exit.kind === "direct" ? exit.source.name : "",
			site: lane.key.slice(lane.key.lastIndexOf("/") + 1),
			mxHost,
			mxAddress,
		});
	}

	/** The server ended the connection between two messages: the lane may learn how many it takes. A connection that stood idle says nothing of the kind. */
	#noteClosed(): void {
		if (this.#current === null || this.#current.session.alive) return;
		const { session } = this.#current;
		const { lane, engine } = this.#desk;
		if (session.accepted === 0 || engine.clock.now() - this.#usedAt > STOOD_IDLE_MS) return;
		const words = `${session.target.mxHost}: closed the connection after ${session.accepted} messages`;
		lane.refused({ class: "silent-close", rule: "silent-close", acceptedBefore: session.accepted, spent: false, words });
	}

	#usable(): boolean {
		if (this.#current === null) return false;
		const { session } = this.#current;
		const { lane } = this.#desk;
		return session.alive && session.begun < lane.limits.messagesPerConnection;
	}

	async #open(host: string, address: string, port: number): Promise<OpenResult> {
		const { engine, exit } = this.#desk;
		if (exit.kind === "direct") return openSession(this.#target(exit.source, { host, address, port }));
		const { gateway } = exit;
		const place = { host, address };
		if (gateway.oauth2 === null) return openSession(gatewayTarget(gateway, place, engine.config, passwordLogin(gateway)));
		for (;;) {
			const answer = await engine.tokens.get(gateway);
			if (answer.kind !== "token") return { kind: "failed", exchange: withoutToken(answer) };
			const login = { kind: "token", user: gateway.user ?? "", token: answer.token } as const;
			const opened = await openSession(gatewayTarget(gateway, place, engine.config, login));
			const refused = opened.kind === "failed" && opened.exchange.stage === "auth" && (opened.exchange.reply?.code ?? 0) >= 500;
			if (!refused || answer.fresh) return opened;
			// A token can be withdrawn before its time: once more with a new one, and then it is the account.
			engine.tokens.spoil(gateway);
		}
	}

	#target(source: SourceConfig, place: { host: string; address: string; port: number }): SessionTarget {
		const { host, address, port } = place;
		const { engine, lane } = this.#desk;
		const { timeout } = engine.config.smtp;
		const required = lane.limits.tls === "required" || engine.hosts.facts(host, address).tlsRequired;
		const never = !required && engine.hosts.tlsIsBroken(host, address);
		return {
			mxHost: host,
			address,
			port,
			localAddress: source.address,
			ehlo: source.ehlo,
			tls: required ? "required" : never ? "never" : "opportunistic",
			verifyTls: false,
			ca: null,
			login: null,
			timeout,
		};
	}
}

/** There is no access token to log in with. A refusal of the token endpoint is a refusal of the login; trouble on the way to it is trouble. */
function withoutToken(answer: Exclude<TokenAnswer, { kind: "token" }>): Exchange {
	const trouble = answer.kind === "refused" ? "login-impossible" : "connect-failed";
	const detail = `no access token: ${answer.why}`;
	return { stage: "auth", reply: null, trouble, detail, inDoubt: false, durationMs: 0, bytes: 0 };
}

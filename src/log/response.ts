// The row of the log: what one MX host did in one attempt, at one stage.
import type { Action, ReplyClass, Scope, Stage } from "../replies/outcome.ts";

/** TLS as it was when the response came, or null in plain text. */
export interface TlsFacts {
	readonly version: string;
	readonly cipher: string;
	/** True when the certificate was valid for the host's name. */
	readonly verified: boolean;
}

/**
 * In front of the rule of a row that nobody said in a conversation with us: a bounce that came by mail afterwards (inbound/). Such a row has no address and
 * no port, its host is whose words the bounce quotes, and the ledger of MX hosts does not count it.
 */
export const REPORTED = "dsn:";

export interface ResponseRow {
	/** Instant, milliseconds. */
	readonly at: number;
	readonly deliveryId: number;
	readonly campaign: number;
	/** The reader's address. */
	readonly to: string;
	readonly domain: string;
	readonly site: string;
	/** "direct" or the name of the gateway. */
	readonly route: string;
	/** Name of the source; "" on a gateway. */
	readonly source: string;
	/** "" when no host was reached (trouble at stage dns). */
	readonly mxHost: string;
	readonly mxAddress: string;
	readonly port: number;
	/** 1 for the first try of the delivery. */
	readonly attempt: number;
	/** 1 for the first host of the attempt. */
	readonly seq: number;
	readonly stage: Stage;
	/** 0 when no reply came. */
	readonly code: number;
	readonly enhanced: string | null;
	readonly text: string;
	readonly class: ReplyClass;
	readonly scope: Scope;
	readonly action: Action;
	readonly rule: string;
	readonly tls: TlsFacts | null;
	/** From the connection's start, or the message's MAIL on a connection that was open already. */
	readonly durationMs: number;
	/** Bytes of the message handed over, 0 before the body. */
	readonly bytes: number;
}

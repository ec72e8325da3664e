// What a try needs from the rest of the program. The interfaces are declared here, by their user, and are as small as its needs.
import type { Clock } from "../clock.ts";
import type { Config, GatewayConfig, SourceConfig } from "../config/types.ts";
import type { HostPlace } from "../log/host-watch.ts";
import type { RuleSet } from "../replies/rule-set.ts";
import type { AddressAnswer, MxAnswer, MxHost } from "../routing/mx.ts";
import type { Lane } from "../throttle/lane.ts";
import type { GatewayTokens } from "./gateway-token.store.ts";
import type { HostMemory } from "./host-memory.ts";
import type { ClaimedDelivery } from "./settlement.ts";

/** A message of one reader, ready to be handed over. */
export interface ReadyMessage {
	/** Return path. */
	readonly mailFrom: string;
	readonly chunks: readonly Buffer[];
	/** Bytes of the whole. */
	readonly size: number;
	readonly needsSmtpUtf8: boolean;
}

/**
 * A message; or why this reader cannot have one (a control character in a name); or that the campaign does not send any more
 * (paused, cancelled, its key is gone, larger than the limits allow), which is no reader's fault and no try.
 */
export type Composed =
	| { readonly kind: "withdrawn" }
	| { readonly kind: "ready"; readonly message: ReadyMessage }
	| { readonly kind: "unfit"; readonly class: "bad-format"; readonly rule: string; readonly why: string };

export interface DnsResolver {
	mx(domain: string): Promise<MxAnswer>;
	addresses(host: string): Promise<AddressAnswer>;
}

/** How a lane's mail leaves: from a source to the site's MX hosts, or through a gateway. */
export type Exit =
	| { readonly kind: "direct"; readonly source: SourceConfig }
	| {
			readonly kind: "gateway";
			readonly gateway: GatewayConfig;
			/** Its part of the mail against those of its siblings; 0: only while those before it cannot be used. */
			readonly weight: number;
			/** Its place among them, 0 for the first. */
			readonly rank: number;
			/** Name under which the deliveries wait that it and its siblings may take. */
			readonly pool: string;
	  };

export interface Engine {
	readonly clock: Clock;
	/** In [0, 1). */
	readonly random: () => number;
	readonly config: Config;
	readonly resolver: DnsResolver;
	/** The site that serves a domain with those MX hosts. */
	readonly siteOf: (hosts: readonly MxHost[], domain: string) => string;
	readonly hosts: HostMemory;
	/** Access tokens of gateways that log in with OAuth 2. */
	readonly tokens: GatewayTokens;
	/** How replies are understood: the built-in rules, with the user's own in front. */
	readonly rules: RuleSet;
	/** A connection was opened and nothing was asked on it. */
	readonly connected: (place: HostPlace) => void;
	/** Makes the mark of a try durable: it resolves when the final dot may be sent (D2). */
	readonly markBody: (delivery: ClaimedDelivery) => Promise<void>;
}

/** Where a worker sits: its lane, the way out, and the engine. */
export interface Desk {
	readonly engine: Engine;
	readonly lane: Lane;
	readonly exit: Exit;
	/** Waits until one message may go by the lane's rates, right now; false: aborted. */
	readonly messageTicket: (signal: AbortSignal) => Promise<boolean>;
	/** The delivery's campaign was paused or cancelled since it was claimed: what has not begun shall not. */
	readonly withdrawn: (delivery: ClaimedDelivery) => boolean;
	/** The message of a delivery; it may have been prepared ahead. */
	readonly message: (delivery: ClaimedDelivery) => Promise<Composed>;
	/** Aborted when the lane's work is to stop. */
	readonly signal: AbortSignal;
}

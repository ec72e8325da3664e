// What a session is given by the server that took its connection. Types only.
import type { SecureContext } from "node:tls";
import type { Clock } from "../clock.ts";
import type { ArrivalRow, ConnectionRow } from "./arrivals.ts";
import type { Host } from "./host.ts";

export interface Surroundings {
	readonly host: Host;
	/** On a single address: the host whose manners apply to a recipient's domain. Null: `host` is the only one. */
	readonly hostFor: ((domain: string) => Host) | null;
	readonly clock: Clock;
	readonly keepMessages: boolean;
	readonly tls: { readonly good: SecureContext; readonly expired: SecureContext };
	/** Number of the next connection or arrival. */
	nextId(): number;
	opened(row: ConnectionRow): void;
	/** Refused at the greeting. */
	turnedAway(row: ConnectionRow, reply: string): void;
	arrived(row: ArrivalRow): void;
	closed(row: ConnectionRow): void;
}

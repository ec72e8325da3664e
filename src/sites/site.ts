// What is known about a site: all recipient domains served by the same MX provider.
import type { RateLimit, TlsPolicy } from "../config/types.ts";

export interface Site {
	/** "google", "naver"; for a provider without data the registrable domain of its MX hosts. */
	readonly name: string;
	/** For people: "Gmail and Google Workspace". */
	readonly title: string;
	/** True when the facts come from our data and not from the defaults for unknown sites. */
	readonly known: boolean;
	readonly connections: number;
	readonly connectionsPerHour: number;
	readonly messagesPerConnection: number;
	readonly rates: readonly RateLimit[];
	readonly tls: TlsPolicy;
	/** Bytes of a whole message it has been seen to announce; null: unknown. */
	readonly size: number | null;
	/** Page of its postmaster, or null. */
	readonly postmaster: string | null;
}

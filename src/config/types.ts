// The settings as the program uses them: every default filled in, durations in milliseconds, sizes in bytes, times as instants.
// config/schema.ts is the only place that knows the defaults and how each is written in wellsent.toml.

/** "at most `limit` in any window of `windowMs`", e.g. 600/h is { limit: 600, windowMs: 3600000, text: "600/h" }. */
export interface RateLimit {
	readonly limit: number;
	readonly windowMs: number;
	/** As a person writes it: "5/s", "600/h", "5000/d". */
	readonly text: string;
}

export type TlsPolicy = "opportunistic" | "required";

/** One sending IP of ours with its EHLO name. */
export interface SourceConfig {
	readonly name: string;
	/** The local address that outgoing connections are bound to: IPv4 or IPv6. */
	readonly address: string;
	readonly ehlo: string;
	/** Instant at which the warm-up began (midnight UTC of that day), or null when warm. */
	readonly warmup: number | null;
	/** What the world sees, when behind NAT; the same as `address` otherwise. */
	readonly publicAddress: string;
	/** Ceilings of all that leaves it, to all sites together; empty: none. */
	readonly rates: readonly RateLimit[];
	/** Connections at once to all sites together. */
	readonly connections: number;
}

/** A smart host that accepts mail from us over authenticated TLS submission. */
export interface GatewayConfig {
	readonly name: string;
	readonly host: string;
	readonly port: number;
	readonly security: "starttls" | "tls";
	readonly user: string | null;
	readonly password: string | null;
	readonly oauth2: OAuth2Config | null;
	readonly rates: readonly RateLimit[];
	readonly connections: number | null;
	/** Name of the preset ("gmail"), or null. */
	readonly service: string | null;
	/** Largest message its account takes, bytes; null: what the server announces. */
	readonly messageMax: number | null;
	/** Certificates (PEM) that are trusted besides the usual ones, or null. */
	readonly ca: string | null;
	/** Name we greet it with; null: that of the first source, else the domain of the user. */
	readonly ehlo: string | null;
	/** Messages through it carry our DKIM signatures. */
	readonly sign: boolean;
	/** Each message has a return path of its own, made in the domain of `returnPath`; false: all have the same. */
	readonly verp: boolean;
	/** Domain (verp) or whole address (not verp) of the return path; null: the identity's domain, or the From address. */
	readonly returnPath: string | null;
	/** Who else than the identities that name it may leave through it: "news@x", "@x", "group:name". */
	readonly allow: readonly string[];
	/** Mail that may leave no other way: "news@x", "@x", "group:name". */
	readonly requiredFor: readonly string[];
}

/** Login with OAuth 2. Null: not given. */
export interface OAuth2Config {
	readonly clientId: string | null;
	readonly clientSecret: string | null;
	readonly refreshToken: string | null;
	readonly accessToken: string | null;
	/** Token endpoint. */
	readonly accessUrl: string;
	readonly scope: string | null;
}

/** One of the gateways of an identity. */
export interface GatewayShare {
	readonly gateway: string;
	/** Its part of the mail against those of the others; 0: only while those before it cannot be used. */
	readonly weight: number;
}

/** Domains of our own that are delivered to a named host instead of their MX hosts. */
export interface LocalConfig {
	readonly domains: readonly string[];
	readonly host: string;
	readonly port: number;
}

export interface DkimKeyConfig {
	readonly selector: string;
	/** Signing domain (d=); the identity's own domain unless given. */
	readonly domain: string;
	/** Absolute path of the private key (PEM). */
	readonly keyFile: string;
}

/** A From address or domain that may send. */
export interface IdentityConfig {
	/** "news@example.com", or "@example.com" for the whole domain. Lower case, domain in ASCII. */
	readonly from: string;
	readonly name: string | null;
	/** "direct" or the name of its (first) gateway. */
	readonly route: string;
	/** Its gateways in the order written; empty when direct. */
	readonly gateways: readonly GatewayShare[];
	/** Names of sources; empty means all of them. */
	readonly sources: readonly string[];
	/** Domain in which VERP return paths are made. */
	readonly returnPath: string;
	readonly dkim: readonly DkimKeyConfig[];
	readonly postalAddress: string | null;
	/** Nothing is sent in these hours of the day, minutes since midnight in an IANA zone; null: none. */
	readonly quietHours: { readonly from: number; readonly to: number; readonly zone: string; readonly text: string } | null;
	/** Base URL of one-click links, without a slash at the end; null: no https link. */
	readonly unsubscribe: string | null;
}

/** Overrides for a site, or a source × site. Null: keep what the site's data says. */
export interface LaneOverride {
	readonly site: string;
	readonly source: string | null;
	readonly connections: number | null;
	readonly connectionsPerHour: number | null;
	readonly messagesPerConnection: number | null;
	/** Null keeps the site's own rates; a list replaces all of them. */
	readonly rates: readonly RateLimit[] | null;
	readonly tls: TlsPolicy | null;
}

export interface Config {
	/** Absolute path of the file read, or null when there was none. */
	readonly file: string | null;
	/** Absolute folder that relative paths in it start from. */
	readonly root: string;
	readonly database: { readonly url: string };
	readonly redis: { readonly url: string | null };
	/** "address:port" of each; empty: the system's resolvers. */
	readonly dns: { readonly servers: readonly string[] };
	readonly smtp: {
		readonly port: number;
		readonly tls: TlsPolicy;
		readonly timeout: {
			readonly connectMs: number;
			readonly greetingMs: number;
			readonly commandMs: number;
			readonly bodyMs: number;
		};
	};
	readonly retry: {
		/** Waits between the tries, the last one repeated. */
		readonly waitsMs: readonly number[];
		/** A delivery is given up when it is older than this. */
		readonly giveUpMs: number;
	};
	readonly sources: readonly SourceConfig[];
	/** Accepted messages a day and site of a source that is being warmed up, day by day. */
	readonly warmup: { readonly curve: readonly number[] };
	readonly gateways: readonly GatewayConfig[];
	readonly identities: readonly IdentityConfig[];
	readonly lanes: readonly LaneOverride[];
	readonly locals: readonly LocalConfig[];
	readonly limits: {
		readonly htmlWarn: number;
		readonly htmlMax: number;
		readonly onHtmlMax: "block" | "warn";
		readonly messageWarn: number;
		readonly messageMax: number;
		readonly attachmentMax: number;
	};
	/** How pictures are made smaller, and where files go that messages link to. */
	readonly images: {
		/** Absolute path; null: none. */
		readonly hostedFolder: string | null;
		/** Without a slash at the end; null: nothing is hosted. */
		readonly hostedUrl: string | null;
		/** 40 to 100, as JPEG counts; 100: pictures are packed again without loss only. */
		readonly quality: number;
		/** Pixels. */
		readonly maxWidth: number;
	};
	readonly schedule: {
		/** A campaign found later than this after its time is held. */
		readonly graceMs: number;
		readonly checkEveryMs: number;
		/** Before the start, the longest first. */
		readonly checkBeforeMs: readonly number[];
		readonly makeAheadMs: number;
		/** Between two newsletters to one reader; 0: none. */
		readonly gapMs: number;
	};
	readonly blacklist: {
		readonly cron: string;
		readonly zones: readonly string[];
		readonly dqsKey: string | null;
		readonly subjects: readonly string[];
		readonly onCritical: "hold" | "alert";
	} /** Spam filters that may be asked about a newsletter; null: none. */;
	readonly score: {
		/** Without a slash at the end. */
		readonly rspamd: string | null;
		readonly password: string | null;
		readonly spamd: { readonly host: string; readonly port: number } | null;
	};

	readonly alerts: {
		readonly webhook: readonly { readonly url: string; readonly secret: string | null }[];
		readonly slack: readonly { readonly url: string }[];
		readonly mail: { readonly to: readonly string[]; readonly gateway: string | null; readonly from: string | null } | null;
		/** What is less is not sent. */
		readonly level: "info" | "warning" | "critical";
		/** Cron expression in UTC; null: no digest. */
		readonly digest: string | null;
	};
	readonly web: { readonly listen: { readonly host: string; readonly port: number }; readonly token: string | null };
	readonly inbound: {
		readonly listen: { readonly host: string; readonly port: number } | null;
		/** Further addresses for reports, lower case. */
		readonly complaints: readonly string[];
		/** Absolute paths, PEM; null: no STARTTLS. */
		readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
	};
	/** Absolute path of the user's own rules for replies, or null. */
	readonly replies: { readonly rulesFile: string | null };
	readonly log: { readonly keepMs: number; readonly level: "debug" | "info" | "warn" | "error" };
}

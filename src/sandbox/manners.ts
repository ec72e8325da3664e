// The manners of an MX host as data: what it offers, what it refuses, how it misbehaves. All of them combine.
//
// Pure: the shape, its defaults, and the reading from TOML. What each manner does on the wire is in session.ts and judge.ts.
import { z } from "zod";

/** Where a manner bites. `in-body` is while the message arrives, `body` the reply after the final dot. */
export const MANNER_STAGES = ["greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "in-body", "body", "quit"] as const;
export type MannerStage = (typeof MANNER_STAGES)[number];

const stage = z.enum(MANNER_STAGES);
/** "550 5.7.1 Words": code first; "\n" makes it multi-line; {ip} {from} {to} {domain} {host} are filled in. */
const reply = z.string().regex(/^[2-5]\d\d(?: |$)/, "a reply begins with its three-digit code");
const count = z.number().int().min(0);
const byStage = <Value extends z.ZodType>(value: Value) => z.partialRecord(stage, value);

export const mannersSchema = z.strictObject({
	/** Words after "220 host"; the greeting of an ordinary day. */
	banner: z.string().default("ESMTP Wellsent sandbox"),
	/** Said instead of the usual reply at that stage; 421 closes, so does 4xx/5xx at the greeting. */
	replyAt: byStage(reply).default({}),
	/** Refuse one source address ("*": all) at the greeting, MAIL or RCPT. */
	refuse: z
		.array(
			z.strictObject({ source: z.string(), at: z.enum(["greeting", "ehlo", "mail", "rcpt", "body"]).default("greeting"), reply }),
		)
		.default([]),
	/** Greylisting: the first try of each triple (client, from, to) is refused, tries after this many ms are accepted. */
	greylistMs: count.nullable().default(null),
	greylistReply: reply.default("451 4.7.1 Greylisted, please try again later"),
	/** Connections at once from one source; more are answered 421. Counted per site when the host has one. */
	maxConnections: count.nullable().default(null),
	maxConnectionsReply: reply.default("421 4.7.0 Too many concurrent connections from {ip}, closing connection"),
	/** Connections from one source in any 60 seconds. */
	connectionsPerMinute: count.nullable().default(null),
	connectionsPerMinuteReply: reply.default("421 4.7.0 Too many connections from {ip} in a short time, try again later"),
	/** Messages on one connection, then 421 at the next MAIL or a close without a word. */
	messagesPerConnection: count.nullable().default(null),
	afterMessages: z.enum(["421", "close"]).default("421"),
	messagesPerConnectionReply: reply.default("421 4.7.0 Max message per connection reached, closing transmission channel"),
	/** Messages from one source in any window; the surplus is refused with the words given. Counted per site when the host has one. */
	rates: z
		.array(z.strictObject({ limit: count, windowMs: count, at: z.enum(["mail", "rcpt"]).default("mail"), reply }))
		.default([]),
	/** Milliseconds before every reply, and before the replies of one stage. */
	tarpitMs: count.default(0),
	delayMs: byStage(count).default({}),
	/** STARTTLS: not offered, good, with an expired certificate, refused with 454, or a handshake that breaks. */
	starttls: z.enum(["none", "good", "expired", "refused", "broken"]).default("good"),
	/** TLS from the first byte (port 465 of a smart host). */
	implicitTls: z.boolean().default(false),
	tlsRequired: z.boolean().default(false),
	tlsRequiredReply: reply.default("530 5.7.0 Must issue a STARTTLS command first"),
	/** Bytes; announced as SIZE unless `announceSize` is false, and enforced either way. */
	size: count.nullable().default(null),
	announceSize: z.boolean().default(true),
	sizeReply: reply.default("552 5.3.4 Message size exceeds fixed maximum message size"),
	/** QUIT answered well, with an error, or never. */
	quit: z.enum(["ok", "error", "silent"]).default("ok"),
	/** How replies are written; `styleAt` limits it to some stages. */
	style: z.enum(["plain", "multi-line", "no-code", "lf-only", "four-digits", "split", "eight-bit"]).default("plain"),
	styleAt: z.array(stage).nullable().default(null),
	/** Says nothing more from this stage on, or ends the connection there. */
	silentAt: stage.nullable().default(null),
	dropAt: stage.nullable().default(null),
	/** `close` sends FIN, `reset` sends RST. */
	dropHow: z.enum(["close", "reset"]).default("close"),
	pipelining: z.boolean().default(true),
	eightBitMime: z.boolean().default(true),
	smtpUtf8: z.boolean().default(false),
	enhancedStatusCodes: z.boolean().default(true),
	/** False: EHLO is answered 502 and HELO is needed. */
	ehlo: z.boolean().default(true),
	/** A smart host: a login is needed before MAIL. For XOAUTH2 and OAUTHBEARER the password is the token. */
	auth: z.strictObject({ user: z.string(), password: z.string() }).nullable().default(null),
	authMethods: z.array(z.enum(["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER"])).default(["PLAIN", "LOGIN", "XOAUTH2"]),
	/** MAIL FROM addresses a smart host takes; null: all. */
	senders: z.array(z.string()).nullable().default(null),
	sendersReply: reply.default("553 5.7.1 <{from}>: Sender address rejected: not owned by user"),
	/** Domains it takes mail for; null: all. */
	domains: z.array(z.string()).nullable().default(null),
	domainsReply: reply.default("554 5.7.1 <{to}>: Relay access denied"),
	/** Local part (before any "+") to a reply line or a word of the vocabulary in recipient-name.ts. */
	recipients: z.record(z.string(), z.string()).default({}),
	/** False: the vocabulary of recipient-name.ts does not work here. */
	recipientNames: z.boolean().default(true),
});

export type Manners = Readonly<z.output<typeof mannersSchema>>;
/** What a world or a test writes: any part of it. */
export type MannersInput = Readonly<z.input<typeof mannersSchema>>;

/** All manners, defaults filled in. Throws a ZodError that names the key. */
export function manners(input: MannersInput = {}): Manners {
	return mannersSchema.parse(input);
}

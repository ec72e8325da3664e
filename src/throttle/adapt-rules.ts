// What a refusal does to the lane, as data: which limit is lowered, to what, for how long, and when repeated ones hold the lane.
// The arithmetic is in adapt.ts. Numbers without a word beside them are KumoMTA's (assets/community/shaping.toml and policy-extras), which
// postmasters of large senders keep; where a provider publishes its own, that is named.
import type { ReplyClass } from "../replies/outcome.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What is done when refusals of a kind have come so often. All steps whose number is reached apply together. */
export interface AdaptStep {
	/** From this many refusals on, within `withinMs`. Those of the same breath (10 s) count as one: several connections meet the same wall. */
	readonly times: number;
	readonly withinMs: number;
	/** Messages a minute; "half" of what is in force. */
	readonly rate?: number | "half";
	/** Connections at once; "fewer" is one less than were open. */
	readonly connections?: number | "fewer";
	/** Connections opened in an hour. */
	readonly connectionsPerHour?: "half";
	/** Messages on one connection: as many as the connection took, and this many at most; "twice-seen": two connections must have ended there. */
	readonly messagesPerConnection?: number | "seen" | "twice-seen";
	/** The lowered limits stay for so long; after that, success raises them step by step. */
	readonly forMs: number;
	/** Nothing at all goes for so long. */
	readonly holdMs?: number;
	/** Nothing goes for so long when what is to be lowered is at its floor already: even one was too many. */
	readonly elseHoldMs?: number;
}

export interface AdaptRule {
	/** Counted under this name: refusals of one rule do not trigger another. */
	readonly name: string;
	/** Ids of reply rules (src/replies/rules), or the class when the reply has no entry of its own. */
	readonly replies: readonly string[] | ReplyClass;
	readonly steps: readonly AdaptStep[];
	readonly source: string;
}

const first = (step: Omit<AdaptStep, "times" | "withinMs">): AdaptStep => ({ times: 1, withinMs: HOUR, ...step });
const holdAfter = (times: number, holdMs: number): AdaptStep => ({ times, withinMs: HOUR, forMs: 0, holdMs });

const KUMO = "KumoMTA shaping.toml";

/** Provider by provider; the first whose `replies` name the rule is taken, then the one of the class. */
export const ADAPT_RULES: readonly AdaptRule[] = [
	{
		name: "google-unusual-rate",
		replies: ["google-unusual-rate"],
		steps: [first({ rate: 10, connections: 1, forMs: 30 * MINUTE, holdMs: 10 * MINUTE }), holdAfter(5, HOUR)],
		source: `${KUMO} (10/min for 30 min); ten minutes of silence, then one connection: support.google.com/a/answer/81126`,
	},
	{
		name: "google-reputation",
		replies: ["google-unsolicited-rate", "google-low-reputation-temporary"],
		steps: [first({ rate: "half", forMs: 30 * MINUTE, holdMs: 5 * MINUTE }), holdAfter(5, HOUR)],
		source: KUMO,
	},
	{
		name: "yahoo-unusual-traffic",
		replies: ["yahoo-unusual-traffic"],
		steps: [first({ rate: "half", forMs: 30 * MINUTE }), { times: 3, withinMs: HOUR, rate: 1, forMs: 30 * MINUTE }],
		source: `${KUMO} (TS02: 1/min for 30 min after 3 an hour)`,
	},
	{
		name: "yahoo-deferred",
		replies: ["yahoo-deferred-complaints"],
		steps: [first({ rate: 1, connections: 1, forMs: 90 * MINUTE }), holdAfter(2, 2 * HOUR)],
		source: `${KUMO} (TS01: 1/min and 1 connection for 90 min; TSS04: 2 h after 2 an hour)`,
	},
	{ name: "yahoo-jp", replies: ["yahoo-jp-deferred"], steps: [first({ forMs: 0, holdMs: HOUR })], source: KUMO },
	{
		name: "yahoo-max-messages",
		replies: ["yahoo-max-messages"],
		steps: [first({ messagesPerConnection: 20, forMs: HOUR })],
		source: "senders.yahooinc.com: at most 20 messages a connection",
	},
	{
		name: "microsoft-rate",
		replies: ["microsoft-rate-codes"],
		steps: [first({ rate: 1, connections: 1, forMs: 30 * MINUTE })],
		source: `${KUMO} (RP-001 to RP-003)`,
	},
	{
		name: "microsoft-ip-reputation",
		replies: ["microsoft-ip-reputation-rate"],
		steps: [first({ rate: 1, connections: 1, forMs: 90 * MINUTE }), holdAfter(3, 30 * MINUTE)],
		source: `${KUMO} (4.7.650)`,
	},
	{
		name: "microsoft-as843",
		replies: ["microsoft-as843"],
		steps: [first({ rate: 1, forMs: 15 * MINUTE }), holdAfter(5, 30 * MINUTE)],
		source: `${KUMO} (4.7.500)`,
	},
	{
		name: "microsoft-denied",
		replies: ["microsoft-denied-temporary"],
		steps: [first({ rate: "half", forMs: 30 * MINUTE }), holdAfter(5, HOUR)],
		source: `${KUMO} (4.7.500-699, 4.7.850-899)`,
	},
	{
		name: "one-connection-for-an-hour",
		replies: ["microsoft-max-connections", "orange-connections", "netease-connections"],
		steps: [first({ connections: 1, forMs: HOUR, elseHoldMs: 5 * MINUTE })],
		source: `${KUMO}; postmaster.orange.fr: two connections at most`,
	},
	{
		name: "microsoft-max-messages",
		replies: ["microsoft-max-messages"],
		steps: [first({ messagesPerConnection: 2, forMs: HOUR })],
		source: KUMO,
	},
	{
		name: "apple-deferred",
		replies: ["apple-hcm"],
		steps: [first({ rate: "half", forMs: 15 * MINUTE }), holdAfter(3, 15 * MINUTE)],
		source: `${KUMO} ([HCM1])`,
	},
	{
		name: "comcast-rate",
		replies: ["comcast-rate", "charter-rate"],
		steps: [first({ rate: "half", forMs: 2 * HOUR })],
		source: `${KUMO} (RL000001)`,
	},
	{ name: "orange-refused", replies: ["orange-refused"], steps: [holdAfter(2, HOUR)], source: KUMO },
	{
		name: "gmx-connections",
		replies: ["gmx-connections"],
		steps: [
			first({ connections: "fewer", forMs: 30 * MINUTE, elseHoldMs: MINUTE }),
			{ times: 3, withinMs: HOUR, connections: 1, forMs: 30 * MINUTE },
		],
		source: `${KUMO} (1 connection for 30 min after 3 an hour)`,
	},
	{
		name: "gmx-rate",
		replies: ["gmx-rate"],
		steps: [first({ rate: "half", forMs: 4 * HOUR }), holdAfter(5, HOUR)],
		source: "postmaster.gmx.net: lasts for several hours",
	},
	{
		name: "gmx-policy",
		replies: ["gmx-policy-violation", "gmx-policy"],
		steps: [first({ rate: "half", forMs: HOUR }), holdAfter(5, 2 * HOUR)],
		source: KUMO,
	},
	{ name: "gmx-policy-ip", replies: ["gmx-policy-ip"], steps: [first({ forMs: 0, holdMs: HOUR })], source: "postmaster.gmx.net" },
	{
		name: "qq-frequency",
		replies: ["qq-ip-frequency", "qq-sender-frequency"],
		steps: [first({ rate: "half", forMs: HOUR, holdMs: HOUR })],
		source: `${KUMO}; service.mail.qq.com`,
	},
	{
		name: "qq-connections",
		replies: ["qq-connection-frequency"],
		steps: [first({ connectionsPerHour: "half", forMs: HOUR, holdMs: HOUR })],
		source: KUMO,
	},
	{
		name: "netease-reputation",
		replies: ["netease-reputation", "netease-forged"],
		steps: [first({ forMs: 0, holdMs: HOUR })],
		source: "help.163.com (HL:REP)",
	},
	{
		name: "netease-frequency",
		replies: ["netease-frequency"],
		steps: [first({ rate: "half", forMs: HOUR })],
		source: "help.163.com (HL:IFC)",
	},
	{
		name: "netease-quota",
		replies: ["netease-sender-quota"],
		steps: [first({ forMs: 0, holdMs: 15 * MINUTE })],
		source: "help.163.com (MI:SFQ: a quota of 15 minutes)",
	},
	{
		name: "daily-limit",
		replies: ["netease-daily", "gateway-google-daily", "microsoft-submission-quota"],
		steps: [first({ forMs: 0, holdMs: HOUR })],
		source: `${KUMO} (asked again every hour: the day of the provider is a sliding one)`,
	},
	{ name: "kr-daily", replies: ["kr-daily-denied"], steps: [first({ forMs: 0, holdMs: DAY })], source: "the reply itself" },
	{
		name: "naver-too-many",
		replies: ["naver-too-many-messages"],
		steps: [first({ rate: "half", connections: 1, forMs: HOUR })],
		source: "the reply itself (421 4.3.1)",
	},
	{
		name: "small-sessions",
		replies: ["netvigator-session", "barracuda-session"],
		steps: [first({ messagesPerConnection: 10, forMs: HOUR }), holdAfter(8, 30 * MINUTE)],
		source: KUMO,
	},
	{
		name: "connection-frequency",
		replies: ["postfix-connection-rate"],
		steps: [first({ connectionsPerHour: "half", forMs: HOUR, holdMs: MINUTE })],
		source: "postfix anvil(8): smtpd_client_connection_rate_limit counts by the minute",
	},
	{
		name: "too-many-connections",
		replies: "too-many-connections",
		steps: [first({ connections: "fewer", forMs: 30 * MINUTE, elseHoldMs: MINUTE }), holdAfter(6, 10 * MINUTE)],
		source: "one fewer until it fits, as a person would",
	},
	{
		name: "sender-rate",
		replies: "sender-rate",
		steps: [first({ rate: "half", forMs: 15 * MINUTE, holdMs: MINUTE }), holdAfter(3, 10 * MINUTE), holdAfter(6, HOUR)],
		source: "slow, then hold",
	},
	{
		name: "reputation-temporary",
		replies: "reputation-temporary",
		steps: [first({ rate: "half", forMs: 30 * MINUTE, holdMs: 10 * MINUTE }), holdAfter(3, 30 * MINUTE), holdAfter(5, HOUR)],
		source: "slow, then hold",
	},
	{
		name: "messages-per-connection",
		replies: "messages-per-connection",
		steps: [first({ messagesPerConnection: "seen", forMs: HOUR })],
		source: "as many as it took",
	},
	{
		name: "silent-close",
		replies: "silent-close",
		steps: [first({ messagesPerConnection: "twice-seen", forMs: HOUR })],
		source: "senders.yahooinc.com: the connection is closed without a word after N messages",
	},
	{
		name: "connection-expired",
		replies: "connection-expired",
		steps: [first({ messagesPerConnection: "twice-seen", forMs: HOUR })],
		source: "the connection was too old or had too many commands",
	},
];

/** The rule for a reply: by its id, else by its class; null: such a reply says nothing about limits. */
export function adaptRuleFor(replyRule: string, replyClass: ReplyClass): AdaptRule | null {
	return BY_REPLY.get(replyRule) ?? BY_CLASS.get(replyClass) ?? null;
}

const BY_REPLY = new Map(
	ADAPT_RULES.flatMap((rule) =>
		typeof rule.replies === "string" ? [] : rule.replies.map((id): [string, AdaptRule] => [id, rule]),
	),
);
const BY_CLASS = new Map(
	ADAPT_RULES.flatMap((rule) => (typeof rule.replies === "string" ? [[rule.replies, rule] as const] : [])),
);

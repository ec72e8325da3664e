// wellsent.toml: every key, its form, its default and its meaning. The only place with defaults. The [[tables]] are next door
// in schema-sending.ts; from written names to the names in `Config` is the work of build.ts.
import { z } from "zod";
import { parseCron } from "./cron.ts";
import { about, text, whole } from "./parts.ts";
import { alerts } from "./schema-alerts.ts";
import { gatewayTable, localTable } from "./schema-gateway.ts";
import { imagesTable } from "./schema-images.ts";
import { inbound } from "./schema-inbound.ts";
import { scheduleTable } from "./schema-schedule.ts";
import { score } from "./schema-score.ts";
import { identityTable, laneTable, sourceTable } from "./schema-sending.ts";
import { parseDuration, parseSize } from "./units.ts";
import {
	parseDatabaseUrl,
	parseDnsServer,
	parseDqsKey,
	parseLine,
	parseListen,
	parseRedisUrl,
	parseRulesFile,
	parseSubject,
	parseZoneChange,
} from "./values.ts";

const duration = () => text(parseDuration);
const size = () => text(parseSize);

/**
 * Minutes at first, hours later. RFC 5321 section 4.5.4.1 advises 30 minutes and more between tries, except soon after the
 * first, and to give up after 4 to 5 days; a newsletter is stale sooner, and a greylisting host is satisfied within minutes.
 */
const WAITS = ["5m", "15m", "30m", "1h", "2h", "4h", "8h"];

const smtp = z
	.strictObject({
		port: whole(1, 65535).prefault(25).meta(about("Port of MX hosts. Anything but 25 is for trying things.", "25")),
		tls: z
			.enum(["opportunistic", "required"])
			.prefault("opportunistic")
			.meta(about("Whether mail may go to an MX host without TLS. A [[lane]] may say otherwise for its site.", '"required"')),
		timeout: z
			.strictObject({
				connect: duration().prefault("30s").meta(about("For the TCP connection.", '"30s"')),
				// RFC 5321 section 4.5.3.2 grants 5 minutes here; a host that needs them is retried rather than waited for.
				greeting: duration().prefault("60s").meta(about("For the first line of the MX host.", '"60s"')),
				command: duration().prefault("60s").meta(about("For the reply to a command.", '"60s"')),
				// Longer than the others: giving up after the final dot makes a delivery uncertain. RFC 5321 grants 10 minutes.
				body: duration().prefault("5m").meta(about("For the reply to the message.", '"5m"')),
			})
			.prefault({})
			.meta(about("How long an MX host may take.", '{ connect = "30s", greeting = "60s", command = "60s", body = "5m" }')),
	})
	.prefault({})
	.meta(about("How MX hosts are spoken to.", "port = 25"));

const limits = z
	.strictObject({
		html_warn: size().prefault("90000B").meta(about("HTML part above which a campaign is warned about.", '"90000B"')),
		html_max: size()
			.prefault("102KB")
			.meta(
				about("HTML part above which Gmail is seen to clip a message (104,448 bytes; the number is undocumented).", '"102KB"'),
			),
		on_html_max: z
			.enum(["block", "warn"])
			.prefault("block")
			.meta(about('What a larger HTML part does: "block" keeps the campaign from starting.', '"warn"')),
		message_warn: size()
			.prefault("10MB")
			.meta(about("Whole message, encoded, above which a campaign is warned about.", '"10MB"')),
		message_max: size().prefault("25MB").meta(about("Whole message, encoded, above which a campaign does not start.", '"25MB"')),
		attachment_max: size()
			.prefault("25MB")
			.meta(about("Largest single attachment, as a file; encoded it is 1.37 times as large.", '"10MB"')),
	})
	.prefault({})
	.meta(about("Sizes, measured on the final message of the worst reader.", 'html_max = "102KB"'));

const blacklist = z
	.strictObject({
		cron: text(parseCron)
			.prefault("*/30 * * * *")
			.meta(about("When blacklists are asked (minute, hour, day, month, weekday; UTC).", '"*/15 * * * *"')),
		zones: z
			.array(text(parseZoneChange))
			.prefault(["default"])
			.meta(
				about(
					'Which blacklists: "default" is the shipped set, "+zone" adds one, "-zone" leaves one out.',
					'["default", "+bl.example.net", "-b.barracudacentral.org"]',
				),
			),
		dqs_key: text(parseDqsKey)
			.optional()
			.meta(
				about(
					"Key of the Spamhaus Data Query Service, which answers where the public mirrors refuse.",
					`"\${SPAMHAUS_DQS_KEY}"`,
					{ otherwise: "the public mirrors are asked", secret: "all" },
				),
			),
		subjects: z
			.array(text(parseSubject))
			.prefault([])
			.meta(about("More addresses or domains to watch; sources and identities always are.", '["192.0.2.7", "example.org"]')),
		on_critical: z
			.enum(["hold", "alert"])
			.prefault("hold")
			.meta(about('What a listing of critical severity does: "hold" stops the lanes concerned, "alert" only tells.', '"alert"')),
	})
	.prefault({})
	.meta(about("The watch on DNS blacklists.", 'cron = "*/30 * * * *"'));

/**
 * Doubling from 50 is what the warm-up guides of large senders share; beyond some thousands a day and site they slow down. Nothing of
 * it is published by a mailbox provider: they only ask for "slowly".
 */
const CURVE = [50, 100, 200, 400, 800, 1500, 3000, 6000, 10_000, 20_000, 35_000, 50_000, 75_000, 100_000];

const warmup = z
	.strictObject({
		curve: z
			.array(whole(1, 100_000_000))
			.min(1)
			.prefault(CURVE)
			.meta(
				about(
					"Messages that each site may accept from a new source in a day, day by day; after the last number it is warm. A day that was not used, or met refusals for reputation, is repeated.",
					"[50, 100, 200, 400, 800, 1600, 3200]",
				),
			),
	})
	.prefault({})
	.meta(about("How a source with a `warmup` day is ramped up.", "curve = [50, 100, 200]"));

/** The whole of wellsent.toml. Input: what the TOML parser and the environment gave; output: parsed values, still under their written names. */
export const configSchema = z.strictObject({
	database: z
		.strictObject({
			url: text(parseDatabaseUrl)
				.prefault("file:./data/wellsent.db")
				.meta(
					about(
						"SQLite in one file for one machine, or PostgreSQL for several.",
						`"postgresql://wellsent:\${DB_PASSWORD}@db.example.com/wellsent"`,
						{ secret: "password" },
					),
				),
		})
		.prefault({})
		.meta(about("Where contacts, deliveries and the log are kept.", 'url = "file:./data/wellsent.db"')),
	redis: z
		.strictObject({
			url: text(parseRedisUrl)
				.optional()
				.meta(
					about("Shares limits between several machines.", `"redis://:\${REDIS_PASSWORD}@redis.example.com:6379"`, {
						otherwise: "one machine, no Redis",
						secret: "password",
					}),
				),
		})
		.prefault({})
		.meta(about("Only for several machines.", 'url = "redis://127.0.0.1:6379"')),
	dns: z
		.strictObject({
			servers: z
				.array(text(parseDnsServer))
				.prefault([])
				.meta(
					about(
						"Resolvers, each with its port. Empty: those of the system. Blacklists refuse public resolvers: have one of your own.",
						'["127.0.0.1:53"]',
					),
				),
		})
		.prefault({})
		.meta(about("Name resolution.", 'servers = ["127.0.0.1:53"]')),
	smtp,
	retry: z
		.strictObject({
			waits: z
				.array(duration())
				.min(1)
				.prefault(WAITS)
				.meta(about("Waits between the tries of a delivery; the last is repeated until give_up.", '["5m", "30m", "2h"]')),
			give_up: duration().prefault("3d").meta(about("Age at which a delivery that is still deferred fails.", '"2d"')),
		})
		.prefault({})
		.meta(about("When a deferred delivery is tried again.", 'give_up = "3d"')),
	source: z.array(sourceTable).prefault([]),
	warmup,
	gateway: z.array(gatewayTable).prefault([]),
	identity: z.array(identityTable).prefault([]),
	lane: z.array(laneTable).prefault([]),
	local: z.array(localTable).prefault([]),
	limits,
	images: imagesTable,
	schedule: scheduleTable,
	blacklist,
	score,
	alerts,
	web: z
		.strictObject({
			listen: text(parseListen)
				.prefault("127.0.0.1:8420")
				.meta(about("Address and port of the dashboard, the API and the unsubscribe pages.", '"0.0.0.0:8420"')),
			token: text(parseLine)
				.optional()
				.meta(
					about("What API and dashboard ask for. Required when not on loopback.", `"\${WELLSENT_TOKEN}"`, {
						otherwise: "none: loopback only",
						secret: "all",
					}),
				),
		})
		.prefault({})
		.meta(about("The HTTP server.", 'listen = "127.0.0.1:8420"')),
	inbound,
	replies: z
		.strictObject({
			rules: text(parseRulesFile)
				.optional()
				.meta(
					about(
						"Rules of your own for replies of mail servers, asked before the built-in ones. docs/hosts.md shows how they are written.",
						'"file:rules.toml"',
						{ otherwise: "only the built-in rules" },
					),
				),
		})
		.prefault({})
		.meta(about("How replies of mail servers are understood.", 'rules = "file:rules.toml"')),
	log: z
		.strictObject({
			keep: duration()
				.prefault("90d")
				.meta(about("How long each response is kept; failures and roll-ups are kept longer.", '"30d"')),
			level: z.enum(["debug", "info", "warn", "error"]).prefault("info").meta(about("How much the daemon says.", '"warn"')),
		})
		.prefault({})
		.meta(about("What is kept and said.", 'keep = "90d"')),
});

/** Parsed settings under their written names. */
export type Written = z.output<typeof configSchema>;

// The [[tables]] of wellsent.toml that say who sends, from where and how fast: source, identity, lane (gateway is in schema-gateway.ts). Values and
// shapes only; what must fit together is checked in cross-checks.ts.
import { z } from "zod";
import { about, listOf, text, whole } from "./parts.ts";
import { parseQuietHours } from "./schema-schedule.ts";
import { parseRate } from "./units.ts";
import {
	parseDay,
	parseEhlo,
	parseFrom,
	parseHostName,
	parseIp,
	parseKeyFile,
	parseLine,
	parseName,
	parseSelector,
	parseUnsubscribeUrl,
} from "./values.ts";
import { parseRoute } from "./values-gateway.ts";

export const sourceTable = z
	.strictObject({
		name: text(parseName).meta(about("Name of this sending IP in logs, lanes and commands.", '"mta1"')),
		address: text(parseIp).meta(
			about("Address of this machine that outgoing connections are bound to, IPv4 or IPv6.", '"203.0.113.10"'),
		),
		ehlo: text(parseEhlo).meta(
			about(
				"Name told to MX hosts. It must be the name in the PTR record of the address, and resolve to it.",
				'"mta1.example.com"',
			),
		),
		warmup: text(parseDay)
			.optional()
			.meta(
				about(
					"Day on which the ramp of a new IP began: each site gets few messages a day at first, and more day by day ([warmup]).",
					'"2026-11-01"',
					{
						otherwise: "the IP is warm: no ramp",
					},
				),
			),
		public_address: text(parseIp)
			.optional()
			.meta(
				about(
					"Address that the world sees when this machine is behind NAT; it is the one watched on blacklists.",
					'"203.0.113.10"',
					{ otherwise: "the same as address" },
				),
			),
		rate: listOf(text(parseRate))
			.optional()
			.meta(
				about("Most messages in any window of that length to all sites together.", '["20/s", "50000/d"]', {
					otherwise: "only the limits of each site",
				}),
			),
		connections: whole(1, 10_000).prefault(500).meta(about("Most connections at once to all sites together.", "100")),
	})
	.meta(about('A sending IP: mail with route "direct" leaves from here to the recipients\' MX hosts.', 'name = "mta1"'));

const dkimKey = z.strictObject({
	selector: text(parseSelector).meta(about("Selector (s=): the record is at selector._domainkey.domain.", '"s1"')),
	key: text(parseKeyFile).meta(
		about("Private key in PEM, RSA or Ed25519, in a file that only Wellsent can read.", '"file:keys/s1.pem"'),
	),
	domain: text(parseHostName)
		.optional()
		.meta(about("Signing domain (d=).", '"example.com"', { otherwise: "the identity's own domain" })),
});

const route = z
	.unknown()
	.transform((written, context) => {
		const parsed = parseRoute(written);
		if (parsed.ok) return parsed.value;
		context.addIssue({ code: "custom", message: parsed.what, params: { fix: parsed.fix } });
		return z.NEVER;
	})
	.prefault("direct")
	.meta(
		about(
			'"direct" for the recipients\' MX hosts, or the name of a gateway: to name it here is the permission to use it. Several names: the first, and the next while it cannot be used; with weights: divided among them.',
			'["partner", "backup"]',
		),
	);

export const identityTable = z
	.strictObject({
		from: text(parseFrom).meta(
			about('The From address that may send, or "@example.com" for all addresses of a domain.', '"news@example.com"'),
		),
		name: text(parseLine)
			.optional()
			.meta(about("Name shown beside the address.", '"Example News"', { otherwise: "none" })),
		route,
		sources: z
			.array(text(parseLine))
			.prefault([])
			.meta(about("Names of the sources to send from; an empty list means all of them.", '["mta1"]')),
		return_path: text(parseHostName)
			.optional()
			.meta(
				about(
					"Domain in which the return path of each message is made, so that a bounce names its reader. Its MX must lead to [inbound].",
					'"bounces.example.com"',
					{ otherwise: "the identity's own domain" },
				),
			),
		dkim: z
			.array(dkimKey)
			.prefault([])
			.meta(
				about(
					"Keys that sign together: RSA for everybody, Ed25519 beside it for those who know it.",
					'[{ selector = "s1", key = "file:keys/s1.pem" }]',
				),
			),
		postal_address: z
			.string()
			.optional()
			.meta(
				about("Postal address of the sender, which advertising must show in many countries.", '"1 Example Road, Seoul"', {
					otherwise: "none",
				}),
			),
		quiet_hours: text(parseQuietHours)
			.optional()
			.meta(
				about(
					"Hours of each day, in a time zone, in which nothing of this identity is sent: what is due waits for their end.",
					'"22:00-07:00 Asia/Seoul"',
					{ otherwise: "none" },
				),
			),
		unsubscribe: text(parseUnsubscribeUrl)
			.optional()
			.meta(
				about(
					"Base address of the one-click unsubscribe links: where the world reaches [web]. https, except on loopback.",
					'"https://news.example.com"',
					{ otherwise: "no https link, mailto only" },
				),
			),
	})
	.meta(about("Who may send: a From address or domain, with its route, keys and return path.", 'from = "news@example.com"'));

export const laneTable = z
	.strictObject({
		site: text(parseLine).meta(
			about('Site the limits are for: a known name ("naver"), or the domain of its MX hosts.', '"naver"'),
		),
		source: text(parseLine)
			.optional()
			.meta(about("Only for this source.", '"mta1"', { otherwise: "all sources" })),
		connections: whole(1, 1000)
			.optional()
			.meta(about("Most connections at once.", "2", { otherwise: "as known of the site" })),
		connections_per_hour: whole(1, 1_000_000)
			.optional()
			.meta(about("Most connections opened in any hour.", "60", { otherwise: "as known of the site" })),
		messages_per_connection: whole(1, 1_000_000)
			.optional()
			.meta(about("Messages sent before a connection is closed.", "20", { otherwise: "as known of the site" })),
		rate: listOf(text(parseRate))
			.optional()
			.meta(
				about("Most messages in any window of that length; the list replaces the site's own.", '["5/s", "600/h", "5000/d"]', {
					otherwise: "as known of the site",
				}),
			),
		tls: z
			.enum(["opportunistic", "required"])
			.optional()
			.meta(about("As [smtp] tls, for this site.", '"required"', { otherwise: "as known of the site, else [smtp] tls" })),
	})
	.meta(
		about(
			"Limits of your own for a site, or for one source to a site. They win over what is known of the site.",
			'site = "naver"',
		),
	);

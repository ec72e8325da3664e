// From parsed settings under their written names to `Config`: names, absolute paths, and the defaults that are computed from
// other keys. Pure. Every written default is in schema.ts.
import { isAbsolute, join } from "node:path";
import { GOOGLE_TOKENS, gatewayPreset } from "./gateway-presets.ts";
import type { Written } from "./schema.ts";
import type { Config, GatewayConfig, IdentityConfig, LaneOverride, OAuth2Config, RateLimit } from "./types.ts";
import { parseRate } from "./units.ts";

/** `file`: absolute path or null; `root`: absolute folder that relative paths start from. */
export function buildConfig(written: Written, file: string | null, root: string): Config {
	const { timeout } = written.smtp;
	return {
		file,
		root,
		database: written.database,
		redis: { url: written.redis.url ?? null },
		dns: written.dns,
		smtp: {
			port: written.smtp.port,
			tls: written.smtp.tls,
			timeout: { connectMs: timeout.connect, greetingMs: timeout.greeting, commandMs: timeout.command, bodyMs: timeout.body },
		},
		retry: { waitsMs: written.retry.waits, giveUpMs: written.retry.give_up },
		sources: written.source.map((source) => ({
			name: source.name,
			address: source.address,
			ehlo: source.ehlo,
			warmup: source.warmup ?? null,
			publicAddress: source.public_address ?? source.address,
			rates: source.rate ?? [],
			connections: source.connections,
		})),
		warmup: { curve: written.warmup.curve },
		gateways: written.gateway.map(gateway),
		identities: written.identity.map((one) => identity(one, root)),
		lanes: written.lane.map(lane),
		locals: written.local,
		limits: {
			htmlWarn: written.limits.html_warn,
			htmlMax: written.limits.html_max,
			onHtmlMax: written.limits.on_html_max,
			messageWarn: written.limits.message_warn,
			messageMax: written.limits.message_max,
			attachmentMax: written.limits.attachment_max,
		},
		images: {
			hostedFolder: written.images.hosted_folder === undefined ? null : absolute(written.images.hosted_folder, root),
			hostedUrl: written.images.hosted_url ?? null,
			quality: written.images.quality,
			maxWidth: written.images.max_width,
		},
		schedule: {
			graceMs: written.schedule.grace,
			checkEveryMs: written.schedule.check_every,
			checkBeforeMs: written.schedule.check_before.toSorted((a, b) => b - a),
			makeAheadMs: written.schedule.make_ahead,
			gapMs: written.schedule.gap,
		},
		blacklist: {
			cron: written.blacklist.cron,
			zones: written.blacklist.zones,
			dqsKey: written.blacklist.dqs_key ?? null,
			subjects: written.blacklist.subjects,
			onCritical: written.blacklist.on_critical,
		},
		score: {
			rspamd: written.score.rspamd ?? null,
			password: written.score.password ?? null,
			spamd: written.score.spamd ?? null,
		},

		alerts: {
			webhook: written.alerts.webhook.map(({ url, secret }) => ({ url, secret: secret ?? null })),
			slack: written.alerts.slack,
			mail: written.alerts.mail
				? { to: written.alerts.mail.to, gateway: written.alerts.mail.gateway ?? null, from: written.alerts.mail.from ?? null }
				: null,
			level: written.alerts.level,
			digest: written.alerts.digest ?? null,
		},
		web: { listen: written.web.listen, token: written.web.token ?? null },
		inbound: {
			listen: written.inbound.listen ?? null,
			complaints: written.inbound.complaints,
			tls: written.inbound.tls
				? { certFile: absolute(written.inbound.tls.cert, root), keyFile: absolute(written.inbound.tls.key, root) }
				: null,
		},
		replies: { rulesFile: written.replies.rules === undefined ? null : absolute(written.replies.rules, root) },
		log: { keepMs: written.log.keep, level: written.log.level },
	};
}

const absolute = (path: string, root: string): string => (isAbsolute(path) ? path : join(root, path));

function gateway(one: Written["gateway"][number]): GatewayConfig {
	const preset = gatewayPreset(one.service ?? "");
	const security = one.security ?? gatewaySecurity(one.port ?? null, preset?.security ?? null);
	const rates = (preset?.rates ?? []).flatMap((text): readonly RateLimit[] => {
		const parsed = parseRate(text);
		return parsed.ok ? [parsed.value] : [];
	});
	return {
		name: one.name,
		host: one.host ?? preset?.host ?? "",
		port: one.port ?? (preset?.security === security ? preset.port : security === "tls" ? 465 : 587),
		security,
		user: one.user ?? null,
		password: one.password ?? null,
		oauth2: one.oauth2 ? oauth2(one.oauth2, preset) : null,
		rates: one.limits?.rate ?? rates,
		connections: one.limits?.connections ?? preset?.connections ?? null,
		service: one.service ?? null,
		messageMax: one.limits?.message_size ?? null,
		// A file's place until load.file.ts has read it.
		ca: one.ca ?? null,
		ehlo: one.ehlo ?? null,
		sign: one.sign ?? true,
		verp: one.verp ?? preset?.verp ?? true,
		returnPath: one.return_path ?? null,
		allow: one.allow,
		requiredFor: one.required_for,
	};
}

/** 465 is TLS from the first byte and 587 STARTTLS (RFC 8314 section 3.3), whatever the preset says; other ports keep its word. */
function gatewaySecurity(port: number | null, preset: "starttls" | "tls" | null): "starttls" | "tls" {
	if (port === 465) return "tls";
	if (port === 587 || port === 25) return "starttls";
	return preset ?? "starttls";
}

function oauth2(
	table: NonNullable<Written["gateway"][number]["oauth2"]>,
	preset: { readonly tokens: string | null; readonly scope: string | null } | null,
): OAuth2Config {
	return {
		clientId: table.client_id ?? null,
		clientSecret: table.client_secret ?? null,
		refreshToken: table.refresh_token ?? null,
		accessToken: table.access_token ?? null,
		accessUrl: table.access_url ?? preset?.tokens ?? GOOGLE_TOKENS,
		scope: table.scope ?? preset?.scope ?? null,
	};
}

function identity(one: Written["identity"][number], root: string): IdentityConfig {
	const domain = one.from.slice(one.from.lastIndexOf("@") + 1);
	const gateways = one.route;
	return {
		from: one.from,
		name: one.name ?? null,
		route: gateways[0]?.gateway ?? "direct",
		gateways,
		sources: one.sources,
		returnPath: one.return_path ?? domain,
		dkim: one.dkim.map((key) => ({
			selector: key.selector,
			domain: key.domain ?? domain,
			keyFile: absolute(key.key, root),
		})),
		postalAddress: one.postal_address ?? null,
		quietHours: one.quiet_hours ?? null,
		unsubscribe: one.unsubscribe ?? null,
	};
}

function lane(one: Written["lane"][number]): LaneOverride {
	return {
		site: one.site,
		source: one.source ?? null,
		connections: one.connections ?? null,
		connectionsPerHour: one.connections_per_hour ?? null,
		messagesPerConnection: one.messages_per_connection ?? null,
		rates: one.rate ?? null,
		tls: one.tls ?? null,
	};
}

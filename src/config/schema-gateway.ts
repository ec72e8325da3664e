// [[gateway]] of wellsent.toml: a smart host, its login and what its account may do. Values and shapes only; what must fit
// together (service or host, port and security, user and password) is checked in check-gateways.ts.
import { z } from "zod";
import { GATEWAY_PRESETS } from "./gateway-presets.ts";
import { about, listOf, text, whole } from "./parts.ts";
import { parseRate, parseSize } from "./units.ts";
import { parseEhlo, parseHostName, parseKeyFile, parseLine, parseName, parseWebhookUrl } from "./values.ts";
import { parsePolicySubject, parseReturnPath } from "./values-gateway.ts";

const services = Object.keys(GATEWAY_PRESETS);

const oauth2 = z
	.strictObject({
		client_id: text(parseLine)
			.optional()
			.meta(about("Client id of the application.", '"123.apps.example.com"', { otherwise: "not used" })),
		client_secret: text(parseLine)
			.optional()
			.meta(about("Secret of the application.", `"\${OAUTH_SECRET}"`, { otherwise: "not used", secret: "all" })),
		refresh_token: text(parseLine)
			.optional()
			.meta(
				about("Token that new access tokens are asked for with.", `"\${OAUTH_REFRESH}"`, {
					otherwise: "not used",
					secret: "all",
				}),
			),
		access_token: text(parseLine)
			.optional()
			.meta(
				about("An access token got elsewhere; it expires.", `"\${OAUTH_ACCESS}"`, {
					otherwise: "asked for when needed",
					secret: "all",
				}),
			),
		access_url: text(parseWebhookUrl)
			.optional()
			.meta(
				about("Where tokens are asked for.", '"https://login.example.com/token"', {
					otherwise: "that of the service, or Google's",
				}),
			),
		scope: text(parseLine)
			.optional()
			.meta(
				about("Scope asked for with each token.", '"https://outlook.office.com/SMTP.Send offline_access"', {
					otherwise: "that of the service, or none",
				}),
			),
	})
	.meta(
		about(
			"Login with OAuth 2 (XOAUTH2) instead of a password: an access token, or client id, client secret and refresh token.",
			`{ client_id = "123.apps.example.com", client_secret = "\${OAUTH_SECRET}", refresh_token = "\${OAUTH_REFRESH}" }`,
			{ otherwise: "password is used" },
		),
	);

export const gatewayTable = z
	.strictObject({
		name: text(parseName).meta(about("Name that identities use as their route.", '"partner"')),
		service: z
			.enum(services)
			.optional()
			.meta(
				about(
					`A known service instead of host, port and security: ${services.join(", ")}. Published limits of its accounts come with it.`,
					'"gmail"',
					{ otherwise: "host must be given" },
				),
			),
		host: text(parseHostName)
			.optional()
			.meta(
				about("Host name of the smart host, as in its certificate.", '"smtp.partner.test"', { otherwise: "that of the service" }),
			),
		port: whole(1, 65535)
			.optional()
			.meta(
				about("587 speaks STARTTLS, 465 speaks TLS from the first byte.", "587", {
					otherwise: "that of the service, or 587 (465 with tls)",
				}),
			),
		security: z
			.enum(["starttls", "tls"])
			.optional()
			.meta(
				about(
					'How the connection is encrypted: "starttls" (587) or "tls" (465). There is no way to log in unencrypted.',
					'"starttls"',
					{ otherwise: 'that of the service, or "tls" for port 465, else "starttls"' },
				),
			),
		user: text(parseLine)
			.optional()
			.meta(about("Login name, often the whole address.", '"news@partner.test"', { otherwise: "no login" })),
		password: text(parseLine)
			.optional()
			.meta(
				about(
					'Password or app password: from the environment, or a file that only Wellsent can read ("file:/run/secrets/partner").',
					`"\${PARTNER_PASSWORD}"`,
					{
						otherwise: "no login, or oauth2",
						secret: "all",
					},
				),
			),
		oauth2: oauth2.optional(),
		limits: z
			.strictObject({
				rate: listOf(text(parseRate))
					.optional()
					.meta(
						about("Most messages in any window of that length; one or several.", '["30/min", "500/d"]', {
							otherwise: "that of the service, or none",
						}),
					),
				connections: whole(1, 1000)
					.optional()
					.meta(about("Most connections at once.", "2", { otherwise: "that of the service, or 2" })),
				message_size: text(parseSize)
					.optional()
					.meta(
						about("Largest message, encoded; larger ones are refused before the start.", '"20MB"', {
							otherwise: "what the server announces",
						}),
					),
			})
			.optional()
			.meta(
				about("What the account behind the gateway may do.", '{ rate = "500/d", connections = 2 }', {
					otherwise: "the service's published limits",
				}),
			),
		ca: text(parseKeyFile)
			.optional()
			.meta(
				about(
					"Certificates (PEM) of a private authority that are trusted for it besides the usual ones.",
					'"file:keys/partner-ca.pem"',
					{
						otherwise: "the usual authorities",
					},
				),
			),
		ehlo: text(parseEhlo)
			.optional()
			.meta(
				about("Name it is greeted with.", '"mail.example.com"', {
					otherwise: "that of the first source, else the domain of user",
				}),
			),
		sign: z
			.boolean()
			.optional()
			.meta(about("Whether messages through it carry the identity's DKIM signatures.", "false", { otherwise: "true" })),
		verp: z
			.boolean()
			.optional()
			.meta(
				about(
					"Whether each message has a return path of its own, so that a bounce names its reader. Mailbox accounts rewrite or refuse it.",
					"false",
					{
						otherwise: "false for services that are mailboxes, true else",
					},
				),
			),
		return_path: text(parseReturnPath)
			.optional()
			.meta(
				about("Return path of messages through it: a domain with verp, an address without.", '"bounces@partner.test"', {
					otherwise: "the identity's return path with verp, its From address without",
				}),
			),
		allow: z
			.array(text(parsePolicySubject))
			.prefault([])
			.meta(
				about(
					"Who may choose it in campaign.toml, besides identities that name it as their route: addresses, domains, groups of campaigns.",
					'["news@partner.test", "@partner.test", "group:partners"]',
				),
			),
		required_for: z
			.array(text(parsePolicySubject))
			.prefault([])
			.meta(about("Mail that may leave no other way: addresses, domains, groups of campaigns.", '["@company.test", "group:hr"]')),
	})
	.meta(
		about(
			"A smart host that takes mail from us over authenticated TLS. It works only for identities that name it as their route.",
			'name = "partner"',
		),
	);

export const localTable = z
	.strictObject({
		domains: z.array(text(parseHostName)).min(1).meta(about("Domains of one's own.", '["example.com"]')),
		host: text(parseHostName).meta(about("Host that takes their mail; it is the name of their site, too.", '"mail.example.com"')),
		port: whole(1, 65535).prefault(25).meta(about("Port of that host.", "25")),
	})
	.meta(
		about(
			"Readers at these domains get their mail at a named host instead of the domain's MX hosts, when the route is direct.",
			'domains = ["example.com"]',
		),
	);

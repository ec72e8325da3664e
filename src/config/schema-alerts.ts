// [alerts] of wellsent.toml: who is told of trouble, how, and from which level on.
import { z } from "zod";
import { parseCron } from "./cron.ts";
import { about, text } from "./parts.ts";
import { parseLine, parseMailbox, parseWebhookUrl } from "./values.ts";

const webhook = z.strictObject({
	url: text(parseWebhookUrl).meta(
		about("Where alerts are posted as JSON.", '"https://hooks.example.com/wellsent"', { secret: "path" }),
	),
	secret: text(parseLine)
		.optional()
		.meta(
			about(
				'Signs each post by Standard Webhooks (HMAC-SHA-256), so that the receiver knows who wrote it: "whsec_" and base64, or any text.',
				`"\${HOOK_SECRET}"`,
				{ otherwise: "not signed", secret: "all" },
			),
		),
});

const slack = z.strictObject({
	url: text(parseWebhookUrl).meta(
		about("The incoming webhook of a channel.", '"https://hooks.slack.com/services/T0/B0/x"', { secret: "path" }),
	),
});

const mail = z.strictObject({
	to: z.array(text(parseMailbox)).min(1).meta(about("Who is told.", '["postmaster@example.com"]')),
	gateway: text(parseLine)
		.optional()
		.meta(
			about("Gateway that alerts leave through: a listed source is a poor way to tell of its listing.", '"partner"', {
				otherwise: "direct",
			}),
		),
	from: text(parseMailbox)
		.optional()
		.meta(
			about("Sender of the alerts.", '"wellsent@example.com"', {
				otherwise: "the login of the gateway, or the first identity that is an address, or wellsent@ the first identity's domain",
			}),
		),
});

export const alerts = z
	.strictObject({
		webhook: z
			.array(webhook)
			.prefault([])
			.meta(
				about("Web addresses that are told.", `[{ url = "https://hooks.example.com/wellsent", secret = "\${HOOK_SECRET}" }]`),
			),
		slack: z
			.array(slack)
			.prefault([])
			.meta(
				about(
					"Channels of Slack, or of what takes the same (Mattermost, Discord with /slack at the end).",
					'[{ url = "https://hooks.slack.com/services/T0/B0/x" }]',
				),
			),
		mail: mail
			.optional()
			.meta(about("Alerts by mail.", '{ to = ["postmaster@example.com"], gateway = "partner" }', { otherwise: "no mail" })),
		level: z
			.enum(["info", "warning", "critical"])
			.prefault("info")
			.meta(
				about(
					"What is less than that is not sent, only shown and logged. The end of a trouble has the level of its beginning.",
					'"warning"',
				),
			),
		digest: text(parseCron)
			.optional()
			.meta(
				about(
					"When one message sums up what is open, what happened and what was sent since the day before (minute, hour, day, month, weekday; UTC).",
					'"0 0 * * *"',
					{ otherwise: "no digest" },
				),
			),
	})
	.prefault({})
	.meta(about("Who is told of trouble, besides the log.", 'mail = { to = ["postmaster@example.com"] }'));

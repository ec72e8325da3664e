// Smart hosts known by name: what `service = "gmail"` in a [[gateway]] stands for. Data only; facts with their page.
//
// Limits are given only where the provider publishes them, as the limit of one account. Anything the user writes wins.

export interface GatewayPreset {
	readonly title: string;
	readonly host: string;
	readonly port: number;
	readonly security: "starttls" | "tls";
	/** False: the provider also lets known IPs in without a login. */
	readonly login: boolean;
	/** As in wellsent.toml; empty: nothing published. */
	readonly rates: readonly string[];
	readonly connections: number | null;
	/** False: the account's own address is the only return path it takes, or it writes its own. */
	readonly verp: boolean;
	/** Its token endpoint and scope for OAuth 2, or null. */
	readonly tokens: string | null;
	readonly scope: string | null;
	/** What people stumble over. */
	readonly note: string;
	/** Page of the provider that was read for it; null: host and port as commonly published, the page was not seen. */
	readonly source: string | null;
}

export const GOOGLE_TOKENS = "https://oauth2.googleapis.com/token";
/** "common" serves accounts of companies and private ones; a tenant's own endpoint is written as access_url. */
const MICROSOFT_TOKENS = "https://login.microsoftonline.com/common/oauth2/v2.0/token";
const MICROSOFT_SCOPE = "https://outlook.office.com/SMTP.Send offline_access";

export const GATEWAY_PRESETS = {
	gmail: {
		title: "Gmail",
		host: "smtp.gmail.com",
		port: 587,
		security: "starttls",
		login: true,
		rates: ["500/d"],
		connections: null,
		verp: false,
		tokens: GOOGLE_TOKENS,
		scope: "https://mail.google.com/",
		note: "needs an app password or OAuth2; From must be the account's address or an alias it has confirmed",
		source: "https://support.google.com/mail/answer/22839",
	},
	"gmail-workspace": {
		title: "Google Workspace SMTP relay",
		host: "smtp-relay.gmail.com",
		port: 587,
		security: "starttls",
		login: false,
		rates: ["10000/d"],
		connections: null,
		verp: true,
		tokens: GOOGLE_TOKENS,
		scope: "https://mail.google.com/",
		note: "an administrator turns the relay on and lists the IPs or requires a login; the limit is per envelope sender",
		source: "https://support.google.com/a/answer/2956491",
	},
	daum: {
		title: "Daum Mail",
		host: "smtp.daum.net",
		port: 465,
		security: "tls",
		login: true,
		rates: [],
		connections: null,
		verp: false,
		tokens: null,
		scope: null,
		note: "IMAP/SMTP must be switched on in the settings of the mailbox; with two-step verification an app password is needed",
		source: null,
	},
	naver: {
		title: "Naver Mail",
		host: "smtp.naver.com",
		port: 587,
		security: "starttls",
		login: true,
		rates: [],
		connections: null,
		verp: false,
		tokens: null,
		scope: null,
		note: "POP3/SMTP must be switched on in the settings of the mailbox; with two-step verification an app password is needed",
		source: null,
	},
	kakao: {
		title: "Kakao Mail",
		host: "smtp.kakao.com",
		port: 465,
		security: "tls",
		login: true,
		rates: [],
		connections: null,
		verp: false,
		tokens: null,
		scope: null,
		note: "IMAP/SMTP must be switched on in the settings of the mailbox; an app password is needed",
		source: null,
	},
	nate: {
		title: "Nate Mail",
		host: "smtp.mail.nate.com",
		port: 465,
		security: "tls",
		login: true,
		rates: [],
		connections: null,
		verp: false,
		tokens: null,
		scope: null,
		note: "POP3/SMTP must be switched on in the settings of the mailbox",
		source: null,
	},
	microsoft365: {
		title: "Microsoft 365",
		host: "smtp.office365.com",
		port: 587,
		security: "starttls",
		login: true,
		rates: ["30/min", "10000/d"],
		connections: 3,
		verp: false,
		tokens: MICROSOFT_TOKENS,
		scope: MICROSOFT_SCOPE,
		note: "SMTP AUTH must be allowed for the mailbox; Microsoft is closing password logins, so plan for oauth2",
		source:
			"https://learn.microsoft.com/en-us/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365",
	},
	outlook: {
		title: "Microsoft 365 and Outlook",
		host: "smtp.office365.com",
		port: 587,
		security: "starttls",
		login: true,
		rates: ["30/min", "10000/d"],
		connections: 3,
		verp: false,
		tokens: MICROSOFT_TOKENS,
		scope: MICROSOFT_SCOPE,
		note: "SMTP AUTH must be allowed for the mailbox; Microsoft is closing password logins, so plan for oauth2",
		source: "https://learn.microsoft.com/en-us/exchange/troubleshoot/send-emails/smtp-submission-improvements",
	},
	icloud: {
		title: "iCloud Mail",
		host: "smtp.mail.me.com",
		port: 587,
		security: "starttls",
		login: true,
		rates: ["1000/d"],
		connections: null,
		verp: false,
		tokens: null,
		scope: null,
		note: "needs an app-specific password; bulk mail is against Apple's terms",
		source: "https://support.apple.com/en-us/102198",
	},
	ses: {
		title: "Amazon SES",
		host: "email-smtp.us-east-1.amazonaws.com",
		port: 587,
		security: "starttls",
		login: true,
		rates: [],
		connections: null,
		verp: true,
		tokens: null,
		scope: null,
		note: "another region: write host and leave service out; user and password are SMTP credentials, not the access key; From and return path must be verified",
		source: "https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html",
	},
	sendgrid: {
		title: "Twilio SendGrid",
		host: "smtp.sendgrid.net",
		port: 587,
		security: "starttls",
		login: true,
		rates: [],
		connections: null,
		verp: true,
		tokens: null,
		scope: null,
		note: 'user is the word "apikey", password the key; it writes a return path of its own',
		source: "https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api",
	},
	mailgun: {
		title: "Mailgun",
		host: "smtp.mailgun.org",
		port: 587,
		security: "starttls",
		login: true,
		rates: [],
		connections: null,
		verp: true,
		tokens: null,
		scope: null,
		note: "accounts in the EU: host smtp.eu.mailgun.org and no service",
		source: "https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp",
	},
	yahoo: {
		title: "Yahoo Mail",
		host: "smtp.mail.yahoo.com",
		port: 465,
		security: "tls",
		login: true,
		rates: [],
		connections: null,
		verp: false,
		tokens: "https://api.login.yahoo.com/oauth2/get_token",
		scope: null,
		note: "needs an app password",
		source: null,
	},
} as const satisfies Record<string, GatewayPreset>;

export type GatewayService = keyof typeof GATEWAY_PRESETS;

/** The preset of that name, or null. */
export function gatewayPreset(service: string): GatewayPreset | null {
	return Object.hasOwn(GATEWAY_PRESETS, service)
		? ((GATEWAY_PRESETS as Readonly<Record<string, GatewayPreset>>)[service] ?? null)
		: null;
}

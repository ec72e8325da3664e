// What submission gateways (smart hosts) say about our login, our From address and our quota: Gmail and Microsoft relays, Amazon SES, SendGrid,
// Mailgun, Postmark, Brevo, Postfix and Exim submission. Data only.
import type { RuleGroup } from "../rule.ts";

const SES = "docs.aws.amazon.com/ses, SMTP response codes";
const GOOGLE_RELAY = "support.google.com/a/answer/3726730";
const EXO = "learn.microsoft.com, NDR and SMTP AUTH errors in Exchange Online";

export const SMARTHOSTS: RuleGroup = {
	name: "smarthosts",
	hosts: "*",
	rules: [
		{
			id: "gateway-starttls-first",
			class: "tls-required",
			at: "mail",
			text: /must issue a? ?STARTTLS|STARTTLS (?:command )?(?:first|is required|required)|(?:TLS|encryption|SSL) (?:is )?(?:required|needed)|requires (?:a )?(?:TLS|encrypt)|only (?:accept|allow)s? .{0,40}(?:TLS|encrypted)|session encryption is required/i,
			evidence: "530 5.7.0 Must issue a STARTTLS command first. a1-20020a05600c224100b003b4c979e6bcsm13242536wmm.10 - gsmtp",
			source: "RFC 3207 section 4; stock text of Postfix and Gmail",
		},
		{
			id: "gateway-smtp-auth-disabled",
			class: "login-refused",
			stages: ["auth", "mail"],
			at: "auth",
			text: /SmtpClientAuthentication is disabled|basic authentication is disabled/i,
			evidence:
				"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.",
			source: EXO,
		},
		{
			id: "gateway-google-relay",
			class: "gateway-policy",
			at: "mail",
			text: /(?:Mail|Invalid credentials for) relay (?:denied|\[)|Invalid credentials for relay/i,
			evidence:
				"550-5.7.1 Invalid credentials for relay [192.0.2.1]. The IP address you've\r\n550-5.7.1 registered in your Workspace SMTP Relay service doesn't match domain of\r\n550 5.7.1 the account this email is being sent from. gsmtp",
			source: GOOGLE_RELAY,
		},
		{
			id: "gateway-login-refused",
			class: "login-refused",
			stages: ["auth", "mail"],
			at: "auth",
			text: /authentication (?:failed|failure|unsuccessful|credentials invalid)|username and password not accepted|invalid (?:login|credentials|username|user(?:name)? or password)|bad (?:credentials|username)|incorrect authentication|application-specific password|please log in via your web browser/i,
			evidence:
				"535-5.7.8 Username and Password not accepted. For more information, go to\r\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials - gsmtp",
			source: GOOGLE_RELAY,
		},
		{
			id: "gateway-login-first",
			class: "login-refused",
			stages: ["mail"],
			at: "mail",
			text: /authentication (?:is )?required|must (?:be )?authenticate|client (?:was|is) not authenticated|please authenticate|not authenticated to send|need to (?:log ?in|authenticate)|SMTP AUTH (?:is )?required/i,
			codes: [530, 535, 550, 553, 554],
			evidence:
				"530 5.7.0 Authentication Required. For more information, go to https://support.google.com/mail/?p=WantAuthError - gsmtp",
			source: `RFC 4954 section 6; ${GOOGLE_RELAY}`,
		},
		{
			id: "gateway-exo-not-authenticated",
			class: "login-refused",
			stages: ["mail"],
			at: "mail",
			enhanced: /^5\.7\.57$/,
			text: /./,
			evidence: "530 5.7.57 SMTP; Client not allowed to send anonymous mail during MAIL FROM",
			source: EXO,
		},
		{
			id: "gateway-send-as-denied",
			class: "gateway-policy",
			at: "body",
			text: /SendAsDenied|does not have permissions to send as|not allowed to send as|not authorized to send (?:on behalf|as|from)/i,
			evidence:
				"554 5.2.252 SendAsDenied; kim@example.com not allowed to send as news@example.com; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied",
			source: EXO,
		},
		{
			id: "gateway-sendgrid-identity",
			class: "gateway-policy",
			at: "body",
			text: /verified Sender Identity|sender (?:identity )?is not verified|sender (?:address )?not (?:verified|valid|allowed)|domain .{1,260}(?:is )?not (?:verified|authorized|activated)/i,
			evidence:
				"550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved. Visit https://sendgrid.com/docs/for-developers/sending-email/sender-identity/ to see the Sender Identity requirements",
			source: "docs.sendgrid.com, sender identity",
		},
		{
			id: "gateway-not-owned",
			class: "gateway-policy",
			at: "rcpt",
			text: /Sender address rejected: not (?:owned by|logged in)|sender (?:address )?(?:does not|doesn't) (?:match|belong)|From address .{0,320}(?:not (?:verified|allowed|permitted)|does(?:n't| not) match)/i,
			evidence: "553 5.7.1 <news@example.com>: Sender address rejected: not owned by user kim@example.com",
			source: "stock text of Postfix reject_sender_login_mismatch",
		},
		{
			id: "gateway-ses-unverified",
			class: "gateway-policy",
			at: "body",
			text: /Email address is not verified|identities failed the check in region/i,
			evidence:
				"554 Message rejected: Email address is not verified. The following identities failed the check in region US-EAST-1: news@example.com",
			source: SES,
		},
		{
			id: "gateway-google-daily",
			class: "sender-rate",
			at: "body",
			text: /Daily (?:user |SMTP relay )?sending (?:limit|quota) exceeded|daily (?:SMTP relay )?(?:sending |message )?(?:limit|quota)|(?:hourly|monthly|sending) (?:sending )?quota (?:has been )?exceeded|reached your daily limit/i,
			evidence:
				"550-5.4.5 Daily user sending limit exceeded. For more information on Gmail\r\n550-5.4.5 sending limits go to\r\n550 5.4.5  https://support.google.com/a/answer/166852 - gsmtp",
			source: GOOGLE_RELAY,
		},
		{
			id: "gateway-ses-throttle",
			class: "sender-rate",
			at: "body",
			text: /Throttling failure|Maximum sending rate exceeded/i,
			evidence: "454 Throttling failure: Maximum sending rate exceeded.",
			source: SES,
		},
		{
			id: "gateway-exo-threads",
			class: "too-many-connections",
			at: "mail",
			text: /concurrent connections limit exceeded|ThreadLimitExceeded/i,
			evidence:
				"432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information. STOREDRV.ClientSubmit; sender thread limit exceeded",
			source: EXO,
		},
		{
			id: "gateway-suspended",
			class: "login-refused",
			stages: ["auth", "mail"],
			at: "mail",
			text: /(?:your )?account (?:has been |is )?(?:suspended|disabled|locked|paused)|sending (?:has been |is )?paused for this account/i,
			evidence: "535 Account is suspended",
			source: "SES, Mailgun and SendGrid report a stopped account so",
		},
	],
};

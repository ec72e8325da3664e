// What a gateway's refusal of a login or of a sender means, by its words. Pure.
import type { GatewayConfig } from "../config/types.ts";
import type { GatewayVerdict, Tell } from "./gateway-result.ts";

const GMAIL_APP_PASSWORDS = "https://support.google.com/accounts/answer/185833";
const GMAIL_SIGN_IN = "https://support.google.com/mail/answer/7126229";
const MICROSOFT_AUTH =
	"https://learn.microsoft.com/en-us/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission";
const MICROSOFT_OAUTH =
	"https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth";
const MICROSOFT_SEND_AS =
	"https://learn.microsoft.com/en-us/exchange/recipients-in-exchange-online/manage-permissions-for-recipients";

/** A login that was refused. */
export function judgeLogin(
	{ reply, mechanism }: { readonly reply: string; readonly mechanism: string },
	gateway: GatewayConfig,
	told: Tell,
): GatewayVerdict {
	const what = `${gateway.host}:${gateway.port} refuses the login of ${gateway.user} (${mechanism}): ${flat(reply)}`;
	if (/^4|too many|\brate\b|try again later|temporar/i.test(reply))
		return told("rate-limited", what, "Too many logins, or its directory is down: wait some minutes before the next try.");
	const microsoft = /\.outlook\.com|aka\.ms|5\.7\.139/i.test(reply);
	if (gateway.oauth2 !== null)
		return told(
			"login-refused",
			what,
			"The access token was got and is not taken: it must not have expired, must be of this very account (user), its consent must include sending by SMTP (scope), and the account must be allowed to.",
			microsoft ? MICROSOFT_OAUTH : undefined,
		);
	const ofGmail = gateway.service === "gmail" || /gsmtp|support\.google\.com/i.test(reply);
	if (/5\.7\.9\b|application-specific password|app(?:lication)? password|InvalidSecondFactor/i.test(reply))
		return told(
			"app-password-needed",
			what,
			"The account's own password is not taken: make an app password in the account's security settings (two-step verification must be on), or use oauth2.",
			ofGmail ? GMAIL_APP_PASSWORDS : undefined,
		);
	if (/SmtpClientAuthentication is disabled|basic auth(?:entication)? is disabled|security defaults|OAuth/i.test(reply))
		return told(
			"oauth2-needed",
			what,
			"Passwords are switched off there: allow SMTP AUTH for this mailbox, or use oauth2 instead of password.",
			microsoft ? MICROSOFT_AUTH : undefined,
		);
	if (/5\.7\.14\b|log in via your web browser|WebLoginRequired/i.test(reply))
		return told(
			"login-refused",
			what,
			"Somebody has to sign in to the account in a web browser and confirm that it was them; then use an app password or oauth2.",
			ofGmail ? GMAIL_SIGN_IN : undefined,
		);
	// "Less secure apps" are gone since 2025: Gmail says no more than "not accepted" to the right password, too.
	if (ofGmail)
		return told(
			"login-refused",
			what,
			"Gmail takes an account's own password from no program any more: write an app password (two-step verification must be on), or use oauth2. If this is one, correct user and password.",
			GMAIL_APP_PASSWORDS,
		);
	return told(
		"login-refused",
		what,
		"Correct user and password. Mailboxes with two-step verification need an app password, and many have SMTP switched off until somebody turns it on.",
		microsoft ? MICROSOFT_AUTH : undefined,
	);
}

/** MAIL or RCPT was refused for a sender. `at`: host and port. */
export function judgeSender(
	{ reply, sender, from }: { readonly reply: string; readonly sender: string; readonly from: string },
	at: string,
	told: Tell,
): GatewayVerdict {
	if (/^4/.test(reply))
		return told(
			"rate-limited",
			`${at} takes no mail now: ${flat(reply)}`,
			"Wait; if it comes again, lower rate in limits of the [[gateway]].",
		);
	return told(
		"sender-not-allowed",
		`${at} does not let this account send as ${sender}${sender === from ? "" : ` (for ${from})`}: ${flat(reply)}`,
		sender === from
			? "Let the account send as this address (a confirmed alias, or a send-as permission), or log in as the mailbox itself."
			: `Write verp = false at the [[gateway]], so that the return path is ${from}; or let the account use the return path's domain.`,
		/5\.7\.60|send as/i.test(reply) ? MICROSOFT_SEND_AS : undefined,
	);
}

/** A reply on one line, with nothing in it that could move the cursor. */
export function flat(reply: string): string {
	return reply
		.replace(/\n\d{3}[ -](?:\d\.\d+\.\d+ )?/g, " ")
		.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, " ")
		.trim()
		.slice(0, 300);
}

// How a login to a gateway goes: which mechanism, and what is said at each step (RFC 4954). Pure: challenges in, answers out. The engine and
// `gateways test` use the same words, so that what the one says of an account is true of the other.
import { createHmac } from "node:crypto";

export type Login =
	| { readonly kind: "password"; readonly user: string; readonly password: string }
	/** An OAuth 2 access token. */
	| { readonly kind: "token"; readonly user: string; readonly token: string };

export type Mechanism = "CRAM-MD5" | "PLAIN" | "LOGIN" | "OAUTHBEARER" | "XOAUTH2";

/**
 * Strongest first. All of them travel inside TLS; CRAM-MD5 (RFC 2195) does not even show the password to the server's front, PLAIN (RFC 4616) is what RFC
 * 8314 expects, LOGIN was never standardised. OAUTHBEARER (RFC 7628) is the standard form of Google's and Microsoft's XOAUTH2.
 */
const PREFERENCE: Readonly<Record<Login["kind"], readonly Mechanism[]>> = {
	password: ["CRAM-MD5", "PLAIN", "LOGIN"],
	token: ["OAUTHBEARER", "XOAUTH2"],
};

/** The mechanisms that both sides know, in the order in which they are tried. `offered`: words of the server's AUTH line. */
export function mechanismsFor(login: Login, offered: readonly string[]): readonly Mechanism[] {
	const known = new Set(offered.map((word) => word.toUpperCase()));
	return PREFERENCE[login.kind].filter((mechanism) => known.has(mechanism));
}

/** Why there is no way to log in with what the server offers, in words. */
export function noMechanismWords(login: Login, offered: readonly string[]): string {
	if (offered.length === 0) return "the server offers no login on this port";
	const list = offered.join(", ");
	return login.kind === "password" && offered.some((word) => /^(XOAUTH2|OAUTHBEARER)$/i.test(word))
		? `the server takes no passwords, only OAuth 2 (it offers ${list})`
		: `the server offers ${list}, none of which Wellsent can use with ${login.kind === "password" ? "a password" : "an access token"}`;
}

export interface LoginDialogue {
	/** The whole first command, without CRLF. */
	readonly command: string;
	/** The answer to a 334 challenge (its text, base64), without CRLF. */
	answer(challenge: string): string;
}

/** The dialogue of one login. `at`: host and port, which OAUTHBEARER names. */
export function beginLogin(
	mechanism: Mechanism,
	login: Login,
	at: { readonly host: string; readonly port: number },
): LoginDialogue {
	const { user } = login;
	const secret = login.kind === "password" ? login.password : login.token;
	switch (mechanism) {
		case "PLAIN":
			return { command: `AUTH PLAIN ${base64(`\0${user}\0${secret}`)}`, answer: () => base64(`\0${user}\0${secret}`) };
		case "LOGIN": {
			// Always the user first and then the password: the texts of the challenges are not to be trusted, some are translated.
			const answers = [user, secret];
			return { command: "AUTH LOGIN", answer: () => base64(answers.shift() ?? "") };
		}
		case "CRAM-MD5":
			return {
				command: "AUTH CRAM-MD5",
				answer: (challenge) =>
					base64(`${user} ${createHmac("md5", secret).update(Buffer.from(challenge, "base64")).digest("hex")}`),
			};
		// A refusal comes as a challenge with the reason as JSON; an empty answer lets the server say its 535.
		case "XOAUTH2":
			return { command: `AUTH XOAUTH2 ${base64(`user=${user}\x01auth=Bearer ${secret}\x01\x01`)}`, answer: () => "" };
		case "OAUTHBEARER":
			return {
				command: `AUTH OAUTHBEARER ${base64(`n,a=${saslName(user)},\x01host=${at.host}\x01port=${at.port}\x01auth=Bearer ${secret}\x01\x01`)}`,
				// RFC 7628 section 3.2.3: the client's word that the exchange has failed.
				answer: () => base64("\x01"),
			};
	}
}

const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");

/** RFC 5801 section 4: "=" and "," have a meaning in the header of the exchange. */
const saslName = (user: string): string => user.replaceAll("=", "=3D").replaceAll(",", "=2C");

/** The text of a 334 reply, base64 as it came. */
export function challengeOf(reply: string): string {
	return /^334[ -]?(\S*)/.exec(reply)?.[1] ?? "";
}

/** How a command is sent and its whole reply heard; nodemailer hands this to mechanisms that are not its own. */
export interface LoginHook {
	sendCommand(command: string): Promise<{ readonly response: string }>;
}

/** Goes through a login. Throws when the server does not say 235; its words are in the transcript. */
export async function speakLogin(hook: LoginHook, dialogue: LoginDialogue | null): Promise<void> {
	if (dialogue === null) throw new Error("no login was begun");
	let { response } = await hook.sendCommand(dialogue.command);
	// Two challenges at most (LOGIN); a server that asks on and on is left alone after the third.
	for (let step = 0; step < 3 && response.startsWith("334"); step++)
		({ response } = await hook.sendCommand(dialogue.answer(challengeOf(response))));
	if (!response.startsWith("235")) throw new Error("Invalid login");
}

// The AUTH dialogue of a smart host: PLAIN, LOGIN, CRAM-MD5, XOAUTH2 and OAUTHBEARER (RFC 4954, 4616, 2195, 7628). Pure: a line in, the next step out.

import { createHmac } from "node:crypto";

export type AuthStep =
	/** Say 334 with this challenge (already base64) and hand the next line to `next`. */
	| { readonly kind: "ask"; readonly challenge: string; readonly next: (line: string) => AuthStep }
	| { readonly kind: "done"; readonly ok: boolean }
	| { readonly kind: "bad"; readonly reply: string };

interface Login {
	readonly user: string;
	readonly password: string;
}

/** RFC 2195 wants a new one each time; here nobody listens in. */
const CHALLENGE = "<1.1@sandbox>";
const USER = "VXNlcm5hbWU6"; // "Username:"
const PASSWORD = "UGFzc3dvcmQ6"; // "Password:"

/** Begins with what follows "AUTH ". For XOAUTH2 the password is the token. */
export function beginAuth(words: string, login: Login, offered: readonly string[]): AuthStep {
	const [mechanism = "", initial] = words.split(" ");
	if (!offered.includes(mechanism.toUpperCase())) return { kind: "bad", reply: "504 5.5.4 Unrecognized authentication type" };
	switch (mechanism.toUpperCase()) {
		case "PLAIN":
			return initial === undefined ? ask("", (line) => plain(line, login)) : plain(initial, login);
		case "LOGIN": {
			const password = (user: string) => ask(PASSWORD, (line) => done(user === login.user && text(line) === login.password));
			return initial === undefined ? ask(USER, (line) => password(text(line))) : password(text(initial));
		}
		case "XOAUTH2":
			return initial === undefined ? ask("", (line) => bearer(line, login)) : bearer(initial, login);
		case "OAUTHBEARER":
			return initial === undefined ? ask("", (line) => standardBearer(line, login)) : standardBearer(initial, login);
		case "CRAM-MD5": {
			const digest = createHmac("md5", login.password).update(CHALLENGE).digest("hex");
			return ask(Buffer.from(CHALLENGE).toString("base64"), (line) => done(text(line) === `${login.user} ${digest}`));
		}
		default:
			return { kind: "bad", reply: "504 5.5.4 Unrecognized authentication type" };
	}
}

function plain(line: string, login: Login): AuthStep {
	const [, user, password] = text(line).split("\0");
	return done(user === login.user && password === login.password);
}

function bearer(line: string, login: Login): AuthStep {
	const ok = text(line).split("\x01");
	return done(ok.includes(`user=${login.user}`) && ok.includes(`auth=Bearer ${login.password}`));
}

/** RFC 7628: a refusal is a challenge, which the client answers before it hears the 535. */
function standardBearer(line: string, login: Login): AuthStep {
	const [header = "", ...pairs] = text(line).split("\x01");
	const ok = header === `n,a=${login.user},` && pairs.includes(`auth=Bearer ${login.password}`);
	return ok ? done(true) : ask(Buffer.from('{"status":"invalid_token"}').toString("base64"), () => done(false));
}

function ask(challenge: string, next: (line: string) => AuthStep): AuthStep {
	const cancellable = (line: string): AuthStep =>
		line === "*" ? { kind: "bad", reply: "501 5.7.0 Authentication cancelled" } : next(line);
	return { kind: "ask", challenge, next: cancellable };
}

function done(ok: boolean): AuthStep {
	return { kind: "done", ok };
}

function text(base64: string): string {
	return Buffer.from(base64, "base64").toString("utf8");
}

// The AUTH dialogue of a smart host: PLAIN, LOGIN and XOAUTH2 (RFC 4954, RFC 4616). Pure: a line in, the next step out.

export type AuthStep =
	/** Say 334 with this challenge (already base64) and hand the next line to `next`. */
	| { readonly kind: "ask"; readonly challenge: string; readonly next: (line: string) => AuthStep }
	| { readonly kind: "done"; readonly ok: boolean }
	| { readonly kind: "bad"; readonly reply: string };

interface Login {
	readonly user: string;
	readonly password: string;
}

const USER = "VXNlcm5hbWU6"; // "Username:"
const PASSWORD = "UGFzc3dvcmQ6"; // "Password:"

/** Begins with what follows "AUTH ". For XOAUTH2 the password is the token. */
export function beginAuth(words: string, login: Login): AuthStep {
	const [mechanism = "", initial] = words.split(" ");
	switch (mechanism.toUpperCase()) {
		case "PLAIN":
			return initial === undefined ? ask("", (line) => plain(line, login)) : plain(initial, login);
		case "LOGIN": {
			const password = (user: string) => ask(PASSWORD, (line) => done(user === login.user && text(line) === login.password));
			return initial === undefined ? ask(USER, (line) => password(text(line))) : password(text(initial));
		}
		case "XOAUTH2":
			return initial === undefined ? ask("", (line) => bearer(line, login)) : bearer(initial, login);
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

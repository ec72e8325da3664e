// Logs in to a gateway as the engine would, asks whether it takes its senders, and leaves without having sent anything: MAIL, RCPT, RSET, never DATA.
import { isIP } from "node:net";
import type { Config, GatewayConfig } from "../config/types.ts";
import { gatewayEhlo, passwordLogin } from "../deliver/gateway-target.ts";
import type { GatewayTokens } from "../deliver/gateway-token.store.ts";
import { beginLogin, challengeOf, type Login, mechanismsFor, noMechanismWords } from "../deliver/login.ts";
import { serverFeatures } from "../deliver/transcript.ts";
import type { AddressAnswer } from "../routing/mx.ts";
import type { GatewayProbe, ProbeSender } from "./gateway-probe.ts";
import { type Said, SmtpTalk, type TalkTrouble } from "./smtp-talk.client.ts";

export interface ProbePorts {
	readonly config: Pick<Config, "sources" | "smtp">;
	readonly addresses: (host: string) => Promise<AddressAnswer>;
	readonly tokens: GatewayTokens;
}

/** A greeting that takes longer is only waited for by the engine: whoever tests has a person in front of the screen. */
const GREETING_MS = 8_000;
/** More of a gateway's senders are not asked about: some servers count refused ones. */
export const MOST_SENDERS = 5;

/** One test. Never throws for what the server or the network do. */
export async function probeGateway(
	gateway: GatewayConfig,
	senders: readonly ProbeSender[],
	ports: ProbePorts,
): Promise<GatewayProbe> {
	const { timeout } = ports.config.smtp;
	const patience = { connectMs: Math.min(timeout.connectMs, 10_000), commandMs: Math.min(timeout.commandMs, 20_000) };
	const addresses = await addressesOf(gateway.host, ports);
	if (typeof addresses === "string") return { at: "dns", detail: addresses };
	let trouble: { address: string; trouble: TalkTrouble } | null = null;
	for (const address of addresses.slice(0, 3)) {
		const talk = await SmtpTalk.open(address, gateway.port, patience.connectMs);
		if (talk instanceof SmtpTalk) {
			try {
				return await converse(talk, { gateway, senders, ports, address, patience });
			} finally {
				talk.close();
			}
		}
		trouble = { address, trouble: talk };
	}
	return trouble === null ? { at: "dns", detail: "it has no address" } : { at: "connect", ...trouble };
}

interface Talking {
	readonly gateway: GatewayConfig;
	readonly senders: readonly ProbeSender[];
	readonly ports: ProbePorts;
	readonly address: string;
	readonly patience: { readonly connectMs: number; readonly commandMs: number };
}

async function converse(talk: SmtpTalk, of: Talking): Promise<GatewayProbe> {
	const { gateway, patience } = of;
	const greetingMs = Math.min(of.ports.config.smtp.timeout.greetingMs, GREETING_MS);
	const secure = () => talk.secure({ host: gateway.host, ca: gateway.ca, timeoutMs: greetingMs });
	if (gateway.security === "tls") {
		const trouble = await secure();
		if (trouble !== null) return { at: "tls", trouble, greetsInPlain: await greetsInPlain(of, greetingMs) };
	}
	const greeting = await talk.read(greetingMs);
	if (greeting.kind === "trouble") {
		if (greeting.trouble.code === "not-smtp") return { at: "not-smtp", detail: greeting.trouble.detail };
		const silent = greeting.trouble.code === "timeout" || greeting.trouble.code === "closed";
		if (silent && gateway.security === "starttls") {
			const tlsAtOnce = await speaksTls(of, greetingMs);
			if (!tlsAtOnce && greeting.trouble.code === "closed") return { at: "greeting-closed" };
			return { at: "greeting-silent", speaksTls: tlsAtOnce, seconds: greetingMs / 1000 };
		}
		return { at: "lost", stage: "greeting", trouble: greeting.trouble };
	}
	if (greeting.code !== 220) return { at: "greeting", reply: greeting.text };

	const hello = `EHLO ${gatewayEhlo(gateway, of.ports.config)}`;
	let ehlo = await talk.say(hello, patience.commandMs);
	if (ehlo.kind === "trouble") return { at: "lost", stage: "ehlo", trouble: ehlo.trouble };
	if (gateway.security === "starttls") {
		if (!serverFeatures(ehlo.text).startTls) return { at: "no-starttls", reply: ehlo.text };
		const said = await talk.say("STARTTLS", patience.commandMs);
		if (said.kind === "trouble") return { at: "lost", stage: "starttls", trouble: said.trouble };
		if (said.code !== 220) return { at: "starttls", reply: said.text };
		const trouble = await secure();
		if (trouble !== null) return { at: "tls", trouble, greetsInPlain: false };
		ehlo = await talk.say(hello, patience.commandMs);
		if (ehlo.kind === "trouble") return { at: "lost", stage: "ehlo", trouble: ehlo.trouble };
	}
	if (ehlo.code !== 250) return { at: "greeting", reply: ehlo.text };
	const { auth, size } = serverFeatures(ehlo.text);
	const login = await logIn(talk, of, auth);
	if (login.kind === "failed") return login.probe;
	const refused = await askSenders(talk, of);
	if (refused !== null) return refused;
	return {
		at: "done",
		tls: talk.tls?.version ?? "",
		certificateUntil: talk.tls?.until ?? 0,
		mechanism: login.mechanism,
		size,
		senders: Math.min(of.senders.length, MOST_SENDERS),
	};
}

type LoggedIn =
	| { readonly kind: "in"; readonly mechanism: string | null }
	| { readonly kind: "failed"; readonly probe: GatewayProbe };

async function logIn(talk: SmtpTalk, of: Talking, offered: readonly string[]): Promise<LoggedIn> {
	const { gateway, patience } = of;
	const failed = (probe: GatewayProbe): LoggedIn => ({ kind: "failed", probe });
	if (gateway.user === null) return { kind: "in", mechanism: null };
	let login: Login | null = passwordLogin(gateway);
	if (gateway.oauth2 !== null) {
		const token = await of.ports.tokens.get(gateway);
		if (token.kind !== "token") return failed({ at: "token", refused: token.kind === "refused", why: token.why });
		login = { kind: "token", user: gateway.user, token: token.token };
	}
	if (login === null) return { kind: "in", mechanism: null };
	const mechanisms = mechanismsFor(login, offered);
	const words = noMechanismWords(login, offered);
	const oauth2Only = login.kind === "password" && offered.some((word) => /^(XOAUTH2|OAUTHBEARER)$/.test(word));
	let problem: GatewayProbe = { at: "no-mechanism", words, oauth2Only };
	for (const mechanism of mechanisms) {
		const dialogue = beginLogin(mechanism, login, { host: gateway.host, port: gateway.port });
		let said = await talk.say(dialogue.command, patience.commandMs);
		for (let step = 0; step < 3 && said.kind === "reply" && said.code === 334; step++)
			said = await talk.say(dialogue.answer(challengeOf(said.text)), patience.commandMs);
		if (said.kind === "trouble") return failed({ at: "lost", stage: "auth", trouble: said.trouble });
		if (said.code === 235) return { kind: "in", mechanism };
		problem = { at: "auth", reply: said.text, mechanism };
		if (said.code !== 504) break;
	}
	return failed(problem);
}

/** Many servers judge the sender only when they hear a recipient; the mail would go to the sender's own address, so that one is named. */
async function askSenders(talk: SmtpTalk, of: Talking): Promise<GatewayProbe | null> {
	for (const { from, mailFrom } of of.senders.slice(0, MOST_SENDERS)) {
		for (const line of [`MAIL FROM:<${mailFrom}>`, `RCPT TO:<${from}>`]) {
			const said: Said = await talk.say(line, of.patience.commandMs);
			if (said.kind === "trouble") return { at: "lost", stage: "mail", trouble: said.trouble };
			if (said.code < 400) continue;
			// A recipient that is not known there says nothing about the sender.
			if (line.startsWith("RCPT") && !aboutSender(said.text)) break;
			return { at: "sender", sender: mailFrom, from, reply: said.text };
		}
		const reset = await talk.say("RSET", of.patience.commandMs);
		if (reset.kind === "trouble") return { at: "lost", stage: "mail", trouble: reset.trouble };
	}
	return null;
}

/** Postfix: "Sender address rejected: not owned by user"; Exchange: 5.7.60 "not allowed to send as this sender". */
export function aboutSender(reply: string): boolean {
	return /sender|send as|sendas|from address|not owned|5\.7\.60|5\.7\.57|\b553\b|relay(?:ing)? (?:access )?denied|relay not permitted|not permitted to relay/i.test(
		reply,
	);
}

async function addressesOf(host: string, ports: ProbePorts): Promise<readonly string[] | string> {
	if (isIP(host) !== 0) return [host];
	const answer = await ports.addresses(host);
	switch (answer.kind) {
		case "addresses":
			return [...answer.v4, ...answer.v6];
		case "none":
			return `${host} does not exist, or has no address`;
		case "failed":
			return `${host}: ${answer.detail}`;
	}
}

/** On a new connection: does it greet when nobody speaks TLS? */
async function greetsInPlain(of: Talking, timeoutMs: number): Promise<boolean> {
	const talk = await SmtpTalk.open(of.address, of.gateway.port, of.patience.connectMs);
	if (!(talk instanceof SmtpTalk)) return false;
	const said = await talk.read(timeoutMs);
	talk.close();
	return said.kind === "reply" && said.code === 220;
}

/** On a new connection: does it answer TLS from the first byte? A certificate that does not fit is an answer, too. */
async function speaksTls(of: Talking, timeoutMs: number): Promise<boolean> {
	const talk = await SmtpTalk.open(of.address, of.gateway.port, of.patience.connectMs);
	if (!(talk instanceof SmtpTalk)) return false;
	const trouble = await talk.secure({ host: of.gateway.host, ca: of.gateway.ca, timeoutMs });
	talk.close();
	return trouble === null || /CERT|SIGNED|ALTNAME|VERIFY/.test(trouble.code);
}

// Sends a message by mail: through a gateway, over TLS with a certificate that fits, or straight to the MX hosts of the recipient. Composed by nodemailer,
// spoken as newsletters are. Outside the queue and its lanes: an alert must leave while these are held, and it is one message. Trouble is an answer.
import MailComposer from "nodemailer/lib/mail-composer";
import type { Config, GatewayConfig } from "../config/types.ts";
import { directPort, type Exchange, type SessionTarget } from "../deliver/exchange.ts";
import { gatewayTarget, passwordLogin } from "../deliver/gateway-target.ts";
import type { GatewayTokens } from "../deliver/gateway-token.store.ts";
import type { Login } from "../deliver/login.ts";
import { openSession } from "../deliver/open-session.client.ts";
import { textOf } from "../errors.ts";
import type { Reply } from "../replies/outcome.ts";
import type { Resolver } from "../routing/resolver.client.ts";
import { type AlertMessage, headline, wordsOf } from "./message.ts";
import type { Sent } from "./post.store.ts";

export interface MailDeps {
	readonly config: Config;
	readonly resolver: Resolver;
	/** For gateways that log in with OAuth 2. */
	readonly tokens: GatewayTokens;
}

/** Shorter than for newsletters: another round waits behind it, and comes again. */
const TIMEOUT = { connectMs: 10_000, greetingMs: 15_000, commandMs: 15_000, bodyMs: 30_000 };
/** Addresses tried in one go; the next try asks DNS again. */
const ADDRESSES = 3;

/** `id`: the same at every try, so that a mailbox shows the message once. */
export async function sendMail(deps: MailDeps, to: string, message: AlertMessage, id: string): Promise<Sent> {
	const { config } = deps;
	const name = config.alerts.mail?.gateway ?? null;
	const gateway = config.gateways.find((one) => one.name === name) ?? null;
	if (name !== null && gateway === null) return { ok: false, detail: `there is no gateway "${name}"` };
	const from = senderOf(config, gateway);
	const bytes = await compose({ from, to, message, id });
	const targets = gateway === null ? await mxTargets(deps, to) : await gatewayTargets(deps, gateway);
	if (typeof targets === "string") return { ok: false, detail: targets };
	let last: Sent = { ok: false, detail: "no address to send to is known" };
	for (const target of targets.slice(0, ADDRESSES)) {
		last = await speak(target, { from, to, bytes });
		if (last.ok || last.final === true) return last;
	}
	return last;
}

/** What is written, else the login of the gateway, else an identity. */
function senderOf(config: Config, gateway: GatewayConfig | null): string {
	const login = gateway?.user?.includes("@") === true ? gateway.user : undefined;
	const address = config.identities.map((identity) => identity.from).find((from) => !from.startsWith("@"));
	const domain = config.identities[0]?.from.slice(1) ?? config.sources[0]?.ehlo ?? "localhost";
	return config.alerts.mail?.from ?? login ?? address ?? `wellsent@${domain}`;
}

function compose(of: { from: string; to: string; message: AlertMessage; id: string }): Promise<Buffer> {
	const { from, to, message, id } = of;
	const mail = new MailComposer({
		from: { name: "Wellsent", address: from },
		to,
		subject: `[Wellsent] ${headline(message)}`,
		text: `${wordsOf(message)}\n`,
		date: new Date(message.at),
		messageId: `<${id}@${from.slice(from.lastIndexOf("@") + 1)}>`,
		// RFC 3834 section 5: no vacation answers.
		headers: { "Auto-Submitted": "auto-generated" },
		newline: "windows",
		...(message.level === "critical" && message.what === "opened" ? { priority: "high" as const } : {}),
	});
	return mail.compile().build();
}

/** As newsletters go through it: TLS or nothing, and a certificate that fits. */
async function gatewayTargets(deps: MailDeps, gateway: GatewayConfig): Promise<SessionTarget[] | string> {
	let login: Login | null = passwordLogin(gateway);
	if (gateway.oauth2 !== null) {
		const answer = await deps.tokens.get(gateway);
		if (answer.kind !== "token") return `gateway ${gateway.name}: no access token could be got (${answer.kind})`;
		login = { kind: "token", user: gateway.user ?? "", token: answer.token };
	}
	const found = await deps.resolver.addresses(gateway.host);
	if (found.kind !== "addresses") return `no address is known of gateway ${gateway.name} (${gateway.host})`;
	return [...found.v4, ...found.v6].map((address) => ({
		...gatewayTarget(gateway, { host: gateway.host, address }, deps.config, login),
		timeout: TIMEOUT,
	}));
}

/** As newsletters go to MX hosts: TLS where it is offered, any certificate (RFC 7435). */
async function mxTargets({ config, resolver }: MailDeps, to: string): Promise<SessionTarget[] | string> {
	const domain = to.slice(to.lastIndexOf("@") + 1);
	const mx = await resolver.mx(domain);
	if (mx.kind === "failed") return `DNS does not say where mail for ${domain} goes: ${mx.detail}`;
	if (mx.kind !== "hosts") return `${domain} takes no mail`;
	const [source] = config.sources;
	const targets: SessionTarget[] = [];
	for (const { name } of mx.hosts.toSorted((a, b) => a.preference - b.preference)) {
		const found = await resolver.addresses(name);
		if (found.kind !== "addresses") continue;
		for (const address of [...found.v4, ...found.v6])
			targets.push({
				mxHost: name,
				address,
				port: directPort(config, domain),
				localAddress: source?.address ?? null,
				ehlo: source?.ehlo ?? "localhost",
				tls: "opportunistic",
				verifyTls: false,
				ca: null,
				login: null,
				timeout: TIMEOUT,
			});
		if (targets.length >= ADDRESSES) break;
	}
	return targets.length > 0 ? targets : `no address is known of the mail servers of ${domain}`;
}

async function speak(target: SessionTarget, mail: { from: string; to: string; bytes: Buffer }): Promise<Sent> {
	const opened = await openSession(target);
	if (opened.kind === "failed") {
		const { exchange } = opened;
		// TLS that does not work, where it is only an offer: in plain text then.
		if (target.tls === "opportunistic" && (exchange.stage === "starttls" || exchange.stage === "tls"))
			return speak({ ...target, tls: "never" }, mail);
		return { ok: false, detail: wordsOfFailure(target, exchange) };
	}
	const { session } = opened;
	try {
		const { from, to, bytes } = mail;
		const exchange = await session.send({
			from,
			to,
			size: bytes.length,
			needsSmtpUtf8: false,
			chunks: [bytes],
			beforeDot: async () => undefined,
		});
		const { reply, stage } = exchange;
		if (stage === "body" && reply !== null && reply.code < 300) return { ok: true, detail: `${target.mxHost}: ${said(reply)}` };
		const detail = wordsOfFailure(target, exchange);
		// No such mailbox: it will not come to be by asking again.
		return stage === "rcpt" && (reply?.code ?? 0) >= 500 ? { ok: false, detail, final: true } : { ok: false, detail };
	} catch (error) {
		return { ok: false, detail: textOf(error) };
	} finally {
		await session.quit();
	}
}

function wordsOfFailure(target: SessionTarget, { stage, reply, detail }: Exchange): string {
	return `${target.mxHost} at ${stage}: ${reply === null ? detail : said(reply)}`;
}

/** "550 5.1.1 no such user" */
function said({ code, enhanced, text }: Reply): string {
	return [code, enhanced, text.replace(/\s+/g, " ")].filter((part) => part !== null && part !== "").join(" ");
}

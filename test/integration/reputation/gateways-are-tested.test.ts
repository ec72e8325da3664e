// Every way in which a gateway can be wrong has a result of its own, over real sockets, with a sentence, a way out and, where there is one, a page.
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import tls from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GatewayConfig } from "../../../src/config/types.ts";
import { probeGateway } from "../../../src/reputation/gateway-probe.client.ts";
import type { ProbeSender } from "../../../src/reputation/gateway-probe.ts";
import type { GatewayResult } from "../../../src/reputation/gateway-result.ts";
import { judgeGateway } from "../../../src/reputation/gateway-verdict.ts";
import { shippedCertificate } from "../../../src/sandbox/certificates.file.ts";
import type { MannersInput } from "../../../src/sandbox/manners.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../../src/sandbox/world.ts";
import { gatewayAt, LOGIN, PARTNER, SECOND } from "../../support/partner.ts";
import { startWall } from "../../support/wall.ts";

const TIMEOUT = { connectMs: 1_000, greetingMs: 600, commandMs: 1_000, bodyMs: 1_000 };
const SENDER: ProbeSender = { from: "news@partner.test", mailFrom: "b-0-test@bounces.partner.test" };

let sandbox: Sandbox;
beforeAll(async () => {
	const auth = LOGIN;
	const hosts = {
		[PARTNER]: { manners: { auth } },
		[SECOND]: { manners: { auth, implicitTls: true } },
		"mx.elsewhere.test": { manners: { auth } },
	};
	sandbox = await startSandbox({ world: defineWorld({ zones: "good.test A 127.0.0.9", hosts }) });
});
afterAll(() => sandbox.close());

const addressOf = (host: string) => sandbox.world.hosts.find((one) => one.name === host)?.addresses[0];

interface Setting {
	gateway?: Partial<GatewayConfig>;
	manners?: MannersInput;
	senders?: readonly ProbeSender[];
	token?: string;
}

async function verdictOn(of: Setting) {
	const gateway = gatewayAt(of.gateway?.host ?? PARTNER, { port: sandbox.smtpPort, ...of.gateway });
	if (of.manners !== undefined) sandbox.setManners(gateway.host, of.manners);
	const probe = await probeGateway(gateway, of.senders ?? [], {
		config: { sources: [], smtp: { port: 25, tls: "opportunistic", timeout: TIMEOUT } },
		addresses: async (host) => {
			const address = addressOf(host);
			return address === undefined ? { kind: "none", until: 0 } : { kind: "addresses", v4: [address], v6: [], until: 0 };
		},
		tokens: {
			get: async () =>
				of.token === undefined ? { kind: "refused", why: "invalid_grant" } : { kind: "token", token: of.token, fresh: true },
			spoil: () => undefined,
		},
	});
	if (of.manners !== undefined)
		sandbox.setManners(gateway.host, { auth: LOGIN, implicitTls: gateway.host === SECOND }, { replace: true });
	return judgeGateway(gateway, probe, Date.UTC(2026, 10, 21));
}

const OAUTH2 = {
	clientId: "i",
	clientSecret: "s",
	refreshToken: "r",
	accessToken: null,
	accessUrl: "https://x.test",
	scope: null,
};

test.each<{ name: string; of: Setting; words: RegExp }>([
	{ name: "STARTTLS and a login", of: {}, words: /works: TLSv1\.3, login with PLAIN as news@sender\.test/ },
	{ name: "TLS from the first byte", of: { gateway: { host: SECOND, security: "tls" } }, words: /smtps\.partner\.test.* works/ },
	{
		name: "an access token",
		of: { gateway: { oauth2: OAUTH2, password: null }, token: LOGIN.password },
		words: /login with XOAUTH2/,
	},
	{ name: "a sender that is taken", of: { senders: [SENDER] }, words: /its sender is taken/ },
])("$name works, and is said to", async ({ of, words }) => {
	expect(await verdictOn(of)).toMatchObject({ result: "ok", ok: true, what: expect.stringMatching(words), fix: "" });
});

test.each<{ result: GatewayResult; of: Setting; words: RegExp; fix: RegExp }>([
	{
		result: "speaks-tls-at-once",
		of: { gateway: { host: SECOND, security: "starttls" } },
		words: /speaks TLS from the first byte/,
		fix: /security = "tls"/,
	},
	{
		result: "begins-unencrypted",
		of: { gateway: { security: "tls" } },
		words: /begins unencrypted/,
		fix: /security = "starttls"/,
	},
	{
		result: "certificate-expired",
		of: { manners: { starttls: "expired" }, gateway: { ca: shippedCertificate("expired").cert } },
		words: /has expired/,
		fix: /renew/,
	},
	{
		result: "certificate-unknown-authority",
		of: { gateway: { ca: null } },
		words: /signed by nobody we know/,
		fix: /ca = "file:/,
	},
	{
		result: "certificate-other-name",
		of: { gateway: { host: "mx.elsewhere.test" } },
		words: /is for another name/,
		fix: /Write as host/,
	},
	{ result: "tls-failed", of: { manners: { starttls: "refused" } }, words: /then refuses it/, fix: /operator/ },
	{
		result: "no-starttls",
		of: { manners: { starttls: "none" } },
		words: /^remote server does not support TLS/,
		fix: /does not log in/,
	},
	{ result: "refuses-us", of: { manners: { replyAt: { greeting: "554 5.7.1 go away" } } }, words: /go away/, fix: /operator/ },
	{
		result: "login-refused",
		of: { gateway: { password: "guess" } },
		words: /refuses the login of news@sender\.test \(PLAIN\): 535/,
		fix: /user and password/,
	},
	{
		result: "login-refused",
		of: { manners: { replyAt: { auth: "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect." } } },
		words: /credentials were incorrect/,
		fix: /Correct user and password/,
	},
	{
		result: "login-refused",
		of: { manners: { replyAt: { auth: "535 5.7.8 Username and Password not accepted. - gsmtp" } } },
		words: /not accepted/,
		fix: /Gmail takes an account's own password from no program/,
	},
	{
		result: "login-refused",
		of: { manners: { replyAt: { auth: "534 5.7.14 Please log in via your web browser and then try again. - gsmtp" } } },
		words: /5\.7\.14/,
		fix: /sign in to the account in a web browser/,
	},
	{
		result: "login-refused",
		of: { gateway: { oauth2: OAUTH2, password: null }, token: "another" },
		words: /XOAUTH2/,
		fix: /^The access token was got and is not taken/,
	},
	{
		result: "login-refused",
		of: { manners: { replyAt: { auth: "535 5.7.8 unknown to the corporate directory: AHVzZXIAczNjcmV0" } } },
		words: /corporate directory: ••••$/,
		fix: /Correct user and password/,
	},
	{
		result: "app-password-needed",
		of: {
			manners: {
				replyAt: {
					auth: "534 5.7.9 Application-specific password required. https://support.google.com/mail/?p=InvalidSecondFactor",
				},
			},
		},
		words: /534 5\.7\.9/,
		fix: /app password/,
	},
	{
		result: "oauth2-needed",
		of: { manners: { replyAt: { auth: "535 5.7.139 Authentication unsuccessful, basic authentication is disabled." } } },
		words: /5\.7\.139/,
		fix: /oauth2/,
	},
	{ result: "oauth2-needed", of: { manners: { authMethods: ["XOAUTH2"] } }, words: /only OAuth 2/, fix: /oauth2 = \{/ },
	{ result: "no-login-offered", of: { manners: { auth: null } }, words: /offers no login/, fix: /submission port/ },
	{ result: "token-refused", of: { gateway: { oauth2: OAUTH2, password: null } }, words: /invalid_grant/, fix: /consent/ },
	{
		result: "sender-not-allowed",
		of: { manners: { senders: ["news@partner.test"] }, senders: [SENDER] },
		words: /does not let this account send as b-0-test@/,
		fix: /verp = false/,
	},
	{
		result: "sender-not-allowed",
		of: {
			manners: { replyAt: { rcpt: "550 5.7.60 SMTP; Client does not have permissions to send as this sender" } },
			senders: [{ ...SENDER, mailFrom: SENDER.from }],
		},
		words: /5\.7\.60/,
		fix: /send-as permission/,
	},
	{
		result: "rate-limited",
		of: { manners: { replyAt: { mail: "450 4.7.0 quota exceeded, try later" } }, senders: [SENDER] },
		words: /takes no mail now/,
		fix: /rate/,
	},
	{ result: "lost", of: { manners: { silentAt: "auth" } }, words: /broke off at auth/, fix: /Try again/ },
	{ result: "dns", of: { gateway: { host: "nowhere.test" } }, words: /nowhere\.test does not exist/, fix: /host/ },
	{ result: "nothing-listens", of: { gateway: { port: 1 } }, words: /nothing listens/, fix: /port/ },
])("$result: $words", async ({ result, of, words, fix }) => {
	const verdict = await verdictOn(of);
	expect(verdict).toMatchObject({ result, ok: false, what: expect.stringMatching(words), fix: expect.stringMatching(fix) });
	expect(verdict.docs).toMatch(/^https:/);
	expect(JSON.stringify(verdict)).not.toContain(LOGIN.password);
});

/** A server of a test's own, on the address of the partner. */
async function beside<T>(server: net.Server, use: (port: number) => Promise<T>): Promise<T> {
	server.listen(0, addressOf(PARTNER));
	await once(server, "listening");
	try {
		return await use((server.address() as AddressInfo).port);
	} finally {
		server.close();
	}
}

test("a web server is told from a mail server", async () => {
	const web = net.createServer((socket) => socket.on("error", () => undefined).end("HTTP/1.1 400 Bad Request\r\n\r\n"));
	await beside(web, async (port) =>
		expect(await verdictOn({ gateway: { port } })).toMatchObject({ result: "not-a-mail-server" }),
	);
});

test("a server that says nothing is told as such, not as a wrong port", async () => {
	const silent = net.createServer((socket) => void socket.on("error", () => undefined).resume());
	await beside(silent, async (port) =>
		expect(await verdictOn({ gateway: { port } })).toMatchObject({
			result: "lost",
			what: expect.stringMatching(/did not greet/),
		}),
	);
});

test("a server that closes without a word is told to refuse us, and not to be slow", async () => {
	const closing = net.createServer((socket) => socket.on("error", () => undefined).destroy());
	await beside(closing, async (port) =>
		expect(await verdictOn({ gateway: { port } })).toMatchObject({
			result: "refuses-us",
			what: expect.stringMatching(/closes the connection without a greeting/),
		}),
	);
});

test("a firewall that swallows the connection is told from a server that is silent", async () => {
	const wall = await startWall(addressOf(PARTNER) ?? "");
	try {
		expect(await verdictOn({ gateway: { port: wall.port } })).toMatchObject({
			result: "firewall",
			what: expect.stringMatching(/does not answer at all: no connection within 1 s/),
			fix: expect.stringMatching(/firewall/),
		});
	} finally {
		wall.close();
	}
});

test("a server with TLS 1.1 only is told to be too old", async () => {
	const old = tls.createServer({
		...shippedCertificate("good"),
		maxVersion: "TLSv1.1",
		minVersion: "TLSv1",
		ciphers: "ALL:@SECLEVEL=0",
	});
	old.on("tlsClientError", () => undefined);
	await beside(old, async (port) =>
		expect(await verdictOn({ gateway: { port, security: "tls" } })).toMatchObject({ result: "tls-too-old" }),
	);
});

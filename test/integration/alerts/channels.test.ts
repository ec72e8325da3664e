// The channels over real sockets: what a receiver of webhooks, a Slack and a mail server get, and what is made of their trouble.
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { describe, expect, it, onTestFinished } from "vitest";
import { channelsOf } from "../../../src/alerts/channels.ts";
import type { AlertMessage } from "../../../src/alerts/message.ts";
import type { Channel } from "../../../src/alerts/post.store.ts";
import { tell, testChannels } from "../../../src/alerts/tell.ts";
import { systemClock } from "../../../src/clock.ts";
import type { Config } from "../../../src/config/types.ts";
import { appendAlerts } from "../../../src/log/alert.store.ts";
import { createResolver } from "../../../src/routing/resolver.client.ts";
import type { MannersInput } from "../../../src/sandbox/manners.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../../src/sandbox/world.ts";
import { gatewayAt, LOGIN } from "../../support/partner.ts";
import { type TempApp, tempApp } from "../../support/temp-app.ts";

const NOW = Date.UTC(2026, 10, 21, 9);

const message: AlertMessage = {
	what: "opened",
	kind: "blacklist-listed",
	level: "critical",
	title: "on a blacklist",
	at: NOW,
	text: "",
	incidents: [
		{
			id: 7,
			subject: "203.0.113.10/zen.example.test",
			level: "critical",
			text: "203.0.113.10 <mta1> is listed & held, 스팸",
			did: "It holds the lanes of mta1.",
			todo: "Ask for removal.",
			since: NOW - 3_600_000,
			times: 1,
			recoveredAt: null,
		},
	],
};

interface Got {
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

/** A receiver on loopback that answers as it is told. */
async function receiver(answer: (response: ServerResponse) => void = (response) => void response.end("ok")) {
	const got: Got[] = [];
	const server = createServer((request, response) => {
		let body = "";
		request.setEncoding("utf8");
		request.on("data", (chunk: string) => {
			body += chunk;
		});
		request.on("end", () => {
			got.push({ headers: request.headers, body });
			answer(response);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/s3cret-path` };
}

type Alerts = Partial<Config["alerts"]>;

/** The channels of an app with these alerts. */
async function channels(
	alerts: Alerts,
	of: { config?: (config: Config) => Config; sandbox?: Sandbox } = {},
): Promise<{ one: TempApp; all: Channel[] }> {
	const one = await tempApp({
		change: (base) => {
			const config = { ...base, alerts: { ...base.alerts, ...alerts } };
			return of.config?.(config) ?? config;
		},
	});
	const { db, data, config } = one.app;
	const resolver =
		of.sandbox === undefined
			? one.app.resolver
			: createResolver({ servers: [of.sandbox.dns], timeoutMs: 2_000, clock: systemClock });
	return { one, all: channelsOf(config, { db, data, resolver, clock: one.clock }) };
}

const first = (all: readonly Channel[]): Channel => all[0] ?? expect.fail("there is no channel");

describe("a webhook", () => {
	it("is signed, so that the receiver can tell who wrote it, and names the fact, since when, what was done and what to do", async () => {
		const { got, url } = await receiver();
		const secret = `whsec_${Buffer.from("a key of thirty-two bytes, maybe").toString("base64")}`;
		const { one, all } = await channels({ webhook: [{ url, secret }] });
		expect(await first(all).send(message, "msg_1")).toMatchObject({ ok: true });
		const { headers, body } = got[0] ?? expect.fail("nothing came");
		expect(headers["content-type"]).toBe("application/json");
		expect(headers["webhook-id"]).toBe("msg_1");
		expect(headers["webhook-timestamp"]).toBe(String(one.clock.now() / 1_000));
		const mac = createHmac("sha256", "a key of thirty-two bytes, maybe")
			.update(`msg_1.${headers["webhook-timestamp"]}.${body}`)
			.digest("base64");
		expect(headers["webhook-signature"]).toBe(`v1,${mac}`);
		expect(JSON.parse(body)).toMatchObject({
			type: "alert.opened",
			timestamp: "2026-11-21T09:00:00.000Z",
			data: {
				kind: "blacklist-listed",
				level: "critical",
				headline: "critical: on a blacklist: 203.0.113.10/zen.example.test",
				incidents: [{ id: 7, since: "2026-11-21T08:00:00.000Z", did: "It holds the lanes of mta1.", todo: "Ask for removal." }],
			},
		});
	});

	it.each([
		[500, { ok: false, detail: "answered 500: out of order" }],
		[302, { ok: false, detail: "answered 302: out of order" }],
		[410, { ok: false, detail: "answered 410: out of order", final: true }],
	])("that answers %d has not got it", async (status, result) => {
		const { got, url } = await receiver((response) => {
			response.writeHead(status, { location: "/elsewhere" });
			response.end("out of\norder");
		});
		expect(await first((await channels({ webhook: [{ url, secret: null }] })).all).send(message, "msg_1")).toEqual(result);
		expect(got).toHaveLength(1);
		expect(got[0]?.headers["webhook-signature"]).toBeUndefined();
	});

	it("that hangs up or is not there is trouble with words, not an exception", async () => {
		const { url } = await receiver((response) => void response.destroy());
		const { all } = await channels({
			webhook: [
				{ url, secret: null },
				{ url: "http://127.0.0.1:1/", secret: null },
			],
		});
		expect(await all[0]?.send(message, "msg_1")).toMatchObject({
			ok: false,
			detail: expect.stringMatching(/other side closed|ECONNRESET|socket hang up/),
		});
		expect(await all[1]?.send(message, "msg_1")).toMatchObject({
			ok: false,
			detail: expect.stringMatching(/ECONNREFUSED|bad port/),
		});
	});

	it("goes by a name that does not give away its address", async () => {
		const { all } = await channels({
			webhook: [{ url: "https://hooks.example.test/T0/s3cret", secret: "s" }],
			slack: [{ url: "https://hooks.slack.test/services/T0/B0/s3cret" }],
		});
		expect(all.map((channel) => channel.name)).toEqual([
			expect.stringMatching(/^webhook:hooks\.example\.test#[0-9a-f]{8}$/),
			expect.stringMatching(/^slack:hooks\.slack\.test#[0-9a-f]{8}$/),
		]);
	});
});

it("Slack gets a text with its three escapes", async () => {
	const { got, url } = await receiver();
	expect(await first((await channels({ slack: [{ url }] })).all).send(message, "msg_1")).toMatchObject({ ok: true });
	const { text } = JSON.parse(got[0]?.body ?? "") as { text: string };
	expect(text).toContain("*critical: on a blacklist: 203.0.113.10/zen.example.test*");
	expect(text).toContain("203.0.113.10 &lt;mta1&gt; is listed &amp; held, 스팸");
	expect(text).toContain("To do: Ask for removal.");
});

describe("mail", () => {
	const TO = "postmaster@good.test";

	async function sandboxWith(hosts: Readonly<Record<string, MannersInput>>): Promise<Sandbox> {
		const zones = "good.test MX 10 mx1.good.test\ngood.test MX 20 mx2.good.test\nnomail.test MX 0 .";
		const world = defineWorld({
			zones,
			hosts: Object.fromEntries(Object.entries(hosts).map(([name, manners]) => [name, { manners }])),
		});
		const sandbox = await startSandbox({ world, keepMessages: true });
		onTestFinished(() => sandbox.close());
		return sandbox;
	}

	const direct = (sandbox: Sandbox, to: string = TO) =>
		channels(
			{ mail: { to: [to], gateway: null, from: "wellsent@example.test" } },
			{ sandbox, config: (config) => ({ ...config, smtp: { ...config.smtp, port: sandbox.smtpPort } }) },
		);

	const arrived = (sandbox: Sandbox) => sandbox.arrivals.rows().filter((row) => row.kind === "arrival" && row.accepted);

	it("goes to the MX host of the recipient, readable in any language, and asks for no vacation answer", async () => {
		const sandbox = await sandboxWith({ "mx1.good.test": {}, "mx2.good.test": {} });
		const { all } = await direct(sandbox);
		expect(await first(all).send(message, "msg_1")).toMatchObject({
			ok: true,
			detail: expect.stringContaining("mx1.good.test: 250"),
		});
		const [row] = arrived(sandbox);
		expect(row).toMatchObject({ from: "wellsent@example.test", to: TO, tls: expect.stringContaining("TLS") });
		const mail = await PostalMime.parse(row?.kind === "arrival" && row.raw !== null ? row.raw : "");
		expect(mail.subject).toBe("[Wellsent] critical: on a blacklist: 203.0.113.10/zen.example.test");
		expect(mail.text).toContain("203.0.113.10 <mta1> is listed & held, 스팸");
		expect(mail.messageId).toBe("<msg_1@example.test>");
		expect(mail.headers.find((header) => header.key === "auto-submitted")?.value).toBe("auto-generated");
	});

	it("goes to the next host when one refuses, and in plain text where TLS is broken", async () => {
		const sandbox = await sandboxWith({
			"mx1.good.test": { replyAt: { greeting: "554 5.7.1 go away" } },
			"mx2.good.test": { starttls: "broken" },
		});
		const { all } = await direct(sandbox);
		expect(await first(all).send(message, "msg_1")).toMatchObject({ ok: true });
		expect(arrived(sandbox)).toMatchObject([{ host: "mx2.good.test", tls: null }]);
	});

	it.each<[string, MannersInput, object]>([
		[
			"no such mailbox is final",
			{ replyAt: { rcpt: "550 5.1.1 no such user" } },
			{ ok: false, final: true, detail: "mx1.good.test at rcpt: 550 5.1.1 no such user" },
		],
		[
			"greylisting is tried again",
			{ replyAt: { rcpt: "451 4.7.1 later" } },
			{ ok: false, detail: expect.stringContaining("451 4.7.1 later") },
		],
		["a host that closes at the dot is tried again", { dropAt: "body" }, { ok: false }],
	])("%s", async (_, manners, result) => {
		const sandbox = await sandboxWith({ "mx1.good.test": manners, "mx2.good.test": manners });
		const { all } = await direct(sandbox);
		const sent = await first(all).send(message, "msg_1");
		expect(sent).toMatchObject(result);
		if (!("final" in result)) expect(sent).not.toHaveProperty("final");
	});

	it("to a domain that takes none says so", async () => {
		const sandbox = await sandboxWith({ "mx1.good.test": {} });
		expect(await first((await direct(sandbox, "x@nomail.test")).all).send(message, "msg_1")).toEqual({
			ok: false,
			detail: "nomail.test takes no mail",
		});
	});

	it.each<[string, MannersInput, object]>([
		["logs in over verified TLS", {}, { ok: true }],
		["does not log in without TLS", { starttls: "none" }, { ok: false, detail: expect.stringContaining("STARTTLS") }],
		[
			"does not trust a certificate that has ended",
			{ starttls: "expired" },
			{ ok: false, detail: expect.stringContaining("tls") },
		],
		[
			"tells of a wrong password",
			{ auth: { user: LOGIN.user, password: "another" } },
			{ ok: false, detail: expect.stringContaining("535") },
		],
	])("through a gateway %s", async (_, manners, result) => {
		const sandbox = await sandboxWith({ "smtp.partner.test": { auth: LOGIN, ...manners } });
		const gateways = [gatewayAt("smtp.partner.test", { port: sandbox.smtpPort })];
		const { all } = await channels(
			{ mail: { to: [TO], gateway: "partner", from: null } },
			{ sandbox, config: (config) => ({ ...config, gateways }) },
		);
		expect(await first(all).send(message, "msg_1")).toMatchObject(result);
		expect(arrived(sandbox).map((row) => (row.kind === "arrival" ? [row.from, row.to] : []))).toEqual(
			"detail" in result ? [] : [[LOGIN.user, TO]],
		);
	});
});

describe("one round of telling", () => {
	it("takes rows to receivers and the log, and says what it did", async () => {
		const { got, url } = await receiver();
		const { one } = await channels({ webhook: [{ url, secret: null }] });
		const { app, clock } = one;
		const told: string[] = [];
		const log = { info: () => undefined, warn: (_: object, words: string) => void told.push(words), error: () => undefined };
		const deps = { ...app, config: app.config, log };
		const at = clock.now();
		await appendAlerts(app.db, [{ at, kind: "lane-held", subject: "mta1/daum", since: at, text: "421 slow down", facts: {} }]);
		expect(await tell(deps)).toBe("nothing new");
		clock.advance(30_000);
		expect(await tell(deps)).toBe("1 told, 1 sent");
		expect(told).toEqual(["alert: warning: lane on hold: mta1/daum: 421 slow down"]);
		expect(got).toHaveLength(1);
		expect(await tell(deps)).toBe("nothing new");
	});

	it("tests each channel at once, and says how each went", async () => {
		const good = await receiver();
		const bad = await receiver((response) => void response.writeHead(404).end("no_service"));
		const { one } = await channels({ webhook: [{ url: good.url, secret: null }], slack: [{ url: bad.url }] });
		const results = await testChannels({ ...one.app, config: one.app.config });
		expect(results.map(({ result }) => result)).toMatchObject([{ ok: true }, { ok: false, detail: "answered 404: no_service" }]);
		expect(JSON.parse(good.got[0]?.body ?? "")).toMatchObject({ type: "alert.test" });
	});
});

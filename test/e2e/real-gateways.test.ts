// Mail through real submission servers: Postfix (with Cyrus SASL and its password database, and once by Dovecot's protocol) and Exim (its own authenticators), over verified STARTTLS, as it lies in the mailbox afterwards.
import { describe, expect, it } from "vitest";
import type { GatewayConfig } from "../../src/config/types.ts";
import { testGateway } from "../../src/reputation/gateway-watch.store.ts";
import { aGateway, through } from "../support/gateways.ts";
import { LOGIN, startUnchecked } from "../support/partner.ts";
import { startDovecotAuth } from "../support/real-mta/dovecot-auth.ts";
import { startExim } from "../support/real-mta/exim.ts";
import type { RealMta, RealMtaOptions } from "../support/real-mta/instance.ts";
import { realMtaAvailability } from "../support/real-mta/packages.ts";
import { startPostfix } from "../support/real-mta/postfix.ts";
import { rehearse } from "../support/rehearsal.ts";
import { FROM } from "../support/rehearsal-world.ts";

const found = await realMtaAvailability();
type Mechanism = "PLAIN" | "LOGIN" | "CRAM-MD5";

/** Dovecot itself is not brought along: its side of the protocol is played (dovecot-auth.ts). */
async function postfixByDovecot(mechanisms: readonly Mechanism[]): Promise<RealMta> {
	const auth = await startDovecotAuth(LOGIN, mechanisms);
	const server = await postfixWith({ settings: { smtpd_sasl_type: "dovecot", smtpd_sasl_path: auth.path } });
	return { ...server, stop: () => server.stop().then(() => auth.close()) };
}

function postfix(mechanisms: readonly Mechanism[]): Promise<RealMta> {
	return postfixWith({ login: { ...LOGIN, mechanisms }, settings: { smtpd_sasl_type: "cyrus" } });
}

async function postfixWith(of: Pick<RealMtaOptions, "login" | "settings">): Promise<RealMta> {
	if (!found.available) throw new Error(found.reason);
	return startPostfix({
		installation: found.installation,
		domains: ["good.test"],
		address: "127.0.0.33",
		...of,
		settings: {
			...of.settings,
			smtpd_sasl_auth_enable: "yes",
			smtpd_sasl_security_options: "noanonymous",
			smtpd_tls_auth_only: "yes",
			smtpd_tls_security_level: "encrypt",
			smtpd_sender_login_maps: `inline:{ {${FROM} = ${LOGIN.user}}, {root@sender.test = root} }`,
			smtpd_sender_restrictions: "reject_sender_login_mismatch",
			smtpd_recipient_restrictions: "permit_sasl_authenticated, reject",
		},
	});
}

function exim(mechanisms: readonly Mechanism[]): Promise<RealMta> {
	if (!found.available) throw new Error(found.reason);
	return startExim({
		installation: found.installation,
		domains: ["good.test"],
		address: "127.0.0.34",
		login: { ...LOGIN, mechanisms },
	});
}

async function through1(server: RealMta, of: Partial<GatewayConfig> = {}) {
	const place = { host: server.hostname, port: server.port, ca: server.certificate };
	const gateway = aGateway({ name: "partner", ...LOGIN, ...place, verp: false, ...of });
	return rehearse({
		zones: `${server.hostname} A ${server.address}`,
		readers: Array.from({ length: 8 }, (_, n) => `reader${n}@good.test`),
		begin: false,
		config: (base) => ({
			...base,
			smtp: { ...base.smtp, timeout: { connectMs: 5_000, greetingMs: 5_000, commandMs: 5_000, bodyMs: 5_000 } },
			gateways: [gateway],
			identities: base.identities.map((identity) => ({ ...identity, route: "partner", gateways: through("partner") })),
		}),
	});
}

describe.skipIf(!found.available)(
	found.available ? "a real submission server" : `a real submission server: ${found.reason}`,
	() => {
		it.each([
			{ name: "Postfix", start: postfix, mechanisms: ["PLAIN", "LOGIN", "CRAM-MD5"], used: "CRAM-MD5" },
			{ name: "Postfix", start: postfix, mechanisms: ["PLAIN"], used: "PLAIN" },
			{ name: "Postfix", start: postfix, mechanisms: ["LOGIN"], used: "LOGIN" },
			{ name: "Postfix by Dovecot's protocol", start: postfixByDovecot, mechanisms: ["PLAIN", "LOGIN"], used: "PLAIN" },
			{ name: "Exim", start: exim, mechanisms: ["PLAIN", "LOGIN", "CRAM-MD5"], used: "CRAM-MD5" },
			{ name: "Exim", start: exim, mechanisms: ["PLAIN"], used: "PLAIN" },
			{ name: "Exim", start: exim, mechanisms: ["LOGIN"], used: "LOGIN" },
		] as const)("$name that offers $mechanisms takes a campaign by $used", async ({ start, mechanisms, used }) => {
			const server = await start(mechanisms);
			try {
				await using r = await through1(server);
				const [gateway] = r.app.config.gateways;
				expect(gateway && (await testGateway(r.app, gateway))).toMatchObject({
					result: "ok",
					what: expect.stringContaining(`login with ${used}`),
				});
				await startUnchecked(r);
				await r.run("finished");
				const mails = await server.waitForMail(8);
				expect(mails.map((mail) => mail.to).toSorted()).toEqual(Array.from({ length: 8 }, (_, n) => `reader${n}@good.test`));
				for (const row of await r.rows())
					expect(row).toMatchObject({ class: "accepted", site: "gateway:partner", tls: { verified: true } });
				const head = mails[0]?.raw.toString("latin1").split("\n\n", 1)[0] ?? "";
				expect(head).toMatch(/^Return-path: <news@sender\.test>$/im);
				// The server's own Received field and no other, with the public name we greet with.
				expect(head.match(/^Received:/gim)).toHaveLength(1);
				expect(head).toContain("mta1.sender.test");
				expect(head).not.toMatch(/^Sender:/im);
			} finally {
				await server.stop();
			}
		});

		it("Postfix that does not let the account send as a foreign address is told from a refused login", async () => {
			const server = await postfix(["PLAIN"]);
			try {
				await using r = await through1(server, { returnPath: "root@sender.test" });
				const [gateway] = r.app.config.gateways;
				if (gateway === undefined) throw new Error("no gateway");
				const named = {
					...r.app,
					config: { ...r.app.config, identities: r.app.config.identities.map((one) => ({ ...one, from: FROM })) },
				};
				expect(await testGateway(named, gateway)).toMatchObject({
					result: "sender-not-allowed",
					what: expect.stringContaining("not owned by user"),
				});
				expect(await testGateway(named, { ...gateway, password: "guess" })).toMatchObject({ result: "login-refused" });
				expect(await testGateway(named, { ...gateway, ca: null })).toMatchObject({ result: "certificate-unknown-authority" });
				expect(await testGateway(named, { ...gateway, security: "tls" })).toMatchObject({ result: "begins-unencrypted" });
			} finally {
				await server.stop();
			}
		});

		it("Exim that refuses the login is asked once by each connection, and the lane waits for a person", async () => {
			const server = await exim(["PLAIN"]);
			try {
				await using r = await through1(server, { password: "guess" });
				await startUnchecked(r);
				await r.run(async () => (await r.rows()).length > 0 && (await r.counts()).sending === 0);
				const refused = (await r.rows()).filter((row) => row.class === "login-refused");
				expect(refused.length).toBeGreaterThan(0);
				expect(refused.length).toBeLessThanOrEqual(2);
				expect(await r.counts()).toMatchObject({ queued: 8, failed: 0 });
				expect(await server.mailboxes()).toEqual([]);
			} finally {
				await server.stop();
			}
		});
	},
);

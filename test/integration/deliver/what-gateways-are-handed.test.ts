// Messages as they arrive at a gateway's server: signed or not, with which return path, and with nothing in them that is nobody's business.
import { authenticate } from "mailauth";
import { expect, test } from "vitest";
import type { GatewayConfig } from "../../../src/config/types.ts";
import { alignmentOf } from "../../../src/routing/alignment.ts";
import { gatewayAt, PARTNER, throughGateways } from "../../support/partner.ts";
import { rehearse } from "../../support/rehearsal.ts";
import { dkimRecords, FROM, SENDER } from "../../support/rehearsal-world.ts";

async function handedOver(of: Partial<GatewayConfig>) {
	await using r = await rehearse(throughGateways({ hosts: { [PARTNER]: {} }, gateways: [gatewayAt(PARTNER, of)] }));
	await r.run("finished");
	const [row] = r.sandbox.arrivals.rows().filter((one) => one.accepted);
	if (row === undefined) throw new Error("nothing arrived");
	const { raw } = row;
	const [identity] = r.app.config.identities;
	const [gateway] = r.app.config.gateways;
	if (raw === null || identity === undefined || gateway === undefined) throw new Error("the message was not kept");
	return { row, raw, identity, gateway };
}

/** What a receiver behind the gateway says: SPF and DMARC records as a sender is told to publish them. */
async function judged(raw: Buffer, mailFrom: string, spfDomain: string) {
	const records = new Map([
		...dkimRecords(),
		[spfDomain, "v=spf1 ip4:192.0.2.9 -all"],
		[`_dmarc.${SENDER}`, "v=DMARC1; p=reject"],
	]);
	const notFound = Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
	return authenticate(raw, {
		ip: "192.0.2.9",
		helo: "smtp.partner.test",
		sender: mailFrom,
		disableArc: true,
		disableBimi: true,
		resolver: async (name: string, type: string) => {
			const text = records.get(name);
			if (type !== "TXT" || text === undefined) throw notFound;
			return [[text]];
		},
	});
}

test.each<{ name: string; of: Partial<GatewayConfig>; from: RegExp; signed: number; dmarc: string }>([
	{
		name: "a return path for each message, signed",
		of: {},
		from: /^b-[0-9a-z]+-[a-z2-7]{16}@bounces\.sender\.test$/,
		signed: 2,
		dmarc: "pass",
	},
	{ name: "the From address as return path", of: { verp: false }, from: /^news@sender\.test$/, signed: 2, dmarc: "pass" },
	{
		name: "one written return path, unsigned",
		of: { verp: false, returnPath: "back@mail.sender.test", sign: false },
		from: /^back@mail\.sender\.test$/,
		signed: 0,
		dmarc: "pass",
	},
	{
		name: "a return path of another organisation, signed",
		of: { returnPath: "bounces.partner.test" },
		from: /@bounces\.partner\.test$/,
		signed: 2,
		dmarc: "pass",
	},
	{
		name: "a return path of another organisation, unsigned",
		of: { returnPath: "bounces.partner.test", sign: false },
		from: /@bounces\.partner\.test$/,
		signed: 0,
		dmarc: "fail",
	},
])("$name: as a receiver judges it, so the lint had said", async ({ of, from, signed, dmarc }) => {
	const { row, raw, identity, gateway } = await handedOver(of);
	expect(row.from).toMatch(from);
	const told = alignmentOf(identity, gateway, FROM);
	const { dkim, spf, dmarc: verdict } = await judged(raw, row.from, told.spfDomain);
	expect(dkim.results.filter((one) => one.status.result === "pass")).toHaveLength(signed);
	expect(spf === false ? null : spf.status.result).toBe("pass");
	expect(verdict === false ? null : verdict.status.result).toBe(dmarc);
	expect(told.dmarc === "fail" ? "fail" : "pass").toBe(dmarc);
	expect(told.aligned).toEqual({ spf: row.from.endsWith(SENDER), dkim: signed > 0 });
});

test("no Sender, no Received, no name or address of this machine", async () => {
	const { raw, row } = await handedOver({});
	const head = raw.toString("latin1").split("\r\n\r\n", 1)[0] ?? "";
	expect(head).not.toMatch(/^(?:Sender|Received|Return-Path|X-[^:]*):/im);
	expect(head).toMatch(/^Message-ID: <[^@>]+@sender\.test>$/im);
	// Signatures are left out: a short host name may stand in their base64 by chance.
	const names = head.replace(/^DKIM-Signature:.*(?:\r\n[ \t].*)*\r\n/gim, "");
	expect(names).not.toMatch(/DKIM-Signature/i);
	const { hostname } = await import("node:os");
	for (const leak of ["127.0.0.", "localhost", "192.168."]) expect(names).not.toContain(leak);
	expect(names.split(/[^A-Za-z0-9.-]+/)).not.toContain(hostname());
	expect(row.to).toBe("kim@good.test");
});

test("the gateway is greeted with a public name, also where there is no source", async () => {
	await using r = await rehearse({
		...throughGateways({
			hosts: { [PARTNER]: {} },
			gateways: [gatewayAt(PARTNER)],
			config: (config) => ({ ...config, sources: [] }),
		}),
	});
	await r.run("finished");
	const names = r.sandbox.arrivals.connections().map((connection) => connection.ehlo);
	expect(names.length).toBeGreaterThan(0);
	for (const name of names) expect(name).toBe("sender.test");
});

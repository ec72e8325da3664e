// Readers at the sender's own domains get their mail at the host that the settings name, whatever DNS says.
import { expect, test } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";

test("a local domain goes to its host, every other to its MX hosts", async () => {
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test\nown.test MX 10 mx1.good.test\nmail.own.test A 127.77.8.8",
		hosts: { "mx1.good.test": {}, "mail.own.test": {} },
		readers: ["kim@good.test", "boss@own.test"],
		config: (config) => ({ ...config, locals: [{ domains: ["own.test"], host: "mail.own.test", port: config.smtp.port }] }),
	});
	await r.run("finished");
	const rows = (await r.rows()).map((row) => [row.to, row.site, row.mxHost]);
	expect(rows.toSorted()).toEqual([
		["boss@own.test", "mail.own.test", "mail.own.test"],
		["kim@good.test", "good.test", "mx1.good.test"],
	]);
});

test("a local host has a port of its own", async () => {
	await using r = await rehearse({
		zones: "own.test MX 10 mail.own.test",
		hosts: { "mail.own.test": {} },
		readers: ["boss@own.test"],
		config: (config) => ({
			...config,
			smtp: { ...config.smtp, port: 1 },
			locals: [{ domains: ["own.test"], host: "mail.own.test", port: config.smtp.port }],
		}),
	});
	await r.run("finished");
	expect(await r.rows()).toMatchObject([{ class: "accepted", port: r.sandbox.smtpPort }]);
});

test("its port is for the local domains only: another domain with the same MX host is served at the usual one", async () => {
	await using r = await rehearse({
		zones: "own.test MX 10 mail.own.test\nguest.test MX 10 mail.own.test",
		hosts: { "mail.own.test": {} },
		readers: ["kim@guest.test", "boss@own.test"],
		config: (config) => ({ ...config, locals: [{ domains: ["own.test"], host: "mail.own.test", port: 1 }] }),
	});
	await r.run(async () => new Set((await r.rows()).map((row) => row.to)).size === 2);
	const rows = await r.rows();
	expect(rows.find((row) => row.to === "kim@guest.test")).toMatchObject({ class: "accepted", port: r.sandbox.smtpPort });
	expect(rows.find((row) => row.to === "boss@own.test")).toMatchObject({ class: "connect-failed", port: 1 });
});

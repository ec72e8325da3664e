// The raw bytes that arrived, verified by another implementation of DKIM (mailauth) against the records that belong to the keys.
import { authenticate } from "mailauth";
import { expect, test } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";
import { dkimRecords, SENDER } from "../../support/rehearsal-world.ts";

test("both signatures of every message verify as it arrived, and its headers belong together", async () => {
	const readers = [
		{ email: "kim@good.test", name: "김 아무개" },
		{ email: "dots@good.test", name: "..." },
		{ email: "long@good.test", name: `${"long ".repeat(300)}.` },
	];
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test",
		hosts: { "mx1.good.test": {} },
		readers,
		campaign: {
			"body.html": `<p>안녕 {{ contact.name }}</p>\n.\n<p>.leading dots\n..</p><a href="{{ unsubscribe_url }}">그만</a>`,
			"body.txt": `.\n..{{ contact.name }}\n.\n{{ unsubscribe_url }}\n`,
		},
	});
	await r.run("finished");
	const arrived = r.sandbox.arrivals.rows({ accepted: true });
	expect(arrived).toHaveLength(3);
	const records = dkimRecords();
	for (const row of arrived) {
		const raw = row.raw ?? Buffer.alloc(0);
		const { dkim } = await authenticate(raw, {
			sender: row.from,
			ip: "127.0.0.1",
			helo: "mta1.sender.test",
			disableArc: true,
			disableDmarc: true,
			disableBimi: true,
			resolver: async (name: string, type: string) => {
				const value = type === "TXT" ? records.get(name) : undefined;
				if (value === undefined) throw Object.assign(new Error(`no ${type} for ${name}`), { code: "ENOTFOUND" });
				return [[value]];
			},
		});
		const results = dkim?.results ?? [];
		expect(results.map((found) => [found.status.result, found.signingDomain])).toEqual([
			["pass", SENDER],
			["pass", SENDER],
		]);
		const head = raw.subarray(0, raw.indexOf("\r\n\r\n")).toString();
		expect(row.from).toMatch(/@bounces\.sender\.test$/);
		expect(head).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
		expect(head).toMatch(/^From: .*<news@sender\.test>\r?$/m);
		expect(raw.includes("\n") && /[^\r]\n/.test(raw.toString("latin1"))).toBe(false);
	}
	expect(new Set(arrived.map((row) => row.from)).size).toBe(3);
});

// The check of a campaign asks DNS about its identity: what receivers would surely refuse keeps it back, what only harms is told.
import { expect, test } from "vitest";
import { startCampaign } from "../../../src/campaign/actions.ts";
import { checkCampaign } from "../../../src/campaign/check.ts";
import { rehearse } from "../../support/rehearsal.ts";
import { dkimRecords } from "../../support/rehearsal-world.ts";

const RECORDS = `
sender.test MX 10 mx.sender.test
mx.sender.test A 127.0.0.1
bounces.sender.test MX 10 mx.sender.test
bounces.sender.test TXT "v=spf1 ip4:127.0.0.1 -all"
mta1.sender.test A 127.0.0.1
mta1.sender.test TXT "v=spf1 a -all"
1.0.0.127.in-addr.arpa PTR mta1.sender.test
_dmarc.sender.test TXT "v=DMARC1; p=none; rua=mailto:dmarc@sender.test"
`;
const GOOD = { zones: `good.test MX 10 mx1.good.test\n${RECORDS}`, hosts: { "mx1.good.test": {} }, readers: ["kim@good.test"] };
const dkim = () => [...dkimRecords()].map(([name, value]) => `${name} TXT "${value}"`).join("\n");

async function draft() {
	const r = await rehearse({ ...GOOD, begin: false, engine: false });
	const findings = async () => {
		const check = await checkCampaign(r.app, await r.campaign());
		return {
			passed: check.passed,
			told: check.findings.filter(({ id }) => /^(?:spf|dkim|dmarc|ptr|preflight|unauth|from|return)/.test(id)),
		};
	};
	return { r, findings };
}

test("records in order pass without a connection to anybody", async () => {
	const { r, findings } = await draft();
	await using _r = r;
	r.sandbox.addRecords(dkim());
	expect(await findings()).toMatchObject({ passed: true, told: [{ id: "preflight", level: "ok" }] });
	expect(r.sandbox.arrivals.totals().connections).toBe(0);
});

test("a DKIM record of another key keeps the campaign back until it is mended", async () => {
	const { r, findings } = await draft();
	await using _r = r;
	const [rsa = "", ed = ""] = dkim().split("\n");
	const [, wrong = ""] = /p=([^"]*)/.exec(ed) ?? [];
	r.sandbox.addRecords(`${ed.replace(wrong, Buffer.alloc(32, 7).toString("base64"))}\n`);
	const { passed, told } = await findings();
	expect(passed).toBe(false);
	expect(told.filter(({ level }) => level === "fail")).toMatchObject([{ id: "dkim-mismatch", subject: "identity @sender.test" }]);
	expect((await startCampaign(r.app, r.id)).started).toBeNull();
	expect((await r.campaign()).state).toBe("draft");
	r.sandbox.addRecords(rsa);
	expect((await findings()).passed).toBe(true);
});

test("what is missing is told, and does not keep back what only reaches this machine", async () => {
	const { r, findings } = await draft();
	await using _r = r;
	r.sandbox.removeRecords("bounces.sender.test", "TXT");
	const { passed, told } = await findings();
	expect(passed).toBe(true);
	expect(told.map(({ id, level }) => `${level} ${id}`)).toEqual(
		expect.arrayContaining(["warn spf-missing", "warn dkim-record-missing"]),
	);
});

test("links to hosts that do not exist are named", async () => {
	const html =
		'<p>Hello {{ contact.name | default: "reader" }}, this is a letter with a few more words to read.</p><a href="https://shop.good.test/x">shop</a> <a href="https://www.typo.test/">here</a> <a href="{{ unsubscribe_url }}">Unsubscribe</a>';
	await using r = await rehearse({
		...GOOD,
		zones: `${GOOD.zones}\nshop.good.test A 127.0.0.9`,
		campaign: { "body.html": html },
		begin: false,
		engine: false,
	});
	const { findings } = await checkCampaign(r.app, await r.campaign());
	expect(findings.find(({ id }) => id === "link-unresolvable")?.what).toMatch(/: www\.typo\.test$/);
});

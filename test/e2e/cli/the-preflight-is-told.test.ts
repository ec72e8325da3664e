import { createPrivateKey } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { dkimDnsRecord } from "../../../src/compose/dkim-record.ts";
import { rehearsal, wellsent } from "./wellsent.ts";

test("check says what fails with the record to publish, and ends with 3; when it is published, with 0", async () => {
	const { cwd, sandbox } = await rehearsal();
	const settings = path.join(cwd, "wellsent.toml");
	await writeFile(settings, (await readFile(settings, "utf8")).replace(/^unsubscribe = .*$/m, ""));
	sandbox.addRecords(`
news.test MX 10 mx1.good.test
bounces.news.test MX 10 mx1.good.test
mta1.news.test A 127.0.0.1
1.0.0.127.in-addr.arpa PTR mta1.news.test
_dmarc.news.test TXT "v=DMARC1; p=none; rua=mailto:dmarc@news.test"
`);
	const failed = await wellsent(cwd, "check");
	expect(failed.status).toBe(3);
	expect(failed.stdout).toContain("Publish one TXT record at bounces.news.test: v=spf1 ip4:127.0.0.1 -all");
	expect(failed.stdout).toMatch(/^3 failed, /m);
	expect(failed.stdout).toMatch(/google +\d of 9 passed; failed: spf, dkim/);

	for (const selector of ["s1", "e1"]) {
		const key = createPrivateKey(await readFile(path.join(cwd, `keys/${selector}.pem`)));
		const { name, value } = dkimDnsRecord({ selector, domain: "news.test", key });
		sandbox.addRecords(`${name} TXT "${value}"`);
	}
	sandbox.addRecords('bounces.news.test TXT "v=spf1 ip4:127.0.0.1 -all"');
	const passed = await wellsent(cwd, "check", "--identity", "letter@news.test", "--json");
	expect(passed.status).toBe(0);
	expect(passed.json()).toMatchObject({
		passed: true,
		findings: expect.arrayContaining([
			expect.objectContaining({ id: "spf", level: "ok", subject: "identity @news.test", fix: "" }),
			expect.objectContaining({ id: "ptr", level: "ok", subject: "source mta1" }),
		]),
		checklist: expect.arrayContaining([expect.objectContaining({ provider: "google", topic: "spf", state: "passed" })]),
	});
	const unknown = await wellsent(cwd, "check", "--identity", "kim@elsewhere.test");
	expect(unknown.status).toBe(2);
	expect(unknown.stderr).toContain("kim@elsewhere.test");
});

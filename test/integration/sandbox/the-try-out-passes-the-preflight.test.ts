// The shipped world publishes what a sender has to publish: the preflight of the try-out passes as it would for a real one, by asking DNS and the hosts.
import { expect, onTestFinished, test } from "vitest";
import { passes } from "../../../src/reputation/preflight-finding.ts";
import { runPreflight, scopeOf } from "../../../src/reputation/preflight-run.ts";
import { demoConfig, dkimZone } from "../../../src/sandbox/demo.file.ts";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { tempApp } from "../../support/temp-app.ts";

test.each([{ singleAddress: false }, { singleAddress: true }])("with singleAddress = $singleAddress", async (mode) => {
	const sandbox = await startSandbox(mode);
	onTestFinished(() => sandbox.close());
	const { app, clock, folder } = await tempApp();
	const demo = demoConfig(app.config, sandbox, folder);
	// The dashboard of the try-out is not up here.
	const config = { ...demo, identities: demo.identities.map((identity) => ({ ...identity, unsubscribe: null })) };
	for (const identity of config.identities) sandbox.addRecords(dkimZone(identity.dkim));
	const at = new Date(clock.now());
	for (const domain of ["gmail.test", "naver.test"])
		await app.db.contact.create({ data: { email: `kim@${domain}`, domain, attributes: "{}", createdAt: at, updatedAt: at } });
	const reports = await runPreflight({ db: app.db, config, clock }, scopeOf(config, null));
	const bad = reports.flatMap((report) => report.findings).filter(({ id, level }) => level !== "ok" && id !== "blacklist");
	expect(bad).toMatchObject([{ id: "one-click-missing", level: "warn" }]);
	expect(reports.every((report) => passes(report.findings))).toBe(true);
});

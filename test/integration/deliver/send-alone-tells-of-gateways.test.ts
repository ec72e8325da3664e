// `wellsent send` without a daemon: a gateway that refuses the login while mail is sent is told as an alert all the same.
import { expect, test } from "vitest";
import { addCampaign } from "../../../src/campaign/actions.ts";
import { moveCampaign } from "../../../src/campaign/campaign.store.ts";
import { systemClock } from "../../../src/clock.ts";
import { importContacts } from "../../../src/contacts/import-csv.file.ts";
import { startSender } from "../../../src/daemon.ts";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../../src/sandbox/world.ts";
import { through } from "../../support/gateways.ts";
import { gatewayAt, LOGIN, PARTNER } from "../../support/partner.ts";
import { officeConfig, openOffice, testFolder } from "../../support/processes/office.ts";

test("a login refused to a sender without a daemon is one alert, and what it routes is kept as policy", async () => {
	const { mkdir, writeFile } = await import("node:fs/promises");
	const hosts = { [PARTNER]: { manners: { auth: { ...LOGIN, password: "another" } } } };
	await using sandbox = await startSandbox({ world: defineWorld({ zones: "good.test MX 10 mx1.good.test", hosts }) });
	const folder = await testFolder();
	const base = await officeConfig({ folder, dns: sandbox.dns, smtpPort: sandbox.smtpPort, lanes: [] });
	const app = await openOffice({
		...base,
		gateways: [gatewayAt(PARTNER, { port: sandbox.smtpPort })],
		identities: base.identities.map((identity) => ({ ...identity, route: "partner", gateways: through("partner") })),
	});
	const letter = `${folder}/letter`;
	await mkdir(letter);
	await writeFile(`${letter}/campaign.toml`, 'name = "a"\nsubject = "a"\nidentity = "news@sender.test"\nkind = "notice"\n');
	await writeFile(`${letter}/body.html`, "<p>Hello</p>");
	await writeFile(`${folder}/readers.csv`, "email\na@good.test\nb@good.test\nc@good.test\n");
	await importContacts(app.db, { list: "readers", file: `${folder}/readers.csv`, clock: systemClock });
	const campaign = await addCampaign(app, { dir: letter, lists: ["readers"] });
	await moveCampaign(app.db, campaign.id, "start", { clock: systemClock, frozen: letter });
	const sender = await startSender(app, "send");
	try {
		await expect
			.poll(() => app.db.alert.count({ where: { kind: "gateway-failing", subject: "partner" } }), { timeout: 5_000 })
			.toBe(1);
	} finally {
		await sender.stop();
	}
	expect(await app.db.policyChange.count({ where: { subject: "gateway partner" } })).toBe(1);
});

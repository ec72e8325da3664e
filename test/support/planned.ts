// An office that plans campaigns: an app with a source and an identity, a list, a folder that passes every check. Nothing is sent.
import { mkdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { JobDeps } from "../../jobs/job.ts";
import type { App } from "../../src/app.ts";
import { addCampaign } from "../../src/campaign/actions.ts";
import { type Campaign, getCampaign } from "../../src/campaign/campaign.store.ts";
import { scheduleCampaign } from "../../src/campaign/schedule.ts";
import { systemClock } from "../../src/clock.ts";
import { listAlerts } from "../../src/log/alert.store.ts";
import { startDnsServer } from "../../src/sandbox/dns.server.ts";
import { parseZones, ZoneBook } from "../../src/sandbox/zone.ts";
import type { ManualClock } from "./manual-clock.ts";
import { tempApp } from "./temp-app.ts";

const SETTINGS = `
[[source]]
name = "mta1"
address = "127.0.0.2"
ehlo = "mta1.sender.test"
[[identity]]
from = "news@sender.test"
postal_address = "1 Example Road"
`;

export interface Planned {
	readonly app: App;
	readonly clock: ManualClock;
	readonly jobs: JobDeps & { wakes: number };
	/** The folder of a campaign that passes its checks. */
	readonly folder: string;
	/** Writes files of it; a body that is empty of text or too large makes it red. */
	write(files: Readonly<Record<string, string>>): Promise<void>;
	/** Adds a campaign from the folder. */
	add(name?: string): Promise<number>;
	/** Adds a campaign and schedules it for an instant (UTC). */
	plan(at: number, name?: string): Promise<number>;
	campaign(id: number): Promise<Campaign>;
	/** Kinds of the alerts so far, oldest first, with their subjects. */
	said(): Promise<string[]>;
}

/** What the world says of the sender, so that its preflight passes. */
const ZONES = `
good.test MX 10 mx1.good.test
mx1.good.test A 127.0.0.9
2.0.0.127.in-addr.arpa PTR mta1.sender.test
mta1.sender.test A 127.0.0.2
mta1.sender.test TXT "v=spf1 a -all"
sender.test MX 10 mta1.sender.test
sender.test A 127.0.0.2
sender.test TXT "v=spf1 ip4:127.0.0.2 -all"
_dmarc.sender.test TXT "v=DMARC1; p=none; rua=mailto:dmarc@sender.test"
`;

const TOML = (name: string) => `name = "${name}"\nsubject = "Hello"\nidentity = "news@sender.test"\n`;
const HTML = '<html><body><p>Hello</p><p><a href="{{ unsubscribe_url }}">unsubscribe</a> 1 Example Road</p></body></html>';

/** Call it inside a test. `more`: lines of the [[identity]] in wellsent.toml, and whatever sections come after it. */
export async function planned(more = ""): Promise<Planned> {
	const dns = await startDnsServer({ book: new ZoneBook(parseZones(ZONES)), clock: systemClock, port: 0 });
	const servers = `[dns]\nservers = ["127.0.0.1:${dns.port}"]\n`;
	const { app, clock, folder: root, jobs } = await tempApp({ toml: `${servers}${SETTINGS}${more}\n` });
	onTestFinished(() => dns.close());
	const folder = path.join(root, "newsletter");
	await mkdir(folder);
	const office: Planned = {
		app,
		clock,
		jobs,
		folder,
		async write(files) {
			for (const [name, text] of Object.entries(files)) {
				await writeFile(path.join(folder, name), text);
				// Two versions within one tick of the file system's clock must not look the same.
				const time = new Date(clock.now() + text.length);
				await utimes(path.join(folder, name), time, time);
			}
		},
		async add(name) {
			return (await addCampaign(app, { dir: folder, lists: ["readers"], ...(name === undefined ? {} : { name }) })).id;
		},
		async plan(at, name) {
			const id = await office.add(name);
			const { scheduled, check } = await scheduleCampaign(app, id, { at, zone: "UTC" });
			if (scheduled === null) throw new Error(JSON.stringify(check.findings.filter((finding) => finding.level === "fail")));
			return id;
		},
		campaign: (id) => getCampaign(app.db, id),
		said: async () => (await listAlerts(app.db, 1_000)).map((alert) => `${alert.kind} ${alert.subject}`).reverse(),
	};
	await office.write({
		"campaign.toml": TOML("News"),
		"body.html": HTML,
		"body.txt": "Hello {{ unsubscribe_url }} 1 Example Road",
	});
	const now = new Date(clock.now());
	const list = await app.db.list.create({ data: { name: "readers", createdAt: now } });
	for (const email of ["kim@good.test", "lee@good.test"]) {
		const contact = await app.db.contact.create({
			data: { email, domain: "good.test", name: null, attributes: "{}", createdAt: now, updatedAt: now },
		});
		await app.db.listMember.create({ data: { listId: list.id, contactId: contact.id, addedAt: now } });
	}
	await app.db.domainSite.create({ data: { domain: "good.test", site: "good.test", resolvedAt: now } });
	return office;
}

import { expect, test } from "vitest";
import { checkCampaign } from "../../../src/campaign/check.ts";
import { linksOfWaiting } from "../../../src/campaign/waiting-links.ts";
import { rehearse } from "../../support/rehearsal.ts";

const DBL = "dbl.spamhaus.org";
const PROVEN = `good.test MX 10 mx1.good.test\nshop.example.test A 127.1.0.9\nimg.example.test A 127.1.0.9\ndbltest.com.${DBL} A 127.0.1.2`;
const BODY = `<p>Hello</p><p><a href="https://shop.example.test/a">Shop</a> <img src="https://img.example.test/b.png" alt="x"></p>
<p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>`;

const begin = (zones: string) =>
	rehearse({
		zones,
		hosts: { "mx1.good.test": {} },
		readers: ["kim@good.test"],
		campaign: { "body.html": BODY },
		config: (config) => ({ ...config, blacklist: { ...config.blacklist, zones: [`+${DBL}`] } }),
		begin: false,
	});

test.each([
	["clean", "", ["ok link-lists content"]],
	["a listed link", `shop.example.test.${DBL} A 127.0.1.2`, ["fail link-listed shop.example.test"]],
	["a listed picture", `img.example.test.${DBL} A 127.0.1.5`, ["fail link-listed img.example.test"]],
	["the From domain", `sender.test.${DBL} A 127.0.1.4`, ["fail link-listed sender.test"]],
	["a list that is not believed", `dbltest.com.${DBL} FAULT NXDOMAIN`, ["unknown link-lists-unknown content"]],
])("domains of a newsletter on a domain list before it starts: %s", async (_name, records, found) => {
	await using r = await begin(`${PROVEN}\n${records}`);
	const { findings } = await checkCampaign(r.app, await r.campaign());
	const about = findings.filter((one) => one.id.startsWith("link-list"));
	expect(about.map((one) => `${one.level} ${one.id} ${one.subject}`)).toEqual(found);
	expect(await r.db.hold.count()).toBe(0);
	expect(await r.db.alert.count({ where: { kind: "blacklist-listed" } })).toBe(0);
});

test("the hosts in the links of a waiting campaign are watched", async () => {
	await using r = await begin(PROVEN);
	await r.db.campaign.updateMany({ data: { state: "scheduled" } });
	expect(await linksOfWaiting(r.app)).toEqual([{ campaign: r.id, hosts: ["shop.example.test", "img.example.test"] }]);
});

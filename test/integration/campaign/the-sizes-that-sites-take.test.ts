// What a host said of sizes in one campaign warns the next one before it starts.
import { expect, test } from "vitest";
import { checkCampaign } from "../../../src/campaign/check.ts";
import { rehearse } from "../../support/rehearsal.ts";

const long = {
	"body.html": `<p>${"words and words ".repeat(400)}</p><a href="{{ unsubscribe_url }}">stop</a>`,
	"body.txt": "x {{ unsubscribe_url }}",
};

test.each([
	["announced", { size: 4_000 }],
	["refused without having been announced", { size: 4_000, announceSize: false }],
] as const)("a size that was %s is held against the next campaign, with the readers it costs", async (_, manners) => {
	await using r = await rehearse({
		zones: "small.test MX 10 mx1.small.test\nlarge.test MX 10 mx1.large.test",
		hosts: { "mx1.small.test": { manners }, "mx1.large.test": {} },
		readers: ["a@small.test", "b@large.test"],
		campaign: long,
	});
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1, failed: 1 });
	await r.run(async () => (await r.db.hostHour.count()) > 0);

	const next = await r.another({ readers: ["c@small.test", "d@small.test", "e@large.test"], campaign: long, begin: false });
	const sizes = async (id: number) =>
		(await checkCampaign(r.app, await r.campaign(id))).findings.filter((finding) => finding.id === "size-site");
	expect(await sizes(next)).toMatchObject([
		{ level: "warn", subject: "site small.test", what: expect.stringMatching(/takes \d.*mx1\.small\.test.*: 2 readers$/) },
	]);
	// When it would reach nobody at all, it may not start.
	const only = await r.another({ readers: ["f@small.test"], campaign: long, begin: false });
	expect(await sizes(only)).toMatchObject([{ level: "fail" }]);
	const short = await r.another({ readers: ["g@small.test"], begin: false });
	expect(await sizes(short)).toEqual([]);
});

import { describe, expect, it } from "vitest";
import { Prisma } from "../../../src/db/db.ts";
import { type LogFilter, probed, termsOf } from "../../../src/log/filter.ts";
import { failuresBy, queryLog, storyOf } from "../../../src/log/query.store.ts";
import { tempDatabase } from "../../support/temp-db.ts";
import { addCampaign, addReader, addResponses, NOW, response } from "../api/rows.ts";

const ROWS = [
	response({ at: NOW, campaign: 1, to: "a@one.test", site: "one", class: "accepted" }),
	response({
		at: NOW + 1_000,
		campaign: 1,
		to: "b@one.test",
		site: "one",
		class: "ip-blocked",
		stage: "greeting",
		source: "mta2",
	}),
	response({ at: NOW + 2_000, campaign: 2, to: "a@two.test", site: "two", class: "accepted", mxHost: "mx2.two.test" }),
	response({ at: NOW + 3_000, campaign: 2, to: "a@one.test", site: "one", class: "mailbox-full", stage: "rcpt", tls: null }),
];

describe("the log", () => {
	it.each<[string, LogFilter, readonly number[]]>([
		["nothing", {}, [1, 2, 3, 4]],
		["a campaign", { campaign: 2 }, [3, 4]],
		["a reader", { to: "a@one.test" }, [1, 4]],
		["a domain", { domain: "two.test" }, [3]],
		["a site", { site: "one" }, [1, 2, 4]],
		["a host", { host: "mx2.two.test" }, [3]],
		["a source", { source: "mta2" }, [2]],
		["a class", { class: "accepted" }, [1, 3]],
		["a stage", { stage: "rcpt" }, [4]],
		["a time, its end not included", { since: NOW + 1_000, until: NOW + 3_000 }, [2, 3]],
		["several at once", { site: "one", campaign: 1, class: "ip-blocked", since: NOW }, [2]],
		["what no row has", { site: "one", class: "greylisted" }, []],
		["the newest two, oldest first", { limit: 2 }, [3, 4]],
		["the first two after a row", { afterId: 1, limit: 2 }, [2, 3]],
		["what came after a row, filtered", { afterId: 1, site: "one" }, [2, 4]],
		["a value that looks like SQL", { site: "one' OR '1'='1" }, []],
	])("answers what fits %s", async (_, filter, ids) => {
		const { db } = await tempDatabase();
		await addResponses(db, ROWS);
		expect((await queryLog(db, filter)).map((row) => row.id)).toEqual(ids);
	});

	it("finds what a source did that no host has ever answered, and nothing of one that is not in the log", async () => {
		const { db } = await tempDatabase();
		await addResponses(db, [...ROWS, response({ source: "mta3", mxHost: "", mxAddress: "", stage: "dns", class: "dns-failed" })]);
		expect((await queryLog(db, { source: "mta3" })).map((row) => row.id)).toEqual([5]);
		expect((await queryLog(db, { source: "mta3", site: "good.test", class: "dns-failed" })).map((row) => row.id)).toEqual([5]);
		expect(await queryLog(db, { source: "mta3", host: "mx1.one.test" })).toEqual([]);
		expect(await queryLog(db, { source: "mta4" })).toEqual([]);
	});

	it("gives back every field as it was written", async () => {
		const { db } = await tempDatabase();
		await addResponses(db, ROWS);
		const [first, , , last] = await queryLog(db, {});
		expect(first).toEqual({ id: 1, ...ROWS[0] });
		expect(last).toEqual({ id: 4, ...ROWS[3] });
	});

	it("tells the story of one reader in its order", async () => {
		const { db } = await tempDatabase();
		await addResponses(db, ROWS);
		expect((await storyOf(db, "a@one.test")).map((row) => row.class)).toEqual(["accepted", "mailbox-full"]);
	});

	it.each<[LogFilter, string]>([
		[{ campaign: 1 }, "response_campaignId_id_idx"],
		[{ to: "a@one.test", site: "one" }, "response_email_id_idx"],
		[{ host: "mx1.one.test" }, "response_mxHost_id_idx"],
		[{ class: "ip-blocked", domain: "one.test" }, "response_domain_id_idx"],
		[{ site: "one", stage: "rcpt" }, "response_stage_id_idx"],
		[{ site: "one", source: "mta1" }, "response_site_id_idx"],
		[{ since: NOW, until: NOW + 1 }, "response_at_idx"],
	])("looks %j up in an index instead of reading the table", async (filter, index) => {
		const { db } = await tempDatabase();
		const terms = termsOf(filter);
		const [first, ...others] = terms;
		const where = Prisma.join([first!.seek, ...others.map((term) => term.test)], " AND ");
		const plan = await db.$queryRaw<
			{ detail: string }[]
		>`EXPLAIN QUERY PLAN SELECT * FROM "response" WHERE ${where} ORDER BY "id" DESC LIMIT 100`;
		expect(plan.map((step) => step.detail).join("\n")).toMatch(new RegExp(`^SEARCH response USING INDEX ${index} `));
		// The others are asked in their indexes, too: the row is read when all of them fit.
		const checked = plan.filter((step) => /^SEARCH x .*USING COVERING INDEX response_/.test(step.detail));
		expect(checked).toHaveLength(others.filter((term) => term.indexed && term.name !== "time").length);
		const probe = await db.$queryRaw<{ detail: string }[]>(Prisma.sql`EXPLAIN QUERY PLAN ${probed(first!, 0)}`);
		expect(probe.map((step) => step.detail).join("\n")).toContain(`USING COVERING INDEX ${index}`);
	});

	it("looks up the rarer of two filters, whichever that is", async () => {
		const { db } = await tempDatabase();
		const many = Array.from({ length: 300 }, (_, i) => response({ campaign: 1, to: `r${i}@one.test`, site: "one" }));
		await addResponses(db, [...many, response({ campaign: 1, site: "two", class: "ip-blocked" })]);
		expect((await queryLog(db, { campaign: 1, class: "ip-blocked" })).map((row) => row.site)).toEqual(["two"]);
		expect(await queryLog(db, { class: "accepted", site: "one", limit: 5 })).toHaveLength(5);
	});

	it("finds rows that were written late, after a crash, by their own time", async () => {
		const { db } = await tempDatabase();
		const HOUR = 3_600_000;
		const one = (at: number, to: string) => response({ at, to, site: "one" });
		await addResponses(db, [one(NOW, "a@one.test"), one(NOW + 2 * HOUR, "b@one.test"), one(NOW + HOUR, "late@one.test")]);
		const found = async (filter: LogFilter) => (await queryLog(db, { site: "one", ...filter })).map((row) => row.to);
		expect(await found({ since: NOW + HOUR, until: NOW + 2 * HOUR })).toEqual(["late@one.test"]);
		expect(await found({ since: NOW + HOUR })).toEqual(["b@one.test", "late@one.test"]);
		expect(await found({ until: NOW + 2 * HOUR })).toEqual(["a@one.test", "late@one.test"]);
		expect(await found({ since: NOW + 9 * HOUR })).toEqual([]);
	});
});

describe("what a campaign failed of", () => {
	it("counts deliveries, not tries, by each key, with an example of one of them", async () => {
		const { db } = await tempDatabase();
		const campaign = await addCampaign(db);
		for (const [name, lastClass, state] of [
			["a", "invalid-recipient", "failed"],
			["b", "invalid-recipient", "failed"],
			["c", "content-refused", "failed"],
			["d", "greylisted", "queued"],
			["e", undefined, "queued"],
			["f", "accepted", "delivered"],
		] as const)
			await addReader(db, `${name}@one.test`, {
				campaign,
				state,
				site: "one",
				...(lastClass === undefined ? {} : { lastClass, lastText: `words about ${name}` }),
			});
		await addResponses(db, [
			response({ campaign, site: "one", to: "a@one.test", class: "server-busy", mxHost: "mx1.one.test", rule: "r1" }),
			response({ campaign, site: "one", to: "a@one.test", class: "invalid-recipient", mxHost: "mx2.one.test", rule: "r2" }),
			response({ campaign, site: "one", to: "b@one.test", class: "invalid-recipient", mxHost: "mx2.one.test", rule: "r2" }),
			response({ campaign, site: "one", to: "c@one.test", class: "content-refused", mxHost: "mx1.one.test", rule: "r3" }),
		]);
		expect(await failuresBy(db, campaign, "class")).toEqual([
			{ key: "invalid-recipient", deliveries: 2, example: { to: "b@one.test", text: "words about b" } },
			{ key: "content-refused", deliveries: 1, example: { to: "c@one.test", text: "words about c" } },
		]);
		expect((await failuresBy(db, campaign, "mxHost")).map((row) => [row.key, row.deliveries])).toEqual([
			["mx2.one.test", 2],
			["mx1.one.test", 1],
		]);
		expect((await failuresBy(db, campaign, "rule")).map((row) => row.key)).toEqual(["r2", "r3"]);
		expect((await failuresBy(db, campaign, "site")).map((row) => [row.key, row.deliveries])).toEqual([["one", 3]]);
		expect((await failuresBy(db, campaign, "class", "deferred")).map((row) => row.key)).toEqual(["greylisted"]);
	});
});

// Writes what roll-up.ts has added up: one statement a table, to be run in the transaction that settles the deliveries.
import type { Db } from "../db/db.ts";
import type { RollUp } from "./roll-up.ts";

/** The statements that add a batch to the roll-ups; none for what the batch does not touch. */
export function addRollUps(db: Db, { hours, failures, unknown }: RollUp) {
	return [
		...(hours.length === 0 ? [] : [addHours(db, hours)]),
		...(failures.length === 0 ? [] : [addFailures(db, failures)]),
		...(unknown.length === 0 ? [] : [addUnknown(db, unknown)]),
	];
}

export function addHours(db: Db, rows: RollUp["hours"]) {
	const list = JSON.stringify(
		rows.map((r) => [r.hour, r.site, r.source, r.mxHost, r.mxAddress, r.stage, r.class, r.n, r.text, r.first, r.last]),
	);
	return db.$executeRaw`
		INSERT INTO "host_hour" ("hour", "site", "source", "mxHost", "mxAddress", "stage", "class", "n", "lastText", "firstAt", "lastAt")
		SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, value->>10
		FROM json_each(${list}) WHERE true
		ON CONFLICT DO UPDATE SET "n" = "n" + excluded."n", "lastText" = excluded."lastText",
			"firstAt" = min("firstAt", excluded."firstAt"), "lastAt" = max("lastAt", excluded."lastAt")`;
}

function addFailures(db: Db, rows: RollUp["failures"]) {
	const list = JSON.stringify(
		rows.map((r) => [
			r.campaign,
			r.day,
			r.site,
			r.class,
			r.mxHost,
			r.rule,
			r.responses,
			r.failed,
			r.uncertain,
			r.to,
			r.text,
			r.last,
		]),
	);
	return db.$executeRaw`
		INSERT INTO "failure_day" ("campaignId", "day", "site", "class", "mxHost", "rule", "responses", "failed", "uncertain", "lastTo", "lastText", "lastAt")
		SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, value->>10, value->>11
		FROM json_each(${list}) WHERE true
		ON CONFLICT DO UPDATE SET "responses" = "responses" + excluded."responses", "failed" = "failed" + excluded."failed",
			"uncertain" = "uncertain" + excluded."uncertain", "lastTo" = excluded."lastTo", "lastText" = excluded."lastText",
			"lastAt" = max("lastAt", excluded."lastAt")`;
}

function addUnknown(db: Db, rows: RollUp["unknown"]) {
	const list = JSON.stringify(rows.map((r) => [r.text, r.stage, r.code, r.n, r.example, r.mxHost, r.site, r.first, r.last]));
	return db.$executeRaw`
		INSERT INTO "unknown_reply" ("text", "stage", "code", "n", "example", "mxHost", "site", "firstAt", "lastAt")
		SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8 FROM json_each(${list}) WHERE true
		ON CONFLICT DO UPDATE SET "n" = "n" + excluded."n", "example" = excluded."example", "mxHost" = excluded."mxHost", "site" = excluded."site",
			"lastAt" = max("lastAt", excluded."lastAt")`;
}

/** The deliveries of a campaign that failed (or are uncertain) are tried again: none of them has ended any more. */
export function forgetEndings(db: Db, campaign: number, state: "failed" | "uncertain") {
	return state === "failed"
		? db.$executeRaw`UPDATE "failure_day" SET "failed" = 0 WHERE "campaignId" = ${campaign} AND "failed" > 0`
		: db.$executeRaw`UPDATE "failure_day" SET "uncertain" = 0 WHERE "campaignId" = ${campaign} AND "uncertain" > 0`;
}

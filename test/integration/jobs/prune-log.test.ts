import { afterEach, describe, expect, it } from "vitest";
import { JOBS, startJobs } from "../../../jobs/index.ts";
import { insertResponses } from "../../../src/log/response.store.ts";
import type { ResponseRow } from "../../../src/log/response.ts";
import { tempApp } from "../../support/temp-app.ts";

const DAY = 86_400_000;
const quiet = { info: () => undefined, error: () => undefined };

function row(at: number, accepted: boolean): ResponseRow {
	return {
		at,
		deliveryId: 1,
		campaign: 1,
		to: "a@b.test",
		domain: "b.test",
		site: "b.test",
		route: "direct",
		source: "mta1",
		mxHost: "mx.b.test",
		mxAddress: "127.0.0.9",
		port: 25,
		attempt: 1,
		seq: 1,
		stage: accepted ? "body" : "rcpt",
		code: accepted ? 250 : 550,
		enhanced: null,
		text: "",
		class: accepted ? "accepted" : "invalid-recipient",
		scope: "recipient",
		action: accepted ? "done" : "suppress",
		rule: "digit-2",
		tls: null,
		durationMs: 1,
		bytes: 0,
	};
}

describe("the job prune-log", () => {
	const cleanup: (() => Promise<void>)[] = [];
	afterEach(async () => {
		for (const clean of cleanup.splice(0)) await clean();
	});

	it("removes accepted rows after [log] keep, and refusals after four times that", async () => {
		const { jobs: deps, clock } = await tempApp();
		clock.advance(1_000 * DAY);
		const { config, db } = deps;
		const days = config.log.keepMs / DAY;
		const ages = [1, days - 1, days + 1, days * 4 - 1, days * 4 + 1];
		await insertResponses(
			db,
			ages.flatMap((age) => [row(clock.now() - age * DAY, true), row(clock.now() - age * DAY, false)]),
		);
		const jobs = startJobs(JOBS, deps, quiet);
		cleanup.push(() => jobs.stop());

		expect(await jobs.run("prune-log", "a test")).toBe("4 rows removed");
		const left = await db.response.findMany({ orderBy: { id: "asc" } });
		expect(left.map((one) => [Math.round((clock.now() - one.at.getTime()) / DAY), one.class])).toEqual([
			[1, "accepted"],
			[1, "invalid-recipient"],
			[days - 1, "accepted"],
			[days - 1, "invalid-recipient"],
			[days + 1, "invalid-recipient"],
			[days * 4 - 1, "invalid-recipient"],
		]);
		expect(await jobs.run("prune-log", "a test")).toBe("nothing was old enough");
	});
});

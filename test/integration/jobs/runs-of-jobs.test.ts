// Who runs a job, how often, and what is left of it as rows. node-cron looks at the real clock, so the scheduled cases tick every second of it.
import { describe, expect, it, onTestFinished } from "vitest";
import { createJobDesk, type JobLog, startJobs } from "../../../jobs/index.ts";
import type { Job } from "../../../jobs/job.ts";
import { listAlerts } from "../../../src/log/alert.store.ts";
import { claimRun, finishRun, pruneRuns } from "../../../src/log/job-run.store.ts";
import { type TempApp, tempApp } from "../../support/temp-app.ts";

const HOUR = 3_600_000;
const quiet: JobLog = { info: () => undefined, error: () => undefined };

const job = (run: Job["run"], more: Partial<Job> = {}): Job => ({
	name: "watch",
	schedule: () => "0 0 1 1 *",
	purpose: "is watched by a test",
	run,
	...more,
});

function started(one: TempApp, jobs: readonly Job[], log = quiet) {
	const running = startJobs(jobs, one.jobs, log);
	onTestFinished(() => running.stop());
	return running;
}

const rows = (one: TempApp) => one.app.db.jobRun.findMany({ orderBy: { id: "asc" } });

describe("jobs", () => {
	it("never run beside themselves, and an unknown name is answered with the nearest one", async () => {
		const one = await tempApp();
		let running = 0;
		let most = 0;
		const slow = job(async () => {
			most = Math.max(most, ++running);
			await new Promise((resolve) => setTimeout(resolve, 30));
			running--;
			return "done";
		});
		const jobs = started(one, [slow]);
		expect(await Promise.all([jobs.run("watch", "a test"), jobs.run("watch", "a test")])).toEqual(["done", "done"]);
		expect(most).toBe(1);
		await expect(jobs.run("wacth", "a test")).rejects.toMatchObject({
			code: "job-unknown",
			fix: expect.stringContaining('"watch"'),
		});
	});

	it("leave a row: when, why, how it ended", async () => {
		const one = await tempApp();
		const desk = createJobDesk([job(async () => "3 rows removed")], one.jobs);
		expect(await desk.run("watch", "command line")).toBe("3 rows removed");
		expect(await rows(one)).toMatchObject([{ name: "watch", ok: true, outcome: "3 rows removed", because: "command line" }]);
		expect(await desk.list()).toMatchObject([
			{
				name: "watch",
				schedule: "0 0 1 1 *",
				zone: "UTC",
				next: Date.UTC(2027, 0, 1),
				last: { ok: true, outcome: "3 rows removed" },
			},
		]);
	});

	it("two machines that reach the same moment run it once", async () => {
		const one = await tempApp();
		let runs = 0;
		const ticking = job(async () => `run ${++runs}`, { schedule: () => "* * * * * *" });
		const machines = [started(one, [ticking]), started(one, [ticking])];
		await expect
			.poll(async () => (await rows(one)).filter((row) => row.ok === true).length, { timeout: 5_000 })
			.toBeGreaterThan(1);
		await Promise.all(machines.map((machine) => machine.stop()));
		const moments = (await rows(one)).map((row) => row.plannedAt.getTime());
		expect(new Set(moments).size).toBe(moments.length);
		expect(moments.length).toBe(runs);
		expect(moments.every((moment) => moment % 1_000 === 0)).toBe(true);
	});

	it("a job that another process runs now is not begun a second time", async () => {
		const one = await tempApp();
		const now = one.clock.now();
		const elsewhere = {
			name: "watch",
			plannedAt: now - 5_000,
			startedAt: now - 5_000,
			because: "schedule",
			runner: "other.test/1",
		};
		expect(await claimRun(one.app.db, elsewhere)).toBe(true);
		const desk = createJobDesk([job(async () => "done")], one.jobs);
		await expect(desk.run("watch", "a test")).rejects.toMatchObject({ code: "job-running" });
		await finishRun(one.app.db, elsewhere, { ok: true, outcome: "", at: now });
		expect(await desk.run("watch", "a test")).toBe("done");
	});

	it.each([
		["that asks for it is made up for once", true, ["before", "run 1"]],
		["that does not ask for it is left out", false, ["before"]],
	])("a missed run of a job %s", async (_, catchUp, outcomes) => {
		const one = await tempApp();
		let runs = 0;
		const hourly = job(async () => `run ${++runs}`, { schedule: () => "0 * * * *", catchUp });
		const before = one.clock.now();
		await claimRun(one.app.db, { name: "watch", plannedAt: before, startedAt: before, because: "schedule", runner: "x/1" });
		await finishRun(one.app.db, { name: "watch", plannedAt: before }, { ok: true, outcome: "before", at: before });
		one.clock.advance(5 * HOUR + 60_000);
		for (let start = 0; start < 2; start++) {
			const jobs = startJobs([hourly], one.jobs, quiet);
			await jobs.ready;
			await jobs.stop();
		}
		const all = await rows(one);
		expect(all.map((row) => row.outcome)).toEqual(outcomes);
		if (catchUp) expect(all[1]).toMatchObject({ because: "missed", plannedAt: new Date(before + 5 * HOUR) });
	});

	it("a job whose first answer nobody wants to wait for runs at the first start, and only then", async () => {
		const one = await tempApp();
		let runs = 0;
		const first = job(async () => `run ${++runs}`, { schedule: () => "0 * * * *", catchUp: true, atFirst: true });
		for (let start = 0; start < 2; start++) {
			const running = started(one, [first]);
			await running.ready;
			await running.stop();
		}
		expect(runs).toBe(1);
		expect(await rows(one)).toMatchObject([{ because: "first start", ok: true, outcome: "run 1" }]);
	});

	it("a job that never ran has missed nothing", async () => {
		const one = await tempApp();
		const jobs = startJobs([job(async () => "done", { schedule: () => "0 * * * *", catchUp: true })], one.jobs, quiet);
		await jobs.ready;
		await jobs.stop();
		expect(await rows(one)).toEqual([]);
	});

	it("a run whose process was killed is ended as failed, and made up for", async () => {
		const one = await tempApp();
		const { hostname } = await import("node:os");
		const before = one.clock.now();
		// No process has this number: Linux ends at 2^22.
		await claimRun(one.app.db, {
			name: "watch",
			plannedAt: before,
			startedAt: before,
			because: "schedule",
			runner: `${hostname()}/4194305`,
		});
		const jobs = startJobs([job(async () => "done", { schedule: () => "0 * * * *", catchUp: true })], one.jobs, quiet);
		await jobs.ready;
		await jobs.stop();
		expect((await rows(one)).map((row) => [row.ok, row.outcome])).toEqual([
			[false, "the process ended before the job did"],
			[true, "done"],
		]);
	});

	it("a job that begins to fail is an alert once, and one more when it works again", async () => {
		const one = await tempApp();
		let broken = true;
		const flaky = job(
			async () => {
				if (broken) throw new Error("the disk is away");
				return "done";
			},
			{ schedule: () => "* * * * * *" },
		);
		const told: string[] = [];
		started(one, [flaky], { ...quiet, error: (facts) => void told.push(String(facts["error"])) });
		await expect.poll(() => told.length, { timeout: 5_000 }).toBeGreaterThan(1);
		broken = false;
		await expect.poll(async () => (await listAlerts(one.app.db, 9)).length, { timeout: 5_000 }).toBe(2);
		expect((await listAlerts(one.app.db, 9)).map(({ kind, subject }) => [kind, subject])).toEqual([
			["job-working", "watch"],
			["job-failing", "watch"],
		]);
		expect(new Set(told)).toEqual(new Set(["the disk is away"]));
		await expect(
			createJobDesk([job(async () => Promise.reject(new Error("no")))], one.jobs).run("watch", "me"),
		).rejects.toMatchObject({
			code: "job-failed",
		});
		expect((await listAlerts(one.app.db, 9)).length).toBe(2);
	});

	it("a schedule follows the settings when they are read again; null is off", async () => {
		const one = await tempApp();
		let expression: string | null = null;
		let runs = 0;
		const jobs = started(one, [job(async () => `run ${++runs}`, { schedule: () => expression })]);
		expect(await jobs.list()).toMatchObject([{ schedule: null, next: null }]);
		expression = "* * * * * *";
		jobs.reschedule();
		await expect.poll(() => runs, { timeout: 4_000 }).toBeGreaterThan(0);
		expression = null;
		jobs.reschedule();
		expect((await jobs.list())[0]?.next).toBeNull();
	});

	it("what runs often is told to the log only when it says something else", async () => {
		const one = await tempApp();
		const says = ["nothing", "nothing", "1 sent", "nothing"];
		const told: unknown[] = [];
		const jobs = started(one, [job(async () => says.shift() ?? "nothing", { often: true })], {
			...quiet,
			info: (facts) => void told.push(facts["outcome"]),
		});
		for (let n = 0; n < 4; n++) await jobs.run("watch", "a test");
		expect(told).toEqual(["nothing", "1 sent", "nothing"]);
	});

	it("old runs are forgotten, the newest of each job never", async () => {
		const one = await tempApp();
		const { db } = one.app;
		const now = one.clock.now();
		for (const [name, ages] of [
			["often", [1, 2, 3, 4]],
			["rare", [500]],
		] as const)
			for (const age of ages.toReversed()) {
				const run = { name, plannedAt: now - age * HOUR, startedAt: now - age * HOUR, because: "schedule", runner: "x/1" };
				await claimRun(db, run);
				await finishRun(db, run, { ok: true, outcome: `${age}`, at: now });
			}
		expect(await pruneRuns(db, { each: 2, keepMs: 100 * HOUR, now })).toBe(2);
		expect((await rows(one)).map((row) => row.outcome).toSorted()).toEqual(["1", "2", "500"]);
	});
});

// What people do about alerts and jobs: on the command line, over HTTP, and with the buttons of the pages.
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createJobDesk } from "../../../jobs/index.ts";
import type { Job } from "../../../jobs/job.ts";
import { evaluate } from "../../../src/alerts/incident.store.ts";
import { createApi } from "../../../src/api/api.ts";
import { createGuard } from "../../../src/api/guard.ts";
import { runCli } from "../../../src/cli/run.ts";
import { appendAlerts } from "../../../src/log/alert.store.ts";
import { createPages } from "../../../src/web/pages.ts";
import { type TempApp, tempApp } from "../../support/temp-app.ts";

const EVIL = `<script>alert("x")</script>`;
const JOBS: readonly Job[] = [
	{ name: "good", schedule: () => "17 3 * * *", purpose: "works", run: async () => "3 rows removed" },
	{ name: "bad", schedule: () => null, purpose: "fails", run: async () => Promise.reject(new Error(EVIL)) },
];

/** Two open incidents that were told, and one that is over. */
async function troubled(toml = ""): Promise<TempApp> {
	const one = await tempApp({ toml });
	const at = one.clock.now();
	const row = (kind: "lane-held" | "disk-low" | "invalid-burst", subject: string) => ({
		at,
		kind,
		subject,
		since: at,
		text: `${subject} ${EVIL}`,
		facts: {},
	});
	await appendAlerts(one.app.db, [row("lane-held", "mta1/daum"), row("disk-low", "/data"), row("invalid-burst", "mx.b.test")]);
	one.clock.advance(60_000);
	await evaluate(one.app.db, { channels: ["a"], least: "info", clock: one.clock });
	return one;
}

function deps(one: TempApp) {
	const guard = createGuard({ token: null, listen: { host: "127.0.0.1" } });
	return { ...one.app, guard, jobs: createJobDesk(JOBS, one.jobs) };
}

/** Runs a command line in this process. */
async function wellsent(one: TempApp, ...argv: string[]) {
	const written = { stdout: "", stderr: "" };
	const stream = (name: "stdout" | "stderr") => ({
		write(chunk: string | Uint8Array, done?: (error?: Error | null) => void) {
			written[name] += String(chunk);
			done?.();
			return true;
		},
	});
	const { app } = one;
	const never = async () => Promise.reject(new Error("not in this test"));
	const status = await runCli(argv, {
		version: "0",
		io: { stdout: stream("stdout"), stderr: stream("stderr"), stdin: new PassThrough(), cwd: one.folder, env: {} },
		ports: {
			clock: one.clock,
			open: async () => ({
				...app,
				close: async () => undefined,
				startSender: never,
				jobs: async () => createJobDesk(JOBS, one.jobs),
			}),
			besideSandbox: never,
			serve: never,
			sandbox: never,
		},
	});
	return { status, ...written, json: () => JSON.parse(written.stdout) as Record<string, unknown> };
}

describe("on the command line", () => {
	it("alerts are listed, the worst first, with what to do", async () => {
		const one = await troubled();
		const { stdout } = await wellsent(one, "alerts");
		expect(stdout).toMatch(
			/2 open incidents[\s\S]*critical 2 {2}disk-low[\s\S]*warning {2}1 {2}lane-held {2}mta1\/daum[\s\S]*To do: [\s\S]*Over[\s\S]*invalid-burst/,
		);
		expect((await wellsent(one, "alerts", "list", "--json", "--past", "1")).json()).toMatchObject({
			open: [{ kind: "disk-low", title: "disk nearly full", toldAt: expect.any(String) }, { kind: "lane-held" }],
			past: [{ kind: "invalid-burst" }],
			mutes: [],
			unsent: [],
		});
	});

	it("they are acknowledged, muted and unmuted", async () => {
		const one = await troubled();
		expect((await wellsent(one, "alerts", "ack", "1", "--note", "asked daum", "--by", "kim")).stdout).toContain(
			"no more reminders",
		);
		expect(
			(await wellsent(one, "alerts", "mute", "disk-low", "--for", "2d", "--reason", "ordered one", "--by", "kim")).status,
		).toBe(0);
		expect((await wellsent(one, "alerts")).stdout).toMatch(
			/acknowledged by kim \(asked daum\)[\s\S]*Muted[\s\S]*disk-low \* until .* by kim: ordered one/,
		);
		expect((await wellsent(one, "alerts", "unmute", "1", "--json")).json()).toEqual({ unmuted: 1 });
		expect((await wellsent(one, "alerts", "unmute", "1")).status).toBe(2);
	});

	it.each([
		[["alerts", "ack", "99"], "there is no incident 99"],
		[["alerts", "mute", "lane-hold", "--for", "2d", "--reason", "x"], 'did you mean "lane-held"?'],
		[["alerts", "mute", "lane-held", "--reason", "x"], "a mute has an end"],
		[["alerts", "mute", "lane-held", "--until", "2d", "--reason", "x"], "goes with --for"],
		[["alerts", "mute", "lane-held", "--until", "2001-01-01", "--reason", "x"], "is over"],
		[["jobs", "run", "gud"], 'Did you mean "good"?'],
	])("%j is refused with the way out", async (argv, words) => {
		const { status, stderr } = await wellsent(await troubled(), ...argv);
		expect(status).toBe(2);
		expect(stderr).toContain(words);
	});

	it("jobs are listed and run, and a job that fails is exit 1", async () => {
		const one = await troubled();
		expect((await wellsent(one, "jobs", "run", "good")).stdout).toBe("good: 3 rows removed\n");
		const failed = await wellsent(one, "jobs", "run", "bad");
		expect(failed).toMatchObject({ status: 1, stderr: expect.stringContaining("the job bad failed") });
		expect((await wellsent(one, "jobs")).stdout).toMatch(
			/good\t17 3 \* \* \*\tUTC\t.*3 rows removed \(command line\)[\s\S]*bad\toff\t.*failed: /,
		);
		expect((await wellsent(one, "jobs", "list", "--json")).json()).toMatchObject([
			{ name: "good", zone: "UTC", next: "2026-11-02T03:17:00.000Z", last: { ok: true, because: "command line" } },
			{ name: "bad", schedule: null, next: null, last: { ok: false } },
		]);
	});

	it("a test without channels says so", async () => {
		expect(await wellsent(await troubled(), "alerts", "test")).toMatchObject({
			status: 0,
			stderr: expect.stringContaining("go to the log only"),
		});
	});

	it("a test that one channel did not take is exit 1", async () => {
		const one = await troubled('[alerts]\nwebhook = [{ url = "http://127.0.0.1:1/hook" }]');
		expect(await wellsent(one, "alerts", "test")).toMatchObject({
			status: 1,
			stdout: expect.stringMatching(/webhook:127\.0\.0\.1:1#\w+\tfailed\t/),
		});
	});
});

describe("over HTTP", () => {
	const post = (body: object) => ({
		method: "POST",
		body: JSON.stringify(body),
		headers: { "content-type": "application/json" },
	});

	it("alerts are read, acknowledged and muted", async () => {
		const one = await troubled();
		const api = createApi(deps(one));
		const read = async () => (await api.request("/alerts")).json();
		expect(await read()).toMatchObject({
			ok: true,
			open: [{ kind: "disk-low" }, { kind: "lane-held", mutedUntil: null }],
			past: [{}],
		});
		expect((await api.request("/alerts/1/ack", post({ note: "asked" }))).status).toBe(200);
		const muted = await api.request(
			"/alerts/mutes",
			post({ kind: "disk-low", until: "2027-01-01T00:00:00Z", reason: "ordered one" }),
		);
		expect(await muted.json()).toMatchObject({ mute: { id: 1, subject: "*", by: "http" } });
		expect(await read()).toMatchObject({
			open: [{ mutedUntil: "2027-01-01T00:00:00.000Z" }, { acknowledgedBy: "http", note: "asked" }],
			mutes: [{ id: 1 }],
		});
		expect((await api.request("/alerts/mutes/1", { method: "DELETE" })).status).toBe(200);
		expect((await api.request("/alerts/mutes/1", { method: "DELETE" })).status).toBe(404);
		expect((await api.request("/alerts/99/ack", post({}))).status).toBe(404);
		expect(
			(await api.request("/alerts/mutes", post({ kind: "disc-low", until: "2027-01-01T00:00:00Z", reason: "x" }))).status,
		).toBe(400);
		expect((await api.request("/alerts/mutes", post({ kind: "*", until: "2001-01-01T00:00:00Z", reason: "x" }))).status).toBe(
			400,
		);
	});

	it("jobs are listed and run", async () => {
		const api = createApi(deps(await troubled()));
		expect(await (await api.request("/jobs/good/run", { method: "POST" })).json()).toMatchObject({
			ok: true,
			outcome: "3 rows removed",
		});
		expect((await api.request("/jobs/bad/run", { method: "POST" })).status).toBe(500);
		expect((await api.request("/jobs/none/run", { method: "POST" })).status).toBe(404);
		expect(await (await api.request("/jobs")).json()).toMatchObject({
			jobs: [{ name: "good", last: { because: "http" } }, { name: "bad" }],
		});
	});
});

describe("on the pages", () => {
	const form = (fields: Record<string, string>) => ({ method: "POST", body: new URLSearchParams(fields) });

	it("incidents are on the first page and on their own, escaped, with what to do", async () => {
		const pages = createPages(deps(await troubled()));
		for (const path of ["/", "/alerts"]) {
			const text = await (await pages.request(path)).text();
			expect(text).toContain("disk nearly full");
			expect(text).toContain("mta1/daum &lt;script&gt;");
			expect(text).not.toContain("<script>alert");
		}
		const korean = await (await pages.request("/alerts", { headers: { "accept-language": "ko" } })).text();
		expect(korean).toContain("디스크 부족");
		expect(korean).toContain("할 일");
	});

	it("buttons acknowledge, mute and end a mute", async () => {
		const one = await troubled();
		const pages = createPages(deps(one));
		expect((await pages.request("/alerts/1/ack", form({ note: "asked daum" }))).headers.get("location")).toBe("/alerts");
		await pages.request("/alerts/mute", form({ kind: "disk-low", subject: "/data", days: "7", reason: "ordered one" }));
		const text = await (await pages.request("/alerts")).text();
		expect(text).toContain("asked daum");
		expect(text).toContain("ordered one");
		expect(await one.app.db.mute.findMany()).toMatchObject([
			{ kind: "disk-low", subject: "/data", by: "dashboard", until: new Date(one.clock.now() + 7 * 86_400_000) },
		]);
		await pages.request("/alerts/mutes/1/end", form({}));
		expect(await (await pages.request("/alerts")).text()).not.toContain("ordered one");
		expect((await pages.request("/alerts/mute", form({ kind: "nothing", subject: "x", days: "1", reason: "x" }))).status).toBe(
			400,
		);
		expect((await pages.request("/alerts/99/ack", form({}))).status).toBe(404);
	});

	it("jobs are shown with how they went, also when the button's run fails", async () => {
		const pages = createPages(deps(await troubled()));
		expect((await pages.request("/jobs/good/run", form({}))).status).toBe(303);
		expect((await pages.request("/jobs/bad/run", form({}))).status).toBe(303);
		const text = await (await pages.request("/jobs")).text();
		expect(text).toContain("3 rows removed");
		expect(text).toContain("&lt;script&gt;");
		expect(text).not.toContain("<script>alert");
	});
});

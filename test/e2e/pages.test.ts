// The pages in a real browser: they show what is there, keep themselves fresh under their own strict policy, and are readable in light and dark.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { serve } from "@hono/node-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { createPages } from "../../src/web/pages.ts";
import { addCampaign, addReader, addResponses, NOW, response, type World, world } from "../integration/api/world.ts";

const BROWSER = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) => existsSync(file));
/** In CI nothing is skipped: there the missing browser fails the test. */
const missing = BROWSER === undefined && process.env["CI"] !== "true";

/** `afterFirst`: run once the first page was answered. */
async function served(one: World, afterFirst: () => Promise<unknown> = () => Promise.resolve()): Promise<string> {
	const pages = createPages({ ...one.deps(), sendsItself: () => true });
	let answered = false;
	const fetch = async (request: Request) => {
		const answer = await pages.fetch(request);
		if (!answered) await afterFirst();
		answered = true;
		return answer;
	};
	const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve) => {
		const server = serve({ fetch, hostname: "127.0.0.1", port: 0 }, (at) => resolve({ server, port: at.port }));
	});
	onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
	return `http://127.0.0.1:${port}`;
}

async function chromium(profile: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
	if (BROWSER === undefined) throw new Error("no chromium on this machine (Debian: apt-get install chromium)");
	const flags = [
		"--headless",
		"--no-sandbox",
		"--disable-gpu",
		"--disable-dev-shm-usage",
		"--hide-scrollbars",
		"--enable-logging=stderr",
	];
	return promisify(execFile)(BROWSER, [...flags, `--user-data-dir=${profile}`, ...args], {
		maxBuffer: 32 * 1024 * 1024,
		timeout: 60_000,
	});
}

async function someWorld(): Promise<World> {
	const one = await world();
	const campaign = await addCampaign(one.db, { name: "December 소식" });
	await addReader(one.db, "a@good.test", { campaign, state: "delivered" });
	await addReader(one.db, "b@good.test", {
		campaign,
		state: "failed",
		lastClass: "invalid-recipient",
		lastText: "550 no such user",
	});
	await addReader(one.db, "c@good.test", { campaign });
	await addResponses(one.db, [response({ to: "b@good.test", class: "invalid-recipient", code: 550, at: NOW - 1_000 })]);
	return one;
}

describe.skipIf(missing)("the pages in a browser (chromium)", () => {
	it.each([
		["/", "In progress"],
		["/campaigns/1", "Why deliveries failed"],
		["/log", "There is no such mailbox."],
		["/hosts", "mx1.good.test"],
		["/lanes", "No lane has been used yet."],
		["/explain?to=c%40good.test", "Nothing holds it back"],
	])("show %s without breaking their own policy", async (page, words) => {
		const one = await someWorld();
		const { stdout, stderr } = await chromium(path.join(one.folder, "profile"), "--dump-dom", `${await served(one)}${page}`);
		expect(stdout).toContain(words);
		expect(stdout).toContain("sender running");
		expect(stderr).not.toMatch(/Content Security Policy|Uncaught|Failed to load resource/);
	});

	it("keep themselves fresh while a campaign runs", async () => {
		const one = await someWorld();
		const url = await served(one, () =>
			one.db.delivery.updateMany({ where: { email: "c@good.test" }, data: { state: "delivered" } }),
		);
		// Virtual time: the browser skips the seconds that the page waits.
		const { stdout } = await chromium(
			path.join(one.folder, "profile"),
			"--dump-dom",
			"--virtual-time-budget=20000",
			`${url}/campaigns/1`,
		);
		expect(stdout).toContain("<title>2 delivered, 1 failed</title>");
	});

	it("follow the system's wish for light or dark", async () => {
		const one = await someWorld();
		const url = `${await served(one)}/campaigns/1`;
		const picture = async (name: string, scheme: number) => {
			const file = path.join(one.folder, name);
			const flags = [`--screenshot=${file}`, "--window-size=900,700", `--blink-settings=preferredColorScheme=${scheme}`];
			await chromium(path.join(one.folder, "profile"), ...flags, url);
			return readFile(file);
		};
		const [dark, light, again] = [await picture("dark.png", 0), await picture("light.png", 1), await picture("again.png", 1)];
		expect(light.equals(again)).toBe(true);
		expect(dark.equals(light)).toBe(false);
	});
});

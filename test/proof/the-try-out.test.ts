// `npm start` in a fresh checkout, from the first line to the last reader: with a stop in the middle. Most of the time is the throttles' own.
import { expect, test } from "vitest";
import { folder, start, wellsent } from "../e2e/cli/wellsent.ts";

interface Ready {
	readonly url: string;
	readonly sandbox: boolean;
}

const firstLine = (text: string) => JSON.parse(text.split("\n")[0] ?? "") as Ready;

test("without settings it tries itself out in a sandbox, and the second start goes on instead of sending again", async () => {
	const cwd = await folder();
	const first = start(cwd, ["serve", "--json"]);
	await first.says(/started the example newsletter/);
	await first.says(/running: (?:[5-9]\d|\d{3}) of 500 sent/);
	const { url, sandbox } = firstLine(first.stdout());
	expect(sandbox).toBe(true);
	expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ ok: true });

	// Commands in that folder work with the sandbox's settings: nobody asks the real internet.
	const told = await wellsent(cwd, "explain", "kim@naver.test", "--json");
	expect(told.json()).toMatchObject({
		site: "naver",
		mx: expect.arrayContaining([expect.objectContaining({ host: "mx1.naver.test" })]),
	});

	first.interrupt();
	const stopped = await first.ended();
	expect(stopped.status).toBe(0);
	expect(stopped.stderr).toContain("Stopped in the middle: start it again, and it goes on with what is left.");

	const second = start(cwd, ["serve", "--json"]);
	await second.says(/going on with what is left of campaign 1/);
	expect(second.stderr()).not.toContain("started the example newsletter");
	await second.says(/"problems":\[/, 120_000);
	second.interrupt();
	const ended = await second.ended();
	expect(ended.status).toBe(0);
	const summary = ended.lines()[1] as { counts: { total: number; delivered: number }; sandbox: { accepted: number } };
	expect(summary.counts.total).toBe(500);
	expect(summary.counts.delivered).toBeGreaterThan(400);

	const accepted = (await wellsent(cwd, "log", "--class", "accepted", "--limit", "5000", "--json")).lines() as { to: string }[];
	expect(accepted.length).toBeGreaterThanOrEqual(summary.counts.delivered);
	expect(new Set(accepted.map((row) => row.to)).size).toBe(accepted.length);
	expect((await wellsent(cwd, "campaign", "list", "--json")).json()).toHaveLength(1);
}, 240_000);

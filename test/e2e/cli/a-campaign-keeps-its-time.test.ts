import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { rehearsal, start, wellsent } from "./wellsent.ts";

interface Shown {
	readonly campaign: { readonly state: string; readonly startedAt: string | null; readonly stateReason: string | null };
}

/** "2026-12-01 09:00:30", UTC. */
const typed = (at: number) => new Date(at).toISOString().slice(0, 19).replace("T", " ");

test("the daemon starts a campaign within two seconds of its time; one whose time passed while it was dead is held", async () => {
	const { cwd } = await rehearsal();
	const file = path.join(cwd, "wellsent.toml");
	await writeFile(file, `${await readFile(file, "utf8")}\n[schedule]\ngrace = "1s"\n`);
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	await wellsent(cwd, "campaign", "add", "december", "--list", "readers");
	await wellsent(cwd, "campaign", "add", "december", "--list", "readers", "--name", "late");
	const daemon = start(cwd, ["serve", "--json"]);
	await daemon.says(/"ready":true/);
	const { url } = JSON.parse(daemon.stdout().split("\n")[0] ?? "") as { url: string };
	const show = async (base: string, id: number) =>
		((await (await fetch(`${base}/api/v1/campaigns/${id}`)).json()) as Shown).campaign;
	const schedule = async (id: number, at: number) => {
		const body = JSON.stringify({ at: typed(at), zone: "UTC" });
		const answer = await fetch(`${url}/api/v1/campaigns/${id}/schedule`, { method: "POST", body });
		expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"scheduled"')]);
	};
	const at = Math.ceil(Date.now() / 1_000) * 1_000 + 3_000;
	await schedule(1, at);
	await expect.poll(() => show(url, 1), { timeout: 20_000, interval: 100 }).toMatchObject({ startedAt: expect.any(String) });
	const startedAt = Date.parse((await show(url, 1)).startedAt ?? "");
	expect(startedAt).toBeGreaterThanOrEqual(at);
	expect(startedAt - at).toBeLessThan(2_000);

	const late = Math.ceil(Date.now() / 1_000) * 1_000 + 2_000;
	await schedule(2, late);
	daemon.child.kill("SIGKILL");
	await daemon.ended();
	await expect.poll(() => Date.now(), { timeout: 10_000, interval: 200 }).toBeGreaterThan(late + 1_000);
	const again = start(cwd, ["serve", "--json"]);
	await again.says(/"ready":true/);
	const next = JSON.parse(again.stdout().split("\n")[0] ?? "") as { url: string };
	await expect
		.poll(() => show(next.url, 2), { timeout: 20_000, interval: 100 })
		.toMatchObject({ state: "blocked", startedAt: null });
	expect((await show(next.url, 2)).stateReason).toMatch(/was missed by/);
	again.interrupt();
	await again.ended();
});

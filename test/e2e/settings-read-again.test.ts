// SIGHUP: the daemon reads wellsent.toml again while it sends. Judged by what the sandbox's hosts saw, not by our own log.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { worstWindow } from "../../src/sandbox/arrivals.ts";
import { rehearsal, start, wellsent } from "./cli/wellsent.ts";

const LANE = (rate: string) => `
[[lane]]
site = "slow.test"
connections = 2
connections_per_hour = 1000
rate = ["${rate}"]
`;

test("a limit that is changed counts at once, rules of one's own too; settings that are wrong change nothing and say why", async () => {
	const readers = Array.from({ length: 90 }, (_, i) => `reader${i}@slow.test,Reader`);
	const { cwd, sandbox } = await rehearsal({
		readers: [...readers, "unknown@slow.test,Nobody"],
		settings: `${LANE("5/s")}\n[replies]\nrules = "file:rules.toml"\n`,
	});
	const toml = path.join(cwd, "wellsent.toml");
	const before = await readFile(toml, "utf8");
	await writeFile(path.join(cwd, "rules.toml"), "");
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	await wellsent(cwd, "campaign", "add", "december", "--list", "readers");
	const daemon = start(cwd, ["serve"]);
	await daemon.says(/dashboard is open/);
	expect((await wellsent(cwd, "campaign", "start", "1")).status).toBe(0);
	const times = () => sandbox.arrivals.rows().map((row) => row.mailAt);
	await expect.poll(() => times().length, { timeout: 30_000, interval: 50 }).toBeGreaterThanOrEqual(5);

	await writeFile(toml, before.replace('"5/s"', '"0/s"'));
	daemon.child.kill("SIGHUP");
	await daemon.says(/could not be read again: the old ones stay in force/);
	expect(daemon.stderr()).toContain("0/s");
	const broken = times().length;
	await expect.poll(() => times().length, { timeout: 30_000, interval: 50 }).toBeGreaterThanOrEqual(broken + 6);

	await writeFile(toml, before.replace('"5/s"', '"40/s"'));
	const rule = {
		id: "mine",
		class: "mailbox-full",
		hosts: "slow.test",
		text: "unknown|exist|such",
		evidence: "550 5.1.1 user unknown",
	};
	await writeFile(
		path.join(cwd, "rules.toml"),
		`[[rule]]\nid = "${rule.id}"\nhosts = ["${rule.hosts}"]\nclass = "${rule.class}"\ntext = '${rule.text}'\nevidence = "${rule.evidence}"\nat = "rcpt"\nsource = "this test"\n`,
	);
	const changed = Date.now();
	daemon.child.kill("SIGHUP");
	await daemon.says(/settings read again/);
	await expect.poll(() => times().length, { timeout: 30_000, interval: 50 }).toBeGreaterThanOrEqual(91);

	const slow = times().filter((at) => at < changed);
	const fast = times().filter((at) => at >= changed);
	expect(worstWindow(slow, 1_000)).toBeLessThanOrEqual(5);
	expect(worstWindow(times(), 1_000)).toBeLessThanOrEqual(40);
	expect(worstWindow(fast, 1_000)).toBeGreaterThan(10);
	await expect
		.poll(async () => (await wellsent(cwd, "log", "--to", "unknown@slow.test", "--json")).lines(), {
			timeout: 30_000,
			interval: 500,
		})
		.toMatchObject([{ rule: "mine", class: "mailbox-full" }]);
	daemon.interrupt();
	expect((await daemon.ended()).status).toBe(0);
});

import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { folder, wellsent } from "./wellsent.ts";

const FLAGS = ["--domain", "example.test", "--address", "203.0.113.10", "--ehlo", "mta1.example.test"];

test("init writes settings that load, keys for their owner only, and the DNS records to publish", async () => {
	const cwd = await folder();
	const made = await wellsent(cwd, "init", ...FLAGS, "--json");
	expect(made.status).toBe(0);
	const { files, records } = made.json() as {
		files: string[];
		records: { name: string; type: string; value: string; why: string }[];
	};
	expect(files.map((file) => path.relative(cwd, file)).toSorted()).toEqual(["keys/e1.pem", "keys/s1.pem", "wellsent.toml"]);
	for (const key of ["keys/e1.pem", "keys/s1.pem"]) expect((await stat(path.join(cwd, key))).mode & 0o777).toBe(0o600);
	const value = (name: string) => records.find((record) => record.name === name)?.value;
	expect(value("s1._domainkey.example.test")).toMatch(/^v=DKIM1; k=rsa; p=MIIB/);
	expect(value("e1._domainkey.example.test")).toMatch(/^v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=$/);
	expect(value("10.113.0.203.in-addr.arpa")).toBe("mta1.example.test");
	expect(value("bounces.example.test")).toContain("ip4:203.0.113.10");
	expect(value("_dmarc.example.test")).toContain("v=DMARC1");
	for (const record of records) expect(record.why).not.toBe("");

	const settings = await wellsent(cwd, "config", "print", "--json");
	expect(settings.status).toBe(0);
	expect(settings.json()).toEqual(
		expect.arrayContaining([
			expect.objectContaining({ key: "source[mta1].address", value: "203.0.113.10" }),
			expect.objectContaining({ key: "web.listen", value: "127.0.0.1:8420", from: "default" }),
		]),
	);
	expect(await readFile(path.join(cwd, "wellsent.toml"), "utf8")).toContain('{ selector = "e1", key = "file:keys/e1.pem" }');
});

test("init never replaces what is there, unless told to", async () => {
	const cwd = await folder();
	await writeFile(path.join(cwd, "wellsent.toml"), "# mine\n");
	const refused = await wellsent(cwd, "init", ...FLAGS);
	expect(refused).toMatchObject({ status: 2, stdout: "" });
	expect(refused.stderr).toMatch(/wellsent\.toml is there already[\s\S]*--force/);
	expect(await readFile(path.join(cwd, "wellsent.toml"), "utf8")).toBe("# mine\n");
	await expect(stat(path.join(cwd, "keys"))).rejects.toThrow();
	expect((await wellsent(cwd, "init", ...FLAGS, "--force")).status).toBe(0);
	expect(await readFile(path.join(cwd, "wellsent.toml"), "utf8")).toContain("203.0.113.10");
});

test("init without a terminal asks nothing and says what is missing", async () => {
	const ended = await wellsent(await folder(), "init", "--domain", "example.test");
	expect(ended.status).toBe(2);
	expect(ended.stderr).toContain("--address is missing");
});

test("a wrong wish leaves nothing behind", async () => {
	const cwd = await folder();
	const ended = await wellsent(cwd, "init", "--domain", "example.test", "--address", "not-an-ip", "--ehlo", "mta1.example.test");
	expect(ended.status).toBe(2);
	expect(ended.stderr).toContain("not-an-ip");
	await expect(stat(path.join(cwd, "wellsent.toml"))).rejects.toThrow();
	await expect(stat(path.join(cwd, "keys/s1.pem"))).rejects.toThrow();
});

test("secrets are masked in config print", async () => {
	const cwd = await folder();
	await writeFile(path.join(cwd, "wellsent.toml"), '[web]\ntoken = "a-very-secret-token-of-mine"\n');
	const ended = await wellsent(cwd, "config", "print");
	expect(ended.stdout).toContain("web.token\t••••\twellsent.toml line 2");
	expect(ended.stdout + ended.stderr).not.toContain("very-secret");
});

test("the database is brought up to date, copied and pruned", async () => {
	const cwd = await folder();
	const migrated = await wellsent(cwd, "db", "migrate", "--json");
	const { file, migrated: applied } = migrated.json() as { file: string; migrated: string[] };
	expect(file).toBe(path.join(cwd, "data/wellsent.db"));
	expect(applied.length).toBeGreaterThan(0);
	expect((await wellsent(cwd, "db", "migrate")).stdout).toContain("is up to date");

	await wellsent(cwd, "suppress", "add", "kim@example.test");
	const copied = await wellsent(cwd, "db", "backup", "copies/today.db", "--json");
	expect(copied.json()).toEqual({ file: path.join(cwd, "copies/today.db"), bytes: expect.any(Number) });
	const again = await wellsent(cwd, "db", "backup", "copies/today.db");
	expect(again.status).toBe(2);
	expect(again.stderr).toContain("is there already");

	// The copy is a database that works by itself.
	await writeFile(path.join(cwd, "copy.toml"), '[database]\nurl = "file:./copies/today.db"\n');
	const listed = await wellsent(cwd, "--config", "copy.toml", "suppress", "list", "--json");
	expect(listed.json()).toMatchObject([{ subject: "kim@example.test", reason: "manual" }]);

	expect((await wellsent(cwd, "db", "prune", "--json")).json()).toMatchObject({ removed: 0 });
	expect((await wellsent(cwd, "db", "prune", "--keep", "90 days")).status).toBe(2);
});

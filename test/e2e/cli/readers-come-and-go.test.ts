import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { folder, start, wellsent } from "./wellsent.ts";

test("a CSV is imported, shown, exported and imported again without a change", async () => {
	const cwd = await folder();
	await writeFile(
		path.join(cwd, "readers.csv"),
		'\ufeff이메일,이름,city\nkim@example.test,김하나,서울\nLEE@Example.test,"Lee, Du-ri",Busan\nno-address,Nobody,\nkim@example.test,,대전\n',
	);
	const report = (await wellsent(cwd, "contacts", "import", "readers", "readers.csv", "--bad", "bad.csv", "--json")).json();
	expect(report).toMatchObject({
		list: "readers",
		rows: 4,
		created: 2,
		duplicates: 1,
		added: 2,
		attributes: ["city"],
		bad: { total: 1 },
	});
	expect(await readFile(path.join(cwd, "bad.csv"), "utf8")).toMatch(/^line,address,problem,reason\r\n4,no-address,/);

	const lists = await wellsent(cwd, "contacts", "lists", "--json");
	expect(lists.json()).toMatchObject([{ name: "readers", members: 2 }]);
	const shown = await wellsent(cwd, "contacts", "show", "readers", "--json");
	expect(shown.json()).toMatchObject({ members: 2, mailable: 2, domains: [{ domain: "example.test", members: 2 }] });

	const csv = await wellsent(cwd, "contacts", "export", "readers");
	expect(csv.stdout).toBe('email,name,city\r\nkim@example.test,김하나,대전\r\nlee@example.test,"Lee, Du-ri",Busan\r\n');
	expect(csv.stderr).toContain('2 readers of list "readers"');
	const again = await start(cwd, ["contacts", "import", "readers", "-", "--json"], { input: csv.stdout }).ended();
	expect(again.json()).toMatchObject({ rows: 2, created: 0, merged: 2, added: 0, alreadyOnList: 2 });

	expect((await wellsent(cwd, "contacts", "remove", "readers", "stranger@example.test", "--json")).json()).toMatchObject({
		removed: 0,
		notOnList: 1,
	});
	expect((await wellsent(cwd, "contacts", "remove", "readers", "kim@example.test", "--json")).json()).toMatchObject({
		removed: 1,
	});
});

test("bad rows are told with line and reason, and cannot act on the terminal", async () => {
	const cwd = await folder();
	await writeFile(path.join(cwd, "readers.csv"), "email,name\n\x1b[2Jevil,x\ngood@example.test,y\n");
	const ended = await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	expect(ended.status).toBe(0);
	expect(ended.stderr).toMatch(/line 2: .*evil/);
	expect(ended.stdout).toContain("1 bad row, not imported");
	expect(ended.stdout + ended.stderr).not.toContain("\x1b");
});

test("a CSV without addresses is refused before anything is written", async () => {
	const cwd = await folder();
	await writeFile(path.join(cwd, "readers.csv"), "name,city\nKim,Seoul\n");
	const ended = await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	expect(ended.status).toBe(1);
	expect(ended.stderr).toContain("has no column of addresses");
	expect((await wellsent(cwd, "contacts", "lists", "--json")).json()).toEqual([]);
	expect((await wellsent(cwd, "contacts", "show", "readers")).status).toBe(2);
});

test("suppressions are added, listed, taken back, exported and imported", async () => {
	const cwd = await folder();
	const added = await wellsent(
		cwd,
		"suppress",
		"add",
		"kim@example.test",
		"@gone.test",
		"kim@example.test",
		"--detail",
		"she rang",
		"--json",
	);
	expect(added.json()).toEqual({ added: 2, already: 0 });
	expect((await wellsent(cwd, "suppress", "add", "kim@example.test", "not an address")).status).toBe(2);
	expect((await wellsent(cwd, "suppress", "list", "--json")).json()).toMatchObject([
		{ subject: "kim@example.test", reason: "manual", detail: "she rang" },
		{ subject: "@gone.test" },
	]);
	expect((await wellsent(cwd, "suppress", "export", "--out", "out.csv", "--json")).json()).toEqual({
		rows: 2,
		file: path.join(cwd, "out.csv"),
	});
	expect((await wellsent(cwd, "suppress", "remove", "@gone.test", "--json")).json()).toEqual({ removed: 1, unknown: 0 });
	expect((await wellsent(cwd, "suppress", "import", "out.csv", "--json")).json()).toMatchObject({
		rows: 2,
		added: 1,
		already: 1,
	});
	const text = await wellsent(cwd, "suppress", "list");
	expect(text.stdout).toMatch(/^who\treason\tsince\tcampaign\tdetail\nkim@example\.test\tmanual\t/);
	expect(text.stderr).toContain("2 of 2 suppressions");
});

test("a CSV on stdout and JSON on stdout exclude each other", async () => {
	const ended = await wellsent(await folder(), "suppress", "export", "--json");
	expect(ended.status).toBe(2);
	expect(ended.json()).toMatchObject({ error: { code: "usage", what: "a CSV is no JSON: name a file with --out" } });
});

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { folder, wellsent } from "./wellsent.ts";

test.each([
	["no command at all", [], /a command is missing\nSee `wellsent --help`/],
	["a group without a command", ["campaign"], /Commands:[\s\S]*a command is missing\nSee `wellsent campaign --help`/],
	["an unknown command, with the nearest", ["campain"], /unknown command 'campain' \(Did you mean campaign\?\)/],
	["an unknown option", ["campaign", "list", "--jsno"], /unknown option '--jsno'[^\n]*--json/],
	["a missing argument", ["contacts", "import", "readers"], /missing required argument 'file'/],
	["a missing option", ["send", "december"], /required option '--list <names>' not specified/],
	["an id that is none", ["campaign", "show", "first"], /An id is a number/],
	["a time that is none", ["log", "--since", "yesterday"], /--since "yesterday" is no time: write "2h"/],
	["a class that is none", ["log", "--class", "spam"], /there is no class "spam"; there are: accepted, /],
	["a choice that is none", ["contacts", "import", "a", "b.csv", "--encoding", "latin1"], /Allowed choices are utf-8, euc-kr/],
	["half a choice", ["campaign", "retry", "1"], /say which ones: --failed or --uncertain/],
	["two forms at once", ["log", "--csv", "--json"], /exclude each other/],
])("%s is status 2", async (_, args, words) => {
	const ended = await wellsent(await folder(), ...args);
	expect(ended.stderr).toMatch(words);
	expect(ended.status).toBe(2);
	if (!args.includes("--json")) expect(ended.stdout).toBe("");
});

test("with --json an error is the one value on stdout, and its words are on stderr", async () => {
	const ended = await wellsent(await folder(), "campaign", "show", "7", "--json");
	expect(ended.json()).toEqual({
		error: {
			code: "campaign-unknown",
			what: "there is no campaign 7 (there is none yet)",
			fix: "See `wellsent campaign list`, or make one with `wellsent campaign add DIR --list LIST`.",
			findings: [],
		},
	});
	expect(ended.stderr).toContain("there is no campaign 7");
	expect(ended.status).toBe(2);
});

test("a wrong config is told with file, line and key, by every command that reads it", async () => {
	const cwd = await folder();
	await writeFile(path.join(cwd, "wellsent.toml"), '[smtp]\nprot = 25\n[[source]]\nname = "mta1"\n');
	const ended = await wellsent(cwd, "campaign", "list", "--json");
	expect(ended.status).toBe(2);
	expect(ended.json()).toMatchObject({ error: { code: "config-invalid" } });
	expect(ended.stderr).toContain("wellsent.toml line 2, smtp.prot: there is no such key");
	expect(ended.stderr).toContain('did you mean "port"?');
});

test("a config that is named must be there", async () => {
	const ended = await wellsent(await folder(), "--config", "other.toml", "serve");
	expect(ended.status).toBe(2);
	expect(ended.stderr).toContain("there is no config file other.toml");
});

test("help and version are status 0 and go to stdout", async () => {
	const cwd = await folder();
	const help = await wellsent(cwd, "campaign", "check", "--help");
	expect(help).toMatchObject({ status: 0, stderr: "" });
	expect(help.stdout).toContain("Usage: wellsent campaign check [options] <id>");
	const version = await wellsent(cwd, "--version");
	expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
	expect(version.status).toBe(0);
});

test("a database that cannot be opened is told with what to do", async () => {
	const cwd = await folder();
	await writeFile(path.join(cwd, "wellsent.toml"), '[database]\nurl = "file:./broken.db"\n');
	await writeFile(path.join(cwd, "broken.db"), "this is no database, and long enough to be looked at as one ".repeat(20));
	const ended = await wellsent(cwd, "contacts", "lists");
	expect(ended.status).toBe(1);
	expect(ended.stderr).toMatch(/broken\.db cannot be read[\s\S]*Restore it from a backup/);
});

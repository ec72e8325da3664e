// Rules of a user's own: read, proved on their own evidence, asked before the built-in ones; every mistake named.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { explainError, WellsentError } from "../../../src/errors.ts";
import { classify } from "../../../src/replies/classify.ts";
import { proposeRule } from "../../../src/replies/propose.ts";
import { parseReply } from "../../../src/replies/reply.ts";
import { ruleSet } from "../../../src/replies/rule-set.ts";
import { loadRules } from "../../../src/replies/rules.file.ts";

async function fileWith(text: string): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), "wellsent-rules-"));
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	const file = path.join(folder, "rules.toml");
	await writeFile(file, text);
	return file;
}
const problemOf = async (text: string): Promise<string> => {
	try {
		await loadRules(await fileWith(text));
	} catch (error) {
		if (error instanceof WellsentError) return explainError(error);
		throw error;
	}
	throw new Error("the rules were accepted");
};

const GOOD = `
[[rule]]
id = "our-partner-full"
hosts = ["partner.test"]
class = "mailbox-full"
text = 'no room for .{1,60} here'
evidence = "550 5.7.1 no room for kim here"
at = "rcpt"
source = "ticket 7"
`;
const saidBy = (mxHost: string) => ({
	stage: "rcpt" as const,
	reply: parseReply("550 5.7.1 no room for lee here"),
	trouble: null,
	detail: "",
	inDoubt: false,
	acceptedBefore: 0,
	mxHost,
	site: "partner",
});

describe("rules of one's own", () => {
	it.each(["", "# nothing yet\n"])("takes a file without rules for what it is: %j", async (text) => {
		expect(await loadRules(await fileWith(text))).toEqual([]);
	});

	it("decide before the built-in ones, at their hosts and nowhere else", async () => {
		const set = ruleSet(await loadRules(await fileWith(GOOD)));
		expect(classify(saidBy("mx1.partner.test"), set)).toMatchObject({
			class: "mailbox-full",
			rule: "our-partner-full",
			action: "retry-long",
		});
		expect(classify(saidBy("mx1.other.test"), set)).toEqual(classify(saidBy("mx1.other.test")));
	});

	it("are none without a file", async () => {
		expect(await loadRules(null)).toEqual([]);
	});

	it.each([
		["a class that does not exist", GOOD.replace("mailbox-full", "mailbox-fool"), "class"],
		["a class that would hide a refusal", GOOD.replace("mailbox-full", "accepted"), "class"],
		["a key that nobody knows", `${GOOD}when = "always"`, "when"],
		["no evidence", GOOD.replace(/evidence.*\n/, ""), "evidence"],
		[
			"evidence that another text is needed for",
			GOOD.replace("no room for kim", "go away kim"),
			"its own evidence is decided by",
		],
		["an acceptance as evidence", GOOD.replace('"550 5.7.1 no room', '"250 no room'), "not a reply that refuses"],
		["no source", GOOD.replace("ticket 7", ""), "no source"],
		["a broken expression", GOOD.replace("no room for .{1,60} here", "no room ("), "not a regular expression"],
		["a slow expression", GOOD.replace("no room for .{1,60} here", "(a+)+$|no room for"), "too slow"],
		["the same id twice", GOOD + GOOD, "another rule with this id"],
		["a class that the stage does not allow", GOOD.replace('at = "rcpt"', 'at = "greeting"'), "stage greeting does not allow"],
		["another table", "[rules]\nx = 1", "something else"],
		["no TOML", "id = = 3", "not TOML"],
	])("with %s are refused, by place and reason", async (_, text, words) => {
		expect(await problemOf(text)).toContain(words);
	});

	it("that are not there are named with the file", async () => {
		await expect(loadRules("/nowhere/rules.toml")).rejects.toMatchObject({ code: "rules-unreadable", exit: 2 });
	});

	it.each([
		["554", "greeting", "We <ha> 'quotes' \\ and (brackets) from <ip> [x] $1"],
		["450", "rcpt", "뭔가 잘못 <n> * +"],
		["550", "body", "the queue <id> at <host> says no"],
	] as const)("as proposed for an unknown %s at %s can be pasted as they stand and change nothing", async (code, stage, text) => {
		const example = `${code} ${text.replace("<ip>", "192.0.2.1").replace("<n>", "42").replace("<id>", "q12ab").replace("<host>", "mx.x.test")}`;
		const toml = proposeRule({ text, example, stage, mxHost: "mx1.new.test", code: Number(code) }, 1);
		const [rule] = await loadRules(await fileWith(toml));
		if (rule === undefined) throw new Error("no rule was read");
		const happening = { ...saidBy("mx1.new.test"), stage, reply: parseReply(example) };
		const [before, after] = [classify(happening), classify(happening, ruleSet([rule]))];
		expect(after.rule).toBe("local-1");
		expect(after.action === before.action || stage === "greeting").toBe(true);
	});
});

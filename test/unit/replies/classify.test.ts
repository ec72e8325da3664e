import { describe, expect, test } from "vitest";
import { ruleProblem } from "../../../src/replies/check-rule.ts";
import { CLASSES, mayAskSibling } from "../../../src/replies/classes.ts";
import { classify } from "../../../src/replies/classify.ts";
import { type Happening, REPLY_CLASSES, type Stage } from "../../../src/replies/outcome.ts";
import { parseReply } from "../../../src/replies/reply.ts";
import type { Rule } from "../../../src/replies/rule.ts";
import { explainRule, rehosted, ruleSet, rulesFor } from "../../../src/replies/rule-set.ts";
import { happening } from "./happening.ts";

const said = (stage: Stage, raw: string, more: Partial<Happening> = {}) => classify(happening(stage, parseReply(raw), more));
const trouble = (stage: Stage, name: Happening["trouble"], more: Partial<Happening> = {}) =>
	classify(happening(stage, null, { trouble: name, ...more }));

describe("our own side is judged first", () => {
	test.each([
		{
			name: "a reply lost after the final dot is a doubt",
			got: trouble("body", "closed", { inDoubt: true }),
			want: ["lost-after-body", "doubt"],
		},
		{ name: "garbage after the final dot is a doubt", got: said("body", "what?"), want: ["lost-after-body", "doubt"] },
		{ name: "a 354 to the final dot is a doubt", got: said("body", "354 go on"), want: ["lost-after-body", "doubt"] },
		{
			name: "a clear refusal of the body is no doubt",
			got: said("body", "451 zzz", { inDoubt: true }),
			want: ["unknown-temporary", "retry"],
		},
		{ name: "a 250 to the body is delivered", got: said("body", "250 2.0.0 OK queued"), want: ["accepted", "done"] },
		{ name: "a 250 to RCPT is not delivered", got: said("rcpt", "250 OK"), want: ["protocol-error", "sibling"] },
		{
			name: "a connection closed between messages is opened again",
			got: trouble("mail", "closed", { acceptedBefore: 3 }),
			want: ["silent-close", "again"],
		},
		{
			name: "a connection closed before any message is the host's trouble",
			got: trouble("mail", "closed"),
			want: ["connect-failed", "sibling"],
		},
		{
			name: "a 421 between messages is opened again",
			got: said("mail", "421 bye", { acceptedBefore: 2 }),
			want: ["connection-expired", "again"],
		},
		{ name: "a 421 to the first message is a busy host", got: said("mail", "421 bye"), want: ["server-busy", "sibling"] },
		{
			name: "a domain that does not exist ends without suppression",
			got: trouble("dns", "no-such-domain"),
			want: ["no-such-domain", "end"],
		},
		{ name: "a null MX ends without suppression", got: trouble("dns", "null-mx"), want: ["null-mx", "end"] },
		{ name: "a resolver that fails is tried again", got: trouble("dns", "dns-failed"), want: ["dns-failed", "retry"] },
		{ name: "a host without an address has siblings", got: trouble("dns", "no-address"), want: ["dns-failed", "sibling"] },
		{
			name: "a refused connection has siblings",
			got: trouble("connect", "connect-refused"),
			want: ["connect-failed", "sibling"],
		},
		{ name: "a missing source costs no attempt", got: trouble("connect", "source-missing"), want: ["source-missing", "requeue"] },
		{
			name: "TLS that is not offered has siblings",
			got: trouble("starttls", "tls-not-offered"),
			want: ["tls-failed", "sibling"],
		},
		{ name: "a message larger than SIZE ends", got: trouble("mail", "message-too-big"), want: ["too-big", "end"] },
		{ name: "an address that needs SMTPUTF8 ends", got: trouble("mail", "smtputf8-missing"), want: ["recipient-policy", "end"] },
		{
			name: "something that is not SMTP has siblings",
			got: trouble("greeting", "bad-reply"),
			want: ["protocol-error", "sibling"],
		},
		{ name: "nothing at all is a closed connection", got: trouble("greeting", null), want: ["connect-failed", "sibling"] },
	])("$name", ({ got, want }) => {
		expect([got.class, got.action]).toEqual(want);
	});
});

describe("the stage bounds the scope", () => {
	test("an unknown user at the greeting is not about a reader", () => {
		expect(said("greeting", "550 5.1.1 User unknown")).toMatchObject({
			scope: "host",
			action: "sibling",
			class: "unknown-permanent",
		});
	});
	test("an unknown user at MAIL does not end the reader's delivery", () => {
		expect(said("mail", "550 5.1.1 User unknown").action).toBe("retry");
	});
	test("a policy code at the greeting is about our IP, at RCPT about the reader's policy, at the body about the message", () => {
		expect((["greeting", "rcpt", "body"] as const).map((stage) => said(stage, "550 5.7.1 no").class)).toEqual([
			"ip-blocked",
			"recipient-policy",
			"content-refused",
		]);
	});
	test("an SPF refusal at EHLO cannot be about an identity that was not named yet", () => {
		expect(said("ehlo", "550 SPF check failed").scope).toBe("host");
	});
	test("a temporary reply never suppresses and never ends, whatever it says", () => {
		expect(said("rcpt", "450 4.1.1 User unknown")).toMatchObject({ class: "invalid-recipient", action: "retry" });
	});
	test("a refusal of AUTH is about the login", () => {
		expect(said("auth", "535 no")).toMatchObject({ class: "login-refused", action: "requeue", rule: "stage-auth" });
		expect(said("auth", "454 4.7.0 later")).toMatchObject({ class: "server-busy" });
	});
});

describe("the order of judgement", () => {
	test("the provider's rule goes before the enhanced code", () => {
		expect(said("rcpt", "550 5.7.1 No such user!", { mxHost: "mx.yandex.ru" })).toMatchObject({
			class: "invalid-recipient",
			rule: "yandex-no-user",
		});
	});
	test("the answering host counts, not the site", () => {
		expect(said("rcpt", "550 Mailbox unavailable or access denied", { mxHost: "mx3.qq.com", site: "other" }).class).toBe(
			"recipient-rate",
		);
		expect(said("rcpt", "550 Mailbox unavailable or access denied", { mxHost: "mx.other.test", site: "qq" }).class).not.toBe(
			"recipient-rate",
		);
	});
	test("a look-alike of a provider's name is not the provider", () => {
		expect(rulesFor("mx.notgoogle.com")).toEqual([]);
		expect(rulesFor("ASPMX.L.GOOGLE.COM").length).toBeGreaterThan(20);
	});
	test("without words the enhanced code decides, without it the digits", () => {
		expect(said("rcpt", "550 5.2.2 zzz").rule).toBe("enhanced-5.2.2");
		expect(said("mail", "552 zzz").rule).toBe("code-552");
		expect(said("rcpt", "550 zzz")).toMatchObject({
			rule: "digit-5",
			class: "unknown-permanent",
			scope: "recipient",
			action: "end",
		});
		expect(said("rcpt", "450 zzz")).toMatchObject({ rule: "digit-4", class: "unknown-temporary", action: "retry" });
	});
});

describe("rules of one's own", () => {
	const own: Rule = {
		id: "own-moon",
		hosts: ["acme.example"],
		class: "greylisted",
		at: "rcpt",
		text: /wrong phase of the moon/i,
		evidence: "450 Wrong phase of the moon",
		source: "our log of 3 May",
	};

	test("decide before the built-in ones, at their hosts only", () => {
		const set = ruleSet([own]);
		const at = (mxHost: string) => classify(happening("rcpt", parseReply("450 wrong phase of the moon"), { mxHost }), set).rule;
		expect([at("mx.acme.example"), at("mx.other.example")]).toEqual(["own-moon", "digit-4"]);
		expect(explainRule("own-moon", set)?.source).toBe("our log of 3 May");
		expect(explainRule("own-moon")).toBeNull();
	});

	test.each([
		["a good one is accepted", own, null],
		["no source", { ...own, source: " " }, "source"],
		[
			"no condition",
			{ id: own.id, hosts: own.hosts, class: own.class, at: own.at, evidence: own.evidence, source: own.source },
			"neither",
		],
		["no evidence", { ...own, evidence: "" }, "evidence"],
		["evidence of something else", { ...own, evidence: "450 hello" }, "decided by digit-4"],
		["a stage that cannot be", { ...own, class: "invalid-recipient" as const, at: "greeting" as const }, "does not allow"],
		["a search that remembers", { ...own, text: /moon/g }, "flag g"],
		["no hosts", { ...own, hosts: [] }, "hosts"],
		["an id that would break the log", { ...own, id: "Own Moon" }, "id"],
		["an expression that explodes", { ...own, text: /(a+)+$|moon/i }, "too slow"],
	])("%s", (_name, rule, problem) => {
		const found = ruleProblem(rule, [], () => performance.now());
		if (problem === null) expect(found).toBeNull();
		else expect(found).toContain(problem);
	});

	test("a provider's rules can be lent to other hosts", () => {
		const set = ruleSet(rehosted("google", ["google.test"]));
		const reply = parseReply(
			"421-4.7.28 Gmail has detected an unusual rate of mail originating from your IP\r\n421 4.7.28 address. gsmtp",
		);
		expect(classify(happening("body", reply, { mxHost: "mx1.google.test" }), set).rule).toBe("google-unusual-rate@google.test");
	});
});

describe("the table of classes", () => {
	test("suppresses for one class only and never ends what is about us", () => {
		expect(REPLY_CLASSES.filter((name) => CLASSES[name].action === "suppress")).toEqual(["invalid-recipient"]);
		for (const name of REPLY_CLASSES)
			if (["lane", "identity"].includes(CLASSES[name].scope))
				expect(CLASSES[name].action, name).toMatch(/^(requeue|again|hold)$/);
	});
	test("has words in both languages, one or two sentences each", () => {
		for (const name of REPLY_CLASSES) {
			for (const words of [CLASSES[name].meaning, CLASSES[name].advice]) {
				expect(words.en, name).toMatch(/^[A-Z].*\.$/);
				expect(words.ko, name).toMatch(/[가-힣].*\.$/);
			}
		}
	});
	test("asks a sibling about blocks at any stage, and never when we are too fast", () => {
		expect(mayAskSibling("ip-blocked", "requeue", "body")).toBe(true);
		expect(mayAskSibling("reputation-temporary", "requeue", "greeting")).toBe(true);
		expect(mayAskSibling("reputation-temporary", "requeue", "rcpt")).toBe(false);
		expect(mayAskSibling("sender-rate", "requeue", "greeting")).toBe(false);
		expect(mayAskSibling("lost-after-body", "doubt", "body")).toBe(false);
	});
});

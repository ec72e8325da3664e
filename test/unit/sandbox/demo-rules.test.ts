// The try-out understands the replies of its simulated providers as the program would those of the real ones.
import { expect, test } from "vitest";
import { classify } from "../../../src/replies/classify.ts";
import { parseReply } from "../../../src/replies/reply.ts";
import { ruleSet } from "../../../src/replies/rule-set.ts";
import { worldRules } from "../../../src/sandbox/demo.file.ts";
import { shippedWorld } from "../../../src/sandbox/world.file.ts";

const set = ruleSet(worldRules(shippedWorld()));

test.each([
	[
		"gmail-smtp-in.l.google.test",
		"mail",
		"421 4.7.28 Gmail has detected an unusual rate of mail originating from your IP address [192.0.2.1]. gsmtp",
		/^google-.*@google\.test$/,
		"sender-rate",
	],
	[
		"mta5.am0.yahoodns.test",
		"rcpt",
		"554 delivery error: dd This user doesn't have a yahoo.test account (x@yahoo.test) [0]",
		/@yahoodns\.test$/,
		"invalid-recipient",
	],
	["mx1.qq.test", "mail", "550 Ip frequency limited. http://service.mail.qq.test", /@qq\.test$/, "sender-rate"],
] as const)("%s at %s: %s", (mxHost, stage, reply, rule, name) => {
	const happening = {
		stage,
		reply: parseReply(reply),
		trouble: null,
		detail: "",
		inDoubt: false,
		acceptedBefore: 0,
		mxHost,
		site: "",
	};
	const outcome = classify(happening, set);
	expect(outcome.rule).toMatch(rule);
	expect(outcome.class).toBe(name);
});

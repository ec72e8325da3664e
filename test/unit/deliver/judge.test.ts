import { expect, test } from "vitest";
import { Judge } from "../../../src/deliver/judge.ts";
import type { ResponseRow } from "../../../src/log/response.ts";
import { response } from "../../integration/api/rows.ts";

const HOUR = 3_600_000;
const judgeOf = () => new Judge((campaign) => (campaign === 9 ? null : "@example.test"), 72 * HOUR);
const unbelieved = (site: string, more: Partial<ResponseRow> = {}) =>
	response({
		site,
		class: "dmarc-failed",
		scope: "identity",
		action: "hold",
		code: 550,
		enhanced: "5.7.26",
		text: "not accepted",
		...more,
	});

test("three in a row of an identity without other answers hold it for an hour", () => {
	const judge = judgeOf();
	expect([1, 2].flatMap(() => judge.observe(unbelieved("gmail")))).toEqual([]);
	const row = unbelieved("gmail");
	expect(judge.observe(row)).toEqual([
		{
			action: "hold",
			kind: "identity",
			subject: "@example.test",
			reason: "gmail refuses @example.test (dmarc-failed, 3 times in a row): 550 5.7.26 not accepted",
			until: row.at + HOUR,
		},
	]);
});

test("a success at the site that refused ends the hold; one elsewhere says nothing", () => {
	const judge = judgeOf();
	for (let n = 0; n < 3; n += 1) judge.observe(unbelieved("gmail", { at: 1_000 }));
	expect(judge.observe(response({ site: "naver", at: 2_000 }))).toEqual([]);
	expect(judge.observe(response({ site: "gmail", at: 900 }))).toEqual([]);
	expect(judge.observe(response({ site: "gmail", at: 2_000 }))).toEqual([
		{ action: "release", kind: "identity", subject: "@example.test" },
	]);
	expect(judge.observe(response({ site: "gmail", at: 3_000 }))).toEqual([]);
});

test("refusals between acceptances of the same site are readers' own filters", () => {
	const judge = judgeOf();
	const held = Array.from({ length: 20 }, (_, n) =>
		judge.observe(n % 3 === 2 ? response({ site: "gmail" }) : unbelieved("gmail")),
	);
	expect(held.flat()).toEqual([]);
});

test("a newsletter that is refused three times in a row waits at that site until a person has looked", () => {
	const judge = judgeOf();
	const spam = response({ site: "naver", campaign: 4, class: "content-refused", code: 554, enhanced: null, text: "spam" });
	const found = [1, 2, 3].flatMap(() => judge.observe(spam));
	expect(found).toMatchObject([{ kind: "campaign-site", subject: "4/naver", until: null }]);
});

test("a campaign whose identity is not in the settings any more holds nobody", () => {
	const judge = judgeOf();
	expect([1, 2, 3, 4].flatMap(() => judge.observe(unbelieved("gmail", { campaign: 9 })))).toEqual([]);
});

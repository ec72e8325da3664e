import { expect, test } from "vitest";
import { judge } from "../../../src/log/detector.ts";
import { type EvidenceFacts, evidenceText } from "../../../src/log/evidence.ts";
import { emptyRecord, type HostRecord, withAnswer } from "../../../src/log/host-record.ts";
import type { HostRow } from "../../../src/log/ledger.store.ts";

const AT = Date.UTC(2026, 10, 21, 5, 2, 3);
const MINUTE = 60_000;

const record = (n: number, refused: number): HostRecord => {
	let one = emptyRecord("mx", "192.0.2.1");
	for (let i = 0; i < n; i += 1) one = withAnswer(one, { class: "accepted", stage: "body", at: AT + i, text: "" });
	for (let i = 0; i < refused; i += 1)
		one = withAnswer(one, { class: "dnsbl-listed", stage: "greeting", at: AT + i * MINUTE, text: "554 5.7.1 blocked" });
	return one;
};
const row = (mxHost: string, mxAddress: string, accepted: number, refused: number, siblings: readonly HostRecord[]): HostRow => {
	const mine = record(accepted, refused);
	const judgement = judge(mine, siblings);
	return {
		site: "daum",
		mxHost,
		mxAddress,
		source: "mta2",
		accepted,
		refused,
		byClass: { "dnsbl-listed": refused },
		lastAccepted: accepted > 0 ? AT : null,
		lastRefused: refused > 0 ? AT + 3 * MINUTE : null,
		verdict: judgement.verdict,
		since: judgement.since,
		judgement,
		streak: mine.streak,
		byStage: {},
		skipped: 0,
		connected: 0,
		firstAt: AT,
		lastAt: AT,
		lastText: "554 5.7.1 blocked",
	};
};

const facts: EvidenceFacts = {
	source: {
		name: "mta2",
		address: "203.0.113.11",
		ehlo: "mta2.example.com",
		ptr: { kind: "names", names: ["mta2.example.com"] },
	},
	site: "daum",
	rows: [row("mx3.hanmail.net", "192.0.2.3", 0, 4, [record(50, 0), record(60, 0)])],
	siblings: [row("mx1.hanmail.net", "192.0.2.1", 50, 0, []), row("mx2.hanmail.net", "192.0.2.2", 60, 0, [])],
	replies: [
		{
			at: AT,
			stage: "greeting",
			code: 554,
			enhanced: "5.7.1",
			text: "Service unavailable; Client host [203.0.113.11]\nblocked using zen.spamhaus.org",
		},
		{ at: AT + 3 * MINUTE, stage: "connect", code: 0, enhanced: null, text: "" },
	],
	lists: [],
	since: AT - 24 * 60 * MINUTE,
	now: AT + 60 * MINUTE,
	zone: "Asia/Seoul",
};

test("has all that a form asks for: who, which server, since when in UTC and locally, in whose words, beside its siblings", () => {
	expect(evidenceText(facts, "en")).toMatchInlineSnapshot(`
		"Your mail server mx3.hanmail.net refuses our mail server 203.0.113.11

		Your other servers accept our mail, so this one may hold an entry that is out of date. Could you please look at it?

		Our server
		  IP address: 203.0.113.11
		  PTR record: mta2.example.com
		  EHLO name: mta2.example.com

		Your server
		  mx3.hanmail.net [192.0.2.3]
		  Refused since: 2026-11-21 05:02:03 UTC (2026-11-21 14:02:03 Asia/Seoul)
		  Refused last: 2026-11-21 05:05:03 UTC (2026-11-21 14:05:03 Asia/Seoul)
		  Accepted last: never, as far as our records go

		Replies of your server, word for word
		  2026-11-21 05:02:03 UTC (2026-11-21 14:02:03 Asia/Seoul), at greeting
		    554-5.7.1 Service unavailable; Client host [203.0.113.11]
		    554 5.7.1 blocked using zen.spamhaus.org
		  2026-11-21 05:05:03 UTC (2026-11-21 14:05:03 Asia/Seoul), at connect
		    (no reply)

		Your servers and our mail, since 2026-11-20 05:02:03 UTC (2026-11-20 14:02:03 Asia/Seoul)
		  mx3.hanmail.net [192.0.2.3]: accepted 0, refused 4
		  mx1.hanmail.net [192.0.2.1]: accepted 50, refused 0
		  mx2.hanmail.net [192.0.2.2]: accepted 60, refused 0

		Blacklists
		  state unknown: none was asked at that time

		Written: 2026-11-21 06:02:03 UTC (2026-11-21 15:02:03 Asia/Seoul)
		"
	`);
});

test("says the same in Korean", () => {
	expect(evidenceText(facts, "ko")).toMatchInlineSnapshot(`
		"귀사의 메일 서버 mx3.hanmail.net가 당사 메일 서버 203.0.113.11의 메일을 거절합니다

		귀사의 다른 서버들은 당사의 메일을 정상적으로 받고 있어, 이 서버에만 오래된 차단 정보가 남아 있는 것으로 보입니다. 확인을 부탁드립니다.

		당사 서버
		  IP 주소: 203.0.113.11
		  PTR(역방향) 레코드: mta2.example.com
		  EHLO 이름: mta2.example.com

		귀사 서버
		  mx3.hanmail.net [192.0.2.3]
		  거절 시작: 2026-11-21 05:02:03 UTC (2026-11-21 14:02:03 Asia/Seoul)
		  마지막 거절: 2026-11-21 05:05:03 UTC (2026-11-21 14:05:03 Asia/Seoul)
		  마지막 수락: 기록상 없음

		귀사 서버의 응답 원문
		  2026-11-21 05:02:03 UTC (2026-11-21 14:02:03 Asia/Seoul), 단계 greeting
		    554-5.7.1 Service unavailable; Client host [203.0.113.11]
		    554 5.7.1 blocked using zen.spamhaus.org
		  2026-11-21 05:05:03 UTC (2026-11-21 14:05:03 Asia/Seoul), 단계 connect
		    (응답 없음)

		귀사 서버별 처리 현황 (2026-11-20 05:02:03 UTC (2026-11-20 14:02:03 Asia/Seoul)부터)
		  mx3.hanmail.net [192.0.2.3]: 수락 0건, 거절 4건
		  mx1.hanmail.net [192.0.2.1]: 수락 50건, 거절 0건
		  mx2.hanmail.net [192.0.2.2]: 수락 60건, 거절 0건

		블랙리스트
		  상태 알 수 없음: 당시 조회하지 않았습니다

		작성: 2026-11-21 06:02:03 UTC (2026-11-21 15:02:03 Asia/Seoul)
		"
	`);
});

test("asks for the reason, and not for a stale entry to be removed, when no sibling accepts", () => {
	const alone = { ...facts, siblings: [] };
	expect(evidenceText(alone, "en")).toContain("Could you please tell us the reason");
	expect(evidenceText(alone, "en")).not.toContain("Your other servers accept");
});

test("names the states of blacklists that are known, and a missing or failed PTR", () => {
	const lists = [
		{ zone: "zen.spamhaus.org", state: "clean", at: AT },
		{ zone: "bl.example", state: "unknown", at: null },
	] as const;
	const text = evidenceText({ ...facts, lists, source: { ...facts.source, ptr: { kind: "none" } } }, "en");
	expect(text).toContain("zen.spamhaus.org: not listed (2026-11-21 05:02:03 UTC");
	expect(text).toContain("bl.example: unknown");
	expect(text).toContain("PTR record: none");
	const failed = evidenceText({ ...facts, source: { ...facts.source, ptr: { kind: "failed", detail: "TIMEOUT" } } }, "en");
	expect(failed).toContain("could not be looked up (TIMEOUT)");
});

test("goes without the words where the log is pruned, and still has the last ones of the ledger", () => {
	const text = evidenceText({ ...facts, replies: [] }, "en");
	expect(text).toContain("not kept any more");
	expect(text).toContain("554 5.7.1 blocked");
});

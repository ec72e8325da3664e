// The labels of the page of identities in English and Korean. Pure. What was found is said by the preflight itself.

import type { BulkState } from "../reputation/bulk-rules.ts";
import type { FindingLevel } from "../reputation/preflight-finding.ts";
import type { Language } from "./words.ts";

interface IdentityWords {
	readonly title: string;
	readonly lead: string;
	readonly none: string;
	readonly never: string;
	readonly looked: string;
	readonly checkNow: string;
	readonly source: string;
	readonly identity: string;
	readonly rules: string;
	readonly rule: string;
	readonly required: string;
	readonly advice: string;
	readonly levels: Readonly<Record<FindingLevel, string>>;
	readonly states: Readonly<Record<BulkState, string>>;
}

const WORDS: Readonly<Record<Language, IdentityWords>> = {
	en: {
		title: "Identities",
		lead: "What receivers look at before they read a message. Looked at every day, before each campaign, and with: wellsent check",
		none: "There is no [[identity]] and no [[source]] in the settings.",
		never: "Not looked at yet.",
		looked: "looked at",
		checkNow: "Check now",
		source: "Source",
		identity: "Identity",
		rules: "Rules for bulk senders",
		rule: "Rule",
		required: "required",
		advice: "advice",
		levels: { ok: "ok", warn: "warning", fail: "failed", unknown: "unknown" },
		states: { passed: "passed", failed: "failed", unknown: "unknown" },
	},
	ko: {
		title: "발신자",
		lead: "수신 서버가 메일을 읽기 전에 보는 것들입니다. 매일, 캠페인 시작 전, 그리고 wellsent check 명령으로 검사합니다.",
		none: "설정에 [[identity]]와 [[source]]가 없습니다.",
		never: "아직 검사하지 않았습니다.",
		looked: "검사 시각",
		checkNow: "지금 검사",
		source: "발신 IP",
		identity: "발신자",
		rules: "대량 발송 규칙",
		rule: "규칙",
		required: "필수",
		advice: "권장",
		levels: { ok: "정상", warn: "주의", fail: "실패", unknown: "확인 불가" },
		states: { passed: "통과", failed: "실패", unknown: "확인 불가" },
	},
};

export const identityWords = (language: Language): IdentityWords => WORDS[language];

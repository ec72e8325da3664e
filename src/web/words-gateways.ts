// The labels of the page of gateways in English and Korean. Pure. What a test found is said by the test itself.
import type { Language } from "./words.ts";

const EN = {
	title: "Gateways",
	none: "There is no [[gateway]] in wellsent.toml: all mail leaves directly.",
	server: "Server",
	login: "Login",
	noLogin: "none",
	limits: "Limits",
	connections: "connections at once",
	usedBy: "Route of",
	nobody: "nobody",
	allowed: "May be chosen by",
	required: "Required for",
	held: "Does not let send",
	seen: "What recipients see",
	fails: "fails",
	passes: "passes",
	spfOnly: "passes by SPF only",
	tested: "Last test",
	never: "never tested",
	test: "Test now",
	works: "works",
	failing: "does not let us in",
	history: "Who allowed what",
	when: "When",
	by: "By",
	what: "What",
	before: "Before",
	after: "After",
	removed: "removed",
	explained: "explained here",
};

export type GatewayWords = Readonly<typeof EN>;

const KO: GatewayWords = {
	title: "게이트웨이",
	none: "wellsent.toml에 [[gateway]]가 없습니다. 모든 메일이 직접 나갑니다.",
	server: "서버",
	login: "로그인",
	noLogin: "없음",
	limits: "한도",
	connections: "개 동시 연결",
	usedBy: "경로로 쓰는 발신자",
	nobody: "없음",
	allowed: "선택할 수 있는 발신자",
	required: "반드시 거쳐야 하는 발신자",
	held: "보낼 수 없는 발신자",
	seen: "받는 사람에게 보이는 것",
	fails: "실패",
	passes: "통과",
	spfOnly: "SPF로만 통과",
	tested: "마지막 시험",
	never: "시험한 적 없음",
	test: "지금 시험",
	works: "정상",
	failing: "들여보내지 않음",
	history: "허용 기록",
	when: "시각",
	by: "누가",
	what: "무엇",
	before: "이전",
	after: "이후",
	removed: "삭제됨",
	explained: "설명 보기",
};

export function gatewayWords(language: Language): GatewayWords {
	return language === "ko" ? KO : EN;
}

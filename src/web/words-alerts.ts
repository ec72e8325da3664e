// The labels of the pages of alerts and jobs in English and Korean. Pure. What is told of an incident is in English: it is what the channels were sent.
import { type AlertKind, type AlertLevel, kindFacts } from "../log/alert-kinds.ts";
import type { Language } from "./words.ts";

const EN = {
	nothingWrong: "Nothing is wrong that Wellsent knows of.",
	openSince: "since",
	saidTimes: "times said",
	did: "Wellsent",
	todo: "To do",
	acknowledge: "Acknowledge",
	acknowledgedBy: "acknowledged by",
	note: "Note",
	mute: "Mute",
	muteFor: "Not told for",
	muteKind: "all of this kind",
	mutedUntil: "muted until",
	unmute: "Hear of it again",
	over: "Over",
	until: "to",
	muted: "Muted",
	notSent: "Could not be sent",
	triedAgain: "tried again",
	givenUp: "given up",
	day: "a day",
	week: "a week",
	month: "30 days",
	job: "Job",
	schedule: "Schedule (UTC)",
	lastRun: "Last run",
	outcome: "Outcome",
	nextRun: "Next run",
	off: "off",
	never: "never",
	isRunning: "is running",
	failed: "failed",
	runNow: "Run now",
	noJobs: "This process runs no jobs.",
} as const;

export type AlertWords = Readonly<Record<keyof typeof EN, string>>;

const KO: AlertWords = {
	nothingWrong: "Wellsent가 아는 문제는 없습니다.",
	openSince: "시작",
	saidTimes: "회 보고됨",
	did: "Wellsent의 조치",
	todo: "할 일",
	acknowledge: "확인",
	acknowledgedBy: "확인한 사람:",
	note: "메모",
	mute: "알림 끄기",
	muteFor: "알리지 않을 기간",
	muteKind: "이 종류 전체",
	mutedUntil: "알림 꺼짐, 종료:",
	unmute: "다시 알림 받기",
	over: "끝난 일",
	until: "~",
	muted: "꺼진 알림",
	notSent: "보내지 못한 알림",
	triedAgain: "다시 시도",
	givenUp: "포기함",
	day: "하루",
	week: "일주일",
	month: "30일",
	job: "작업",
	schedule: "일정(UTC)",
	lastRun: "마지막 실행",
	outcome: "결과",
	nextRun: "다음 실행",
	off: "꺼짐",
	never: "없음",
	isRunning: "실행 중",
	failed: "실패",
	runNow: "지금 실행",
	noJobs: "이 프로세스는 작업을 실행하지 않습니다.",
};

const TITLES_KO: Readonly<Partial<Record<AlertKind, string>>> = {
	"host-refusing": "메일 서버가 거절함",
	"invalid-burst": "없는 수신자 급증",
	"identity-held": "발신자 보류",
	"campaign-site-held": "사이트에서 캠페인 보류",
	"lane-held": "레인 보류",
	"delisting-host": "해제 후 서버가 수락함",
	"delisting-done": "차단 해제 완료",
	"blacklist-listed": "블랙리스트 등재",
	"zone-broken": "블랙리스트 조회 불가",
	"resolver-broken": "DNS 서버를 믿을 수 없음",
	"preflight-failed": "사전 점검 실패",
	"bounce-rate-high": "반송 많음",
	"complaint-rate-high": "스팸 신고 많음",
	"campaign-blocked": "캠페인 차단됨",
	"campaign-overdue": "캠페인이 시각을 놓침",
	"campaign-stalled": "캠페인이 멈춤",
	"series-failed": "시리즈가 캠페인을 만들지 못함",
	"gateway-failing": "게이트웨이 로그인 실패",
	"disk-low": "디스크 부족",
	"job-failing": "작업 실패",
};

const LEVELS_KO: Readonly<Record<AlertLevel, string>> = { critical: "심각", warning: "경고", info: "알림" };

export const alertWords = (language: Language): AlertWords => ({ en: EN, ko: KO })[language];

export function kindTitle(kind: AlertKind, language: Language): string {
	return (language === "ko" ? TITLES_KO[kind] : undefined) ?? kindFacts(kind).title;
}

export const levelName = (level: AlertLevel, language: Language): string => (language === "ko" ? LEVELS_KO[level] : level);

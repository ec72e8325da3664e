// The labels of the page of blacklists in English and Korean. Pure. What the lists mean is said by their own data.
import type { ZoneState } from "../reputation/proof.ts";
import type { Severity } from "../reputation/zones/zone.ts";
import type { Language } from "./words.ts";

interface BlacklistWords {
	readonly lead: string;
	readonly checkNow: string;
	readonly nothingListed: string;
	readonly never: string;
	readonly listed: string;
	readonly clean: string;
	readonly unknown: string;
	readonly unconfirmed: string;
	readonly says: string;
	readonly remove: string;
	readonly holds: string;
	readonly watched: string;
	readonly subject: string;
	readonly what: string;
	readonly lastAsked: string;
	readonly zones: string;
	readonly zone: string;
	readonly believed: string;
	readonly needs: string;
	readonly ownResolver: string;
	readonly history: string;
	readonly cause: string;
	readonly firstSeen: string;
	readonly lastSeen: string;
	readonly cleared: string;
	readonly still: string;
	readonly notWatched: string;
	readonly severities: Readonly<Record<Severity, string>>;
	readonly states: Readonly<Record<ZoneState, string>>;
	readonly notAsked: string;
}

const WORDS: Readonly<Record<Language, BlacklistWords>> = {
	en: {
		lead: "What DNS blacklists say of the addresses and names that receivers see of us. A list is believed only while it proves itself; what gives no answer is unknown, and never clean.",
		checkNow: "Check now",
		nothingListed: "Nothing of ours is on a list.",
		never: "Nothing was asked yet.",
		listed: "listed",
		clean: "clean",
		unknown: "unknown",
		unconfirmed: "seen once, to be confirmed",
		says: "The list says",
		remove: "How to get off it",
		holds: "On hold for it",
		watched: "Watched",
		subject: "Address or name",
		what: "What it is",
		lastAsked: "Last asked",
		zones: "Lists",
		zone: "List",
		believed: "Believed",
		needs: "Wants",
		ownResolver: "a resolver of one's own",
		history: "History",
		cause: "For",
		firstSeen: "First seen",
		lastSeen: "Last seen",
		cleared: "Cleared",
		still: "still there",
		notWatched: "not watched",
		severities: { critical: "critical", serious: "serious", minor: "minor", info: "for information" },
		states: {
			proven: "yes",
			refused: "refuses us",
			dead: "dead",
			"lists-the-world": "lists the world",
			hijacked: "not a blacklist's answers",
			unreachable: "unreachable",
		},
		notAsked: "not asked yet",
	},
	ko: {
		lead: "수신 서버에 보이는 당사의 주소와 이름이 DNS 블랙리스트에 올라 있는지 살핍니다. 스스로 정상임을 증명한 목록만 믿으며, 답이 없으면 '정상'이 아니라 '알 수 없음'입니다.",
		checkNow: "지금 확인",
		nothingListed: "등록된 것이 없습니다.",
		never: "아직 조회하지 않았습니다.",
		listed: "등록됨",
		clean: "정상",
		unknown: "알 수 없음",
		unconfirmed: "한 번 확인됨, 재확인 예정",
		says: "목록의 설명",
		remove: "해제 방법",
		holds: "이 때문에 보류 중",
		watched: "감시 대상",
		subject: "주소 또는 이름",
		what: "용도",
		lastAsked: "마지막 조회",
		zones: "블랙리스트",
		zone: "목록",
		believed: "신뢰 여부",
		needs: "필요 조건",
		ownResolver: "자체 DNS 리졸버",
		history: "이력",
		cause: "사유",
		firstSeen: "처음 확인",
		lastSeen: "마지막 확인",
		cleared: "해제",
		still: "등록 상태",
		notWatched: "감시하지 않음",
		severities: { critical: "치명적", serious: "심각", minor: "경미", info: "참고" },
		states: {
			proven: "신뢰함",
			refused: "조회 거절",
			dead: "중단됨",
			"lists-the-world": "모든 주소를 등록함",
			hijacked: "블랙리스트의 답이 아님",
			unreachable: "응답 없음",
		},
		notAsked: "조회 전",
	},
};

export const blacklistWords = (language: Language): BlacklistWords => WORDS[language];

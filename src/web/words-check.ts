// The labels of the page of a campaign's check in English and Korean. Pure. What was found is said by the check itself.
import type { SizePart } from "../compose/size.ts";
import type { Language } from "./words.ts";

interface CheckWords {
	readonly title: string;
	readonly link: string;
	readonly again: string;
	readonly passed: string;
	readonly failed: string;
	readonly sizes: string;
	readonly proven: (measured: string, to: string) => string;
	readonly likely: (measured: string, to: string) => string;
	readonly largestHtml: string;
	readonly part: string;
	readonly file: string;
	readonly size: string;
	readonly travels: string;
	readonly limit: string;
	readonly advised: string;
	readonly used: string;
	readonly made: string;
	readonly fix: string;
	readonly time: string;
	readonly about: string;
	readonly messages: string;
	readonly parts: Readonly<Record<SizePart["part"], string>>;
}

const WORDS: Readonly<Record<Language, CheckWords>> = {
	en: {
		title: "Check",
		link: "Check",
		again: "Check again",
		passed: "may start",
		failed: "may not start",
		sizes: "Sizes of the largest message",
		proven: (measured, to) => `Of ${measured} measured: the one to ${to}. Nobody's is larger`,
		likely: (measured, to) =>
			`Of ${measured} likely ones measured: the one to ${to}. The templates have conditions, so this is a search and no proof`,
		largestHtml: "the largest HTML goes to",
		part: "part",
		file: "file",
		size: "size",
		travels: "as it travels",
		limit: "limit",
		advised: "advised",
		used: "used",
		made: "Largest parts",
		fix: "A smaller copy is made with",
		time: "Time by site, from the limits of the lanes",
		about: "about",
		messages: "messages",
		parts: { html: "HTML", text: "text", image: "image", attachment: "attachment", message: "message" },
	},
	ko: {
		title: "검사",
		link: "검사",
		again: "다시 검사",
		passed: "시작할 수 있음",
		failed: "시작할 수 없음",
		sizes: "가장 큰 메일의 크기",
		proven: (measured, to) => `${measured}통을 쟀습니다. 가장 큰 것은 ${to} 앞으로 가는 메일입니다`,
		likely: (measured, to) =>
			`클 만한 ${measured}통을 쟀습니다. 가장 큰 것은 ${to} 앞으로 가는 메일입니다. 템플릿에 조건이 있어 증명은 아닙니다`,
		largestHtml: "가장 큰 HTML: 받는 사람",
		part: "부분",
		file: "파일",
		size: "크기",
		travels: "전송 크기",
		limit: "한도",
		advised: "권장",
		used: "사용",
		made: "큰 것부터",
		fix: "더 작은 사본을 만드는 명령",
		time: "사이트별 소요 시간 (레인 한도 기준)",
		about: "약",
		messages: "메일",
		parts: { html: "HTML", text: "텍스트", image: "그림", attachment: "첨부 파일", message: "메일 전체" },
	},
};

export function checkWords(language: Language): CheckWords {
	return WORDS[language];
}

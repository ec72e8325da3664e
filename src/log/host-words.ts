// What the detector found, in words for people. Pure; instants are given as texts, because only the reader's side knows its zone.
import type { Judgement } from "./detector.ts";
import type { HostEvent } from "./host-watch.ts";

export type Language = "en" | "ko";

/** Why a host has its verdict, in one sentence. `time` writes an instant (milliseconds). */
export function becauseWords(
	judgement: Judgement,
	facts: { readonly streak: number; readonly text: string },
	language: Language,
	time: (at: number) => string,
): string {
	const { siblings } = judgement;
	const since = judgement.since === null ? "" : time(judgement.since);
	const said = facts.text === "" ? "" : `: ${facts.text}`;
	const ko = language === "ko";
	switch (judgement.because) {
		case "idle":
			return ko ? "이 기간에 이 서버로 보낸 것이 없습니다." : "It was not asked in this time.";
		case "serves":
			return ko ? "우리 메일을 받습니다." : "It takes our mail.";
		case "streak":
			return ko
				? `${since}부터 연속 ${facts.streak}회 거절했고, 그동안 같은 사이트의 다른 서버 ${siblings.serving}대는 받았습니다${said}`
				: `It has refused us ${facts.streak} times in a row since ${since}, while ${siblings.serving} of its ${siblings.hosts} siblings served us${said}`;
		case "site":
			return ko
				? `${since}부터 이 사이트의 어떤 서버도 우리 메일을 받지 않습니다${said}`
				: `No host of the site has served us since ${since}${said}`;
		case "first-refusal":
			return ko
				? `${since}에 한 번 거절했습니다. 우연일 수 있어 한 통씩 다시 확인합니다${said}`
				: `It refused us once, at ${since}; that may be an accident, and single messages will tell${said}`;
		case "trouble":
			return ko ? "연결되지 않거나 오류로 답하고 있습니다." : "It cannot be reached, or answers with trouble of its own.";
		case "pattern":
			return ko
				? `받기도 하지만 다른 서버보다 눈에 띄게 자주 거절합니다${said}`
				: `It takes some of our mail, but turns down far more than its siblings${said}`;
	}
}

/** An event in one sentence. */
export function eventWords(event: HostEvent, language: Language, time: (at: number) => string): string {
	const host = `${event.mxHost} (${event.mxAddress})`;
	const from = event.source === "" ? "" : language === "ko" ? `${event.source}에서 오는 ` : ` from ${event.source}`;
	switch (event.kind) {
		case "host-refusing": {
			const { serving, hosts } = event.judgement.siblings;
			const since = time(event.judgement.since ?? event.at);
			const text = event.record.lastText;
			if (language === "ko")
				return `${event.site}의 ${host}가 ${since}부터 ${from}메일을 거절합니다(연속 ${event.record.streak}회). 다른 서버 ${hosts}대 중 ${serving}대는 받고 있습니다: ${text}`;
			return `${host} of ${event.site} refuses mail${from} since ${since} (${event.record.streak} times in a row); ${serving} of its ${hosts} siblings accept: ${text}`;
		}
		case "host-recovered":
			return language === "ko"
				? `${event.site}의 ${host}가 ${time(event.since)}부터 ${from}메일을 다시 받습니다(${time(event.refusedSince)}부터 거절했음).`
				: `${host} of ${event.site} accepts mail${from} again since ${time(event.since)} (it had refused since ${time(event.refusedSince)}).`;
		case "invalid-burst":
			return language === "ko"
				? `${event.site}의 ${host}가 ${time(event.since)}부터 수신자를 유난히 많이 "없음"으로 거절합니다. 다른 서버는 받으므로 수신 거부 목록에 넣지 않고 검토 대기로 두었습니다.`
				: `${host} of ${event.site} calls far more readers unknown than its siblings since ${time(event.since)}; they are quarantined for review and not suppressed.`;
		case "delisting-host":
			return language === "ko"
				? `해제 확인: ${event.site}의 ${host}가 ${time(event.at)}에 ${from}메일을 받았습니다.`
				: `De-listing: ${host} of ${event.site} accepted mail${from} at ${time(event.at)}.`;
	}
}

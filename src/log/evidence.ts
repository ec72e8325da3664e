// The text that a postmaster's form asks for when one of a provider's servers refuses us: who we are, which server, when, and in whose words. Pure:
// facts in, a text out, in English and in Korean. It names no reader.
import type { Language } from "./host-words.ts";
import type { HostRow } from "./ledger.store.ts";

/** A reply as it was heard. */
export interface HeardReply {
	/** Milliseconds. */
	readonly at: number;
	readonly stage: string;
	readonly code: number;
	readonly enhanced: string | null;
	readonly text: string;
}

/** The name that DNS has for our address. */
export type PtrFact =
	| { readonly kind: "names"; readonly names: readonly string[] }
	| { readonly kind: "none" }
	| { readonly kind: "failed"; readonly detail: string };

/** What a blacklist said of our address at that time. `unknown`: it was not asked, or gave no answer that can be believed. */
export interface ListState {
	readonly zone: string;
	readonly state: "listed" | "clean" | "unknown";
	readonly at: number | null;
}

export interface EvidenceFacts {
	readonly source: { readonly name: string; readonly address: string; readonly ehlo: string; readonly ptr: PtrFact };
	readonly site: string;
	/** The host in question, a row for each of its addresses, and its siblings, all for that source and the same time. */
	readonly rows: readonly HostRow[];
	readonly siblings: readonly HostRow[];
	/** The first refusals and the last ones, in their order. */
	readonly replies: readonly HeardReply[];
	/** Empty: none was asked. */
	readonly lists: readonly ListState[];
	/** The counts are of this time. Milliseconds. */
	readonly since: number;
	readonly now: number;
	/** IANA zone of "local". */
	readonly zone: string;
}

interface Words {
	readonly title: (host: string, address: string) => string;
	readonly plea: (alone: boolean) => string;
	readonly us: string;
	readonly address: string;
	readonly ptr: string;
	readonly noPtr: string;
	readonly ptrFailed: string;
	readonly ehlo: string;
	readonly host: string;
	readonly first: string;
	readonly last: string;
	readonly lastAccepted: string;
	readonly never: string;
	readonly replies: string;
	readonly stage: string;
	readonly noReply: string;
	readonly noReplies: string;
	readonly counts: (from: string) => string;
	readonly count: (accepted: number, refused: number) => string;
	readonly lists: string;
	readonly noLists: string;
	readonly states: Readonly<Record<ListState["state"], string>>;
	readonly written: string;
}

const EN: Words = {
	title: (host, address) => `Your mail server ${host} refuses our mail server ${address}`,
	plea: (alone) =>
		alone
			? "Your other servers accept our mail, so this one may hold an entry that is out of date. Could you please look at it?"
			: "Could you please tell us the reason, and what we should change?",
	us: "Our server",
	address: "IP address",
	ptr: "PTR record",
	noPtr: "none",
	ptrFailed: "could not be looked up",
	ehlo: "EHLO name",
	host: "Your server",
	first: "Refused since",
	last: "Refused last",
	lastAccepted: "Accepted last",
	never: "never, as far as our records go",
	replies: "Replies of your server, word for word",
	stage: "at",
	noReply: "(no reply)",
	noReplies: "(the words are not kept any more)",
	counts: (from) => `Your servers and our mail, since ${from}`,
	count: (accepted, refused) => `accepted ${accepted}, refused ${refused}`,
	lists: "Blacklists",
	noLists: "state unknown: none was asked at that time",
	states: { listed: "listed", clean: "not listed", unknown: "unknown" },
	written: "Written",
};

const KO: Words = {
	title: (host, address) => `귀사의 메일 서버 ${host}가 당사 메일 서버 ${address}의 메일을 거절합니다`,
	plea: (alone) =>
		alone
			? "귀사의 다른 서버들은 당사의 메일을 정상적으로 받고 있어, 이 서버에만 오래된 차단 정보가 남아 있는 것으로 보입니다. 확인을 부탁드립니다."
			: "거절하시는 이유와 저희가 고쳐야 할 점을 알려 주시기 바랍니다.",
	us: "당사 서버",
	address: "IP 주소",
	ptr: "PTR(역방향) 레코드",
	noPtr: "없음",
	ptrFailed: "조회하지 못함",
	ehlo: "EHLO 이름",
	host: "귀사 서버",
	first: "거절 시작",
	last: "마지막 거절",
	lastAccepted: "마지막 수락",
	never: "기록상 없음",
	replies: "귀사 서버의 응답 원문",
	stage: "단계",
	noReply: "(응답 없음)",
	noReplies: "(원문은 보관 기간이 지났습니다)",
	counts: (from) => `귀사 서버별 처리 현황 (${from}부터)`,
	count: (accepted, refused) => `수락 ${accepted}건, 거절 ${refused}건`,
	lists: "블랙리스트",
	noLists: "상태 알 수 없음: 당시 조회하지 않았습니다",
	states: { listed: "등록됨", clean: "등록되지 않음", unknown: "알 수 없음" },
	written: "작성",
};

/** The text in one language, lines of plain text, ready to be pasted. */
export function evidenceText(facts: EvidenceFacts, language: Language): string {
	const w = language === "ko" ? KO : EN;
	const time = (at: number) => `${utc(at)} (${local(at, facts.zone)} ${facts.zone})`;
	const { source, rows, siblings } = facts;
	const name = rows[0]?.mxHost ?? "";
	const addresses = [...new Set(rows.map((row) => row.mxAddress).filter((address) => address !== ""))];
	const since = earliest(
		rows.map((row) => (row.verdict === "ok" ? null : row.since)).concat(facts.replies.map((reply) => reply.at)),
	);
	const alone = siblings.some((row) => row.accepted > 0) && rows.every((row) => row.judgement.because !== "site");
	const line = (label: string, value: string) => `${label}: ${value}`;
	return [
		w.title(name, source.address),
		"",
		w.plea(alone),
		"",
		w.us,
		line(`  ${w.address}`, source.address),
		line(`  ${w.ptr}`, ptrText(source.ptr, w)),
		line(`  ${w.ehlo}`, source.ehlo),
		"",
		w.host,
		`  ${name}${addresses.length === 0 ? "" : ` [${addresses.join("], [")}]`}`,
		...(since === null ? [] : [line(`  ${w.first}`, time(since))]),
		line(`  ${w.last}`, orNever(latest(rows.map((row) => row.lastRefused)), time, w)),
		line(`  ${w.lastAccepted}`, orNever(latest(rows.map((row) => row.lastAccepted)), time, w)),
		"",
		w.replies,
		...(facts.replies.length === 0
			? [
					`  ${w.noReplies}`,
					...[...new Set(rows.map((row) => row.lastText))].filter((text) => text !== "").map((text) => `    ${text}`),
				]
			: facts.replies.flatMap((reply) => [`  ${time(reply.at)}, ${w.stage} ${reply.stage}`, ...literal(reply, w)])),
		"",
		w.counts(time(facts.since)),
		...[...rows, ...siblings].map(
			(row) => `  ${row.mxHost}${row.mxAddress === "" ? "" : ` [${row.mxAddress}]`}: ${w.count(row.accepted, row.refused)}`,
		),
		"",
		w.lists,
		...(facts.lists.length === 0
			? [`  ${w.noLists}`]
			: facts.lists.map(({ zone, state, at }) => `  ${zone}: ${w.states[state]}${at === null ? "" : ` (${time(at)})`}`)),
		"",
		line(w.written, time(facts.now)),
		"",
	].join("\n");
}

/** The reply as it stood on the wire: its code on every line, a hyphen on all but the last (RFC 5321 section 4.2.1). */
function literal(reply: HeardReply, w: Words): string[] {
	if (reply.code === 0) return [`    ${reply.text === "" ? w.noReply : reply.text.replaceAll("\n", "\n    ")}`];
	const lines = reply.text.split("\n");
	const enhanced = reply.enhanced === null ? "" : `${reply.enhanced} `;
	return lines.map((text, index) => `    ${reply.code}${index < lines.length - 1 ? "-" : " "}${enhanced}${text}`.trimEnd());
}

function ptrText(ptr: PtrFact, w: Words): string {
	switch (ptr.kind) {
		case "names":
			return ptr.names.join(", ");
		case "none":
			return w.noPtr;
		case "failed":
			return `${w.ptrFailed} (${ptr.detail})`;
	}
}

const orNever = (at: number | null, time: (at: number) => string, w: Words): string => (at === null ? w.never : time(at));

const known = (instants: readonly (number | null)[]): number[] => instants.flatMap((at) => (at === null ? [] : [at]));
const earliest = (instants: readonly (number | null)[]): number | null =>
	known(instants).length === 0 ? null : Math.min(...known(instants));
const latest = (instants: readonly (number | null)[]): number | null =>
	known(instants).length === 0 ? null : Math.max(...known(instants));

/** "2026-11-21 09:00:05 UTC" */
function utc(at: number): string {
	return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** "2026-11-21 18:00:05" in that zone. */
function local(at: number, zone: string): string {
	const parts = new Intl.DateTimeFormat("en-CA", {
		timeZone: zone,
		dateStyle: "short",
		timeStyle: "medium",
		hourCycle: "h23",
	}).formatToParts(at);
	const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
	return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")}`;
}

// Bounces without a delivery status: qmail, old Exims, Exchange's notes for people, and the pages that Korean, Japanese and Chinese providers write. What
// counts is the reply they quote, or else words that a rule of replies/ knows. Pure.
import { addressIn, type Bounce, findReply, hostIn, replyOfStatus, stageIn } from "./bounce.ts";
import type { Mail } from "./mail.ts";

const SYSTEM =
	/^(?:mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|mmdf|bounces?|mail[-_.]?(?:delivery|system)[\w.-]*|mdaemon|no-?reply-?(?:ndr|dsn)?)@/;
const SUBJECT =
	/undeliver|returned mail|failure (?:notice|notification)|deliver\w{1,3} (?:status|fail|problem|report|error|notification|delay)|(?:mail|message|e-?mail) (?:delivery|system) ?(?:failed|error|fail)|non[- ]?deliver|not (?:be )?delivered|message (?:delayed|not sent)|반송|(?:전송|발송|배달|수신|전달) ?(?:실패|오류|불가|지연)|配信(?:不能|エラー|できま|遅延)|送信(?:エラー|できま)|不達|エラーメール|退信|投[递遞]失[败敗]|无法投递|無法[投傳]|unzustellbar|nicht zugestellt|non remis|no (?:se )?(?:ha )?(?:podido )?entrega/i;
const DELAYED =
	/\b(?:delay(?:ed)?|still (?:trying|being (?:retried|tried))|will (?:be retried|keep trying|continue (?:to try|trying)|retry)|not yet been delivered|no action is required|do not need to resend|warning:? (?:could not send|message))\b|지연|遅延|再送を試み|延[迟遲]|稍后重试/i;
const GAVE_UP =
	/giv(?:e|ing) up|gave up|retry time(?:out)? exceeded|too long|permanent(?:ly)? (?:error|fail)|has been (?:rejected|returned)|포기|再送を中止|放[弃棄]/i;
/** Where the returned message begins: what follows are the newsletter's own words. */
const ORIGINAL =
	/^(?:[-=_*> ]{0,12}(?:this is a copy of|below this line is a copy|included is a copy|original message|returned message|the (?:header|body) of the (?:original )?message|원본 메[시세]지|원본 메일|元のメッセージ|原始邮件|原邮件)|(?:return-path|received|dkim-signature|list-unsubscribe): )/im;

/** Programs write it, not a reader. */
export const isFromSystem = (mail: Mail): boolean => SYSTEM.test(mail.from);

/**
 * What a bounce in plain words says; null when the message is none. `nullSender`: its return path was empty, as that of a bounce must be (RFC 5321
 * section 4.5.5) and that of an auto-reply often is.
 */
export function readTextBounce(mail: Mail, nullSender: boolean): Bounce | null {
	const named = mail.headers.get("x-failed-recipients");
	const looks = isFromSystem(mail) || SUBJECT.test(mail.subject);
	if (named === undefined && !looks && !(nullSender && /qmail-send program/i.test(mail.text.slice(0, 500)))) return null;
	const returned = ORIGINAL.exec(mail.text);
	const text = mail.text.slice(0, Math.min(returned?.index ?? 8_000, 8_000)).trim();
	if (text === "") return null;
	const quoted = findReply(text);
	const reply = quoted ?? replyOfStatus("", text.slice(0, 1_500));
	const delayed = DELAYED.test(`${mail.subject}\n${text}`) && !GAVE_UP.test(text);
	return {
		failed: !delayed && (reply.code >= 500 || GAVE_UP.test(text)),
		reply,
		stage: stageIn(text),
		host: hostOf(text, mail),
		recipient: addressIn(named) ?? addressIn(/^\s*<([^\s<>]{3,320})>:?\s*$/m.exec(text)?.[1]),
		told: quoted !== null,
	};
}

/** The host that is quoted, else the program that writes, else the domain it writes from. */
function hostOf(text: string, mail: Mail): string {
	const quoted =
		/\bhost ([a-z0-9.-]{4,253}) ?[[(]/i.exec(text) ??
		/while talking to ([a-z0-9.-]{4,253}?)\.?:/i.exec(text) ??
		/qmail-send program at ([a-z0-9.-]{4,253}?)\.?\s/i.exec(text);
	return hostIn(quoted?.[1]) || hostIn(mail.from.slice(mail.from.lastIndexOf("@") + 1));
}

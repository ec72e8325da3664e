// Bounces without a delivery status, in the words of several programs and languages.
import { plain, RETURNED } from "./mail-forms.ts";
import type { BounceSample } from "./status-samples.ts";

export const TEXT_SAMPLES: readonly BounceSample[] = [
	{
		name: "qmail: no mailbox here",
		mail: plain(
			"From: MAILER-DAEMON@qmail.corp.test\nSubject: failure notice\nTo: {verp}",
			`Hi. This is the qmail-send program at qmail.corp.test.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{reader}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n${RETURNED}`,
		),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "qmail.corp.test",
		suppress: true,
	},
	{
		name: "qmail: what the next host said",
		mail: plain(
			"From: MAILER-DAEMON@qmail.corp.test\nSubject: failure notice",
			"Hi. This is the qmail-send program at qmail.corp.test.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<{reader}>:\n198.51.100.9 does not like recipient.\nRemote host said: 550 5.1.1 <{reader}>: Recipient address rejected: User unknown\nGiving up on 198.51.100.9.\n\n--- Below this line is a copy of the message.",
		),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "qmail.corp.test",
		suppress: true,
	},
	{
		name: "an old Exim: plain text and X-Failed-Recipients",
		mail: plain(
			"X-Failed-Recipients: {reader}\nAuto-Submitted: auto-replied\nFrom: Mail Delivery System <Mailer-Daemon@exim.corp.test>\nSubject: Mail delivery failed: returning message to sender",
			`This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  {reader}\n    SMTP error from remote mail server after RCPT TO:<{reader}>:\n    host store.corp.test [198.51.100.7]: 550 5.2.1 This account is inactive\n\n------ This is a copy of the message, including all the headers. ------\n\n${RETURNED}`,
		),
		failed: true,
		code: 550,
		class: "inactive-mailbox",
		host: "store.corp.test",
		suppress: false,
	},
	{
		name: "an old Exim: a warning after a day",
		mail: plain(
			"Auto-Submitted: auto-replied\nFrom: Mail Delivery System <Mailer-Daemon@exim.corp.test>\nSubject: Warning: message 1abcde-000000 delayed 24 hours",
			"A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on exim.corp.test.\n\nThe address to which the message has not yet been delivered is:\n\n  {reader}\n    host store.corp.test [198.51.100.7]\n    Delay reason: 451 4.7.1 Greylisting in action, please come back later\n\nNo action is required on your part. Delivery attempts will continue for\nsome time, and this warning may be repeated at intervals.",
		),
		failed: false,
		code: 451,
		class: "greylisted",
		host: "store.corp.test",
		suppress: false,
	},
	{
		name: "a Korean provider: no such account",
		mail: plain(
			"From: MAILER-DAEMON@mail.corp.test\nSubject: =?utf-8?B?67CY7IahIOuplOydvA==?=",
			"보내신 메일이 아래와 같은 이유로 전송되지 못했습니다.\n\n받는 사람: {reader}\n사유: 550 5.1.1 존재하지 않는 계정입니다.\n\n원본 메시지\nFrom: news@sender.test",
		),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "mail.corp.test",
		suppress: true,
	},
	{
		name: "a Korean provider: words alone that a rule knows",
		mail: plain(
			"From: postmaster@mail.corp.test\nSubject: [반송] December",
			"수신자의 메일함 용량이 초과되어 메일을 전송하지 못했습니다.\n\n받는 사람: {reader}",
		),
		failed: true,
		code: 550,
		class: "mailbox-full",
		host: "mail.corp.test",
		suppress: false,
	},
	{
		name: "a Japanese provider: the reply it got",
		mail: plain(
			"From: MAILER-DAEMON@mail.corp.test\nSubject: 配信不能通知",
			"お客様のメールを配信できませんでした。\n\n宛先: {reader}\n理由: 550 5.1.1 宛先のメールアドレスが存在しません\n",
		),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "mail.corp.test",
		suppress: true,
	},
	{
		name: "QQ: returned letter in Chinese",
		mail: plain(
			"From: PostMaster@qq.test\nSubject: 系统退信/Systems bounce",
			"很抱歉您发送的邮件被退回，以下是该邮件的相关信息：\n\n收件人邮件地址不存在，邮件无法送达。\nhost mx3.qq.test[203.0.113.9] said: 550 Mailbox not found. (in reply to RCPT TO command)",
		),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "mx3.qq.test",
		suppress: true,
	},
	{
		name: "Exchange's note for people, in HTML, without a status",
		mail: `From: postmaster@corp.test
Subject: Undeliverable: December
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><body><p>Delivery has failed to these recipients:</p><p>{reader}</p>
<p>Remote Server returned '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)'</p></body></html>
`,
		failed: true,
		code: 550,
		class: "recipient-policy",
		host: "corp.test",
		suppress: false,
	},
];

// Complaints, automatic answers and what must not be taken for either.
import { plain, RETURNED, report } from "./mail-forms.ts";

const arf = (headers: string, status: string, returned?: string): string =>
	report({
		headers,
		type: "feedback-report",
		human: "This is an email abuse report for an email message received from IP 192.0.2.1 on Mon, 02 Nov 2026 00:00:00 +0000.",
		status,
		...(returned === undefined ? {} : { returned }),
	});

export const COMPLAINT_SAMPLES: readonly {
	readonly name: string;
	readonly mail: string;
	readonly type: string;
	readonly by: string;
}[] = [
	{
		name: "Yahoo",
		mail: arf(
			"From: Yahoo! Mail AntiSpam Feedback <feedback@arf.mail.yahoo.com>\nSubject: FW:December",
			"Feedback-Type: abuse\nUser-Agent: Yahoo!-Mail-Feedback/2.0\nVersion: 0.1\nOriginal-Mail-From: <{verp}>\nOriginal-Rcpt-To: {reader}\nReceived-Date: Mon, 02 Nov 2026 00:00:00 +0000\nReported-Domain: sender.test\nAuthentication-Results: authentication result string is not available",
		),
		type: "abuse",
		by: "arf.mail.yahoo.com",
	},
	{
		name: "AOL, the reader's address taken out",
		mail: arf(
			"From: scomp@aol.net\nSubject: Email Feedback Report for IP 192.0.2.1",
			"Feedback-Type: abuse\nUser-Agent: AOL SComp\nVersion: 0.1\nReceived-Date: Mon, 02 Nov 2026 00:00:00 -0500\nSource-IP: 192.0.2.1\nReported-Domain: sender.test\nRedacted-Address: redacted\nRedacted-Address: redacted@",
			RETURNED.replaceAll("{reader}", "undisclosed-recipients:;").replace("Return-Path: <{verp}>\n", ""),
		),
		type: "abuse",
		by: "aol.net",
	},
	{
		name: "a provider behind Validity's universal feedback loop",
		mail: arf(
			"From: feedbackloop@fbl.comcast.test\nSubject: Comcast Abuse Report",
			"Feedback-Type: abuse\nUser-Agent: ReturnPathFBL/1.0\nVersion: 1\nReporting-MTA: dns; fbl.comcast.test\nOriginal-Mail-From: {verp}\nArrival-Date: Mon, 02 Nov 2026 00:00:00 +0000\nSource-IP: 192.0.2.1",
		),
		type: "abuse",
		by: "fbl.comcast.test",
	},
	{
		name: "a report of fraud",
		mail: arf(
			"From: abusedesk@isp.test\nSubject: FW: Earn money",
			"Feedback-Type: fraud\nUser-Agent: SomeGenerator/1.0\nVersion: 1\nReporting-MTA: dns; mail.isp.test",
		),
		type: "fraud",
		by: "mail.isp.test",
	},
	{
		name: "Hotmail's JMRP: no report, the message with a field of its own",
		mail: `From: staff@hotmail.com
Subject: complaint about message from 192.0.2.1
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="jmrp"

--jmrp
Content-Type: message/rfc822
Content-Disposition: inline

X-HmXmrOriginalRecipient: {reader}
X-MS-Exchange-EOPDirect: true
${RETURNED}
Hello reader
--jmrp--
`,
		type: "abuse",
		by: "hotmail.com",
	},
];

export const OTHER_SAMPLES: readonly {
	readonly name: string;
	readonly mail: string;
	readonly nullSender: boolean;
	readonly kind: "auto-reply" | "nothing" | "letter" | "opt-out";
}[] = [
	{
		name: "not spam, after all",
		mail: arf("From: fbl@isp.test\nSubject: FW: December", "Feedback-Type: not-spam\nUser-Agent: X/1\nVersion: 1"),
		nullSender: true,
		kind: "nothing",
	},
	{
		name: "a failure of DMARC (RFC 6591) is no complaint",
		mail: arf(
			"From: noreply-dmarc@isp.test\nSubject: Report",
			"Feedback-Type: auth-failure\nAuth-Failure: dmarc\nUser-Agent: X/1\nVersion: 1",
		),
		nullSender: true,
		kind: "nothing",
	},
	{
		name: "a reader who opts out at his provider",
		mail: arf("From: fbl@isp.test\nSubject: FW: December", "Feedback-Type: opt-out\nUser-Agent: X/1\nVersion: 1"),
		nullSender: true,
		kind: "opt-out",
	},
	{
		name: "a report of success",
		mail: report({
			headers: "From: MAILER-DAEMON@mx.corp.test\nSubject: Successful Mail Delivery Report",
			human: "Your message was successfully delivered.",
			status: "Reporting-MTA: dns; mx.corp.test\n\nFinal-Recipient: rfc822; {reader}\nAction: delivered\nStatus: 2.0.0",
		}),
		nullSender: true,
		kind: "nothing",
	},
	{
		name: "vacation by RFC 3834",
		mail: plain(
			"From: {reader}\nSubject: Re: December\nAuto-Submitted: auto-replied (vacation)",
			"I am away until Monday, my mailbox is full of sand.",
		),
		nullSender: true,
		kind: "auto-reply",
	},
	{
		name: "Exchange's out of office",
		mail: plain("From: {reader}\nSubject: Automatic reply: December\nX-Auto-Response-Suppress: All", "I am out of the office."),
		nullSender: true,
		kind: "auto-reply",
	},
	{
		name: "Korean out of office",
		mail: plain("From: {reader}\nSubject: 부재중 자동응답\nX-Autoreply: yes", "휴가 중입니다. 급한 일은 550-1234로 전화 주세요."),
		nullSender: false,
		kind: "auto-reply",
	},
	{
		name: "a person's letter that quotes a code",
		mail: plain("From: friend@elsewhere.test\nSubject: question", "Hello, my server says 550 5.1.1 User unknown. Can you help?"),
		nullSender: false,
		kind: "letter",
	},
];

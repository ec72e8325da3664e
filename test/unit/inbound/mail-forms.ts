// Builds messages in the forms that mail servers really use. `{verp}`, `{reader}` and `{token}` in a sample are filled in.
export const READER = "reader@corp.test";
export const VERP = "b-2s-abcdefghijklmnop@bounces.sender.test";
export const TOKEN = "1-1-abcdefghijklmnopqrstuvwxyz";

/** The newsletter's headers as they come back. */
export const RETURNED = `Return-Path: <{verp}>
Received: from mta1.sender.test (mta1.sender.test [192.0.2.1]) by mx.corp.test with ESMTPS id 4XyZ
From: Example News <news@sender.test>
To: <{reader}>
Subject: December
Message-ID: <0000002s.abcdefgh@sender.test>
List-Unsubscribe: <https://news.sender.test/u/{token}>,
 <mailto:u-{token}@bounces.sender.test>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
Feedback-ID: c1:news:marketing:sendertest
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
`;

export interface Filled {
	readonly verp?: string;
	readonly reader?: string;
	readonly token?: string;
}

/** A sample with CRLF, ready to be sent or parsed. */
export function fill(text: string, of: Filled = {}): string {
	return text
		.replaceAll("{verp}", of.verp ?? VERP)
		.replaceAll("{reader}", of.reader ?? READER)
		.replaceAll("{token}", of.token ?? TOKEN)
		.replace(/\r?\n/g, "\r\n");
}

/** multipart/report of RFC 6522: words for people, a part for programs, the returned message or its headers. */
export function report(of: {
	readonly headers: string;
	readonly type?: string;
	readonly human: string;
	readonly status: string;
	readonly returned?: string;
	readonly returnedType?: string;
}): string {
	const type = of.type ?? "delivery-status";
	const returned =
		of.returned === ""
			? ""
			: `--B0undary\nContent-Type: ${of.returnedType ?? "message/rfc822"}\n\n${of.returned ?? RETURNED}\nHello reader\n`;
	return `${of.headers}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=${type}; boundary="B0undary"

This is a MIME-encapsulated message.

--B0undary
Content-Type: text/plain; charset=utf-8

${of.human}

--B0undary
Content-Type: message/${type}

${of.status}
${returned}--B0undary--
`;
}

/** A message of one part. */
export function plain(headers: string, body: string, charset = "utf-8"): string {
	return `${headers}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: 8bit\n\n${body}\n`;
}

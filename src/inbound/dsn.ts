// Reports by RFC 3464 (multipart/report, message/delivery-status), as Postfix, Exim, Sendmail, Exchange, Gmail and Outlook send them. Pure.
import { addressIn, type Bounce, findReply, hostIn, replyOfStatus, stageIn } from "./bounce.ts";
import { type Fields, fieldBlocks, type Mail } from "./mail.ts";

/**
 * What a delivery status says. "nothing": it is about a success (delivered, relayed, expanded), or says nothing at all. Null: the message holds none.
 * One message of ours has one recipient, so of several blocks the first failure counts, before a delay.
 */
export function readStatus(mail: Mail): Bounce | "nothing" | null {
	const part = mail.parts.find(({ type }) => type === "message/delivery-status" || type === "message/global-delivery-status");
	if (part === undefined) return null;
	const [first, ...blocks] = fieldBlocks(part.text);
	if (first === undefined) return "nothing";
	// Some put everything into one block.
	const about = blocks.length > 0 ? blocks : [first];
	const failed = about.find((fields) => actionOf(fields) === "failed");
	const delayed = about.find((fields) => actionOf(fields) === "delayed");
	const fields = failed ?? delayed;
	return fields === undefined ? "nothing" : bounceOf(mail, first, fields, failed !== undefined);
}

/** RFC 3464 section 2.3.3; where it is missing (it must not), the status decides. */
function actionOf(fields: Fields): string {
	const written = /^[a-z]+/i.exec(fields.get("action") ?? "")?.[0]?.toLowerCase();
	if (written !== undefined) return written;
	const status = fields.get("status") ?? "";
	return status.startsWith("5") ? "failed" : status.startsWith("4") ? "delayed" : "";
}

function bounceOf(mail: Mail, message: Fields, fields: Fields, failed: boolean): Bounce {
	const diagnostic = (fields.get("diagnostic-code") ?? "").replace(/^[\w.-]{1,20}\s*;\s*/, "");
	const status = /[45]\.\d{1,3}\.\d{1,3}/.exec(fields.get("status") ?? "")?.[0] ?? "";
	const own = findReply(diagnostic);
	// Exchange and Domino leave the diagnostic out and put the reply into the text for people. A general status (x.0.0) says less than a text.
	const elsewhere = own === null && diagnostic === "" && (status === "" || /\.0\.0$/.test(status)) ? findReply(mail.text) : null;
	const reply = own ?? elsewhere ?? replyOfStatus(status, diagnostic);
	const specific = reply.enhanced === null && status !== "" && !/\.0\.0$/.test(status);
	return {
		failed,
		reply: specific ? { ...reply, enhanced: status } : reply,
		stage: stageIn(`${diagnostic}\n${mail.text.slice(0, 4_000)}`),
		host: hostIn(fields.get("remote-mta")) || hostIn(message.get("reporting-mta")),
		recipient: addressIn(fields.get("original-recipient")) ?? addressIn(fields.get("final-recipient")),
		told: true,
	};
}

// The parts of an SMTP command that the session looks at (RFC 5321 section 4.1). Pure.
import type { Manners } from "./manners.ts";

/** The address between < and > of MAIL or RCPT ("" for the null sender), or null when there is none. */
export function mailbox(line: string): string | null {
	const open = line.indexOf("<", 5);
	const close = line.indexOf(">", open);
	const colon = line.indexOf(":");
	return open < 0 || close < 0 || colon < 0 || colon > open ? null : line.slice(open + 1, close);
}

/** SIZE= of a MAIL command (RFC 1870) in bytes, or null. */
export function mailParameters(line: string): { readonly size: number | null } {
	const parameters = line.slice(line.indexOf(">") + 1);
	const size = /\sSIZE=(\d{1,15})(?:\s|$)/i.exec(parameters);
	return { size: size === null ? null : Number(size[1]) };
}

/** The reply to EHLO: one line an extension. */
export function ehloLines(manners: Manners, host: string, secure: boolean): string {
	const lines = [host];
	if (manners.pipelining) lines.push("PIPELINING");
	if (manners.size !== null && manners.announceSize) lines.push(`SIZE ${manners.size}`);
	if (manners.eightBitMime) lines.push("8BITMIME");
	if (manners.enhancedStatusCodes) lines.push("ENHANCEDSTATUSCODES");
	if (manners.smtpUtf8) lines.push("SMTPUTF8");
	if (manners.starttls !== "none" && !secure) lines.push("STARTTLS");
	// A login offered in plain text would teach clients to send passwords in the clear; only a host without TLS has no choice.
	if (manners.auth !== null && (secure || manners.starttls === "none")) lines.push(`AUTH ${manners.authMethods.join(" ")}`);
	return `250 ${lines.join("\n")}`;
}

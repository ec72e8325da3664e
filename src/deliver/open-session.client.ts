// Opens a session with one MX host or gateway, or says what stood in the way. Speaks no message: that is smtp-session.client.ts.
import net from "node:net";
import type { Reply, Stage, Trouble } from "../replies/outcome.ts";
import { connect } from "./connect.client.ts";
import type { Exchange, SessionTarget } from "./exchange.ts";
import { SmtpSession } from "./smtp-session.client.ts";

export type OpenResult =
	| { readonly kind: "open"; readonly session: SmtpSession }
	| { readonly kind: "failed"; readonly exchange: Exchange };

/** Opens a connection up to the point where a message can be sent (greeting, EHLO, STARTTLS, AUTH). Network trouble is an answer. */
export async function openSession(target: SessionTarget): Promise<OpenResult> {
	const started = performance.now();
	const failed = (stage: Stage, trouble: Trouble | null, reply: Reply | null, detail: string): OpenResult => ({
		kind: "failed",
		exchange: { stage, reply, trouble, detail, inDoubt: false, durationMs: Math.round(performance.now() - started), bytes: 0 },
	});
	const socket = await connect(target);
	if (!(socket instanceof net.Socket)) return failed("connect", socket.trouble, null, socket.detail);

	const session = new SmtpSession(target, socket);
	const problem = await session.greet();
	if (problem === null) return { kind: "open", session };
	session.drop();
	return failed(problem.stage, problem.trouble, problem.reply, problem.detail);
}

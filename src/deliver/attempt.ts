// One try of one delivery. The table of contents of the main path: one call a step, with the words of docs/flow.md in their order.
import { textOf } from "../errors.ts";
import type { TlsFacts } from "../log/response.ts";
import type { Trouble } from "../replies/outcome.ts";
import type { MxAnswer } from "../routing/mx.ts";
import type { Desk, ReadyMessage } from "./engine.ts";
import type { Exchange } from "./exchange.ts";
import { learn, mayGoPlain } from "./feedback.ts";
import { findHosts, type PlannedHost, type Target, targetsOf } from "./hosts.ts";
import { notNow, patiently } from "./patience.ts";
import type { SessionHolder } from "./session-holder.ts";
import type { ClaimedDelivery, Settlement } from "./settlement.ts";
import { Story } from "./story.ts";

/** How the try ended; or that it did not take place: the lane may not send before `at`, work is to stop, the campaign does not send any more. */
export type AttemptEnd =
	| { readonly kind: "settled"; readonly settlement: Settlement }
	| { readonly kind: "withdrawn" }
	| { readonly kind: "not-now"; readonly at: number }
	| { readonly kind: "stopped" };

export async function attempt(delivery: ClaimedDelivery, desk: Desk, holder: SessionHolder): Promise<AttemptEnd> {
	const story = new Story(delivery, desk);
	if (delivery.suppressed) return settled(story.suppressed());

	const place = await findHosts(delivery, desk);
	if (place.kind === "nowhere") return settled(story.withoutHost(dnsTrouble(place.answer)));
	if (place.site !== delivery.site) return settled(story.refiled(place.site));

	const composed = await desk.message(delivery);
	if (composed.kind === "withdrawn") return composed;
	if (composed.kind === "unfit") return settled(story.unfit(composed));

	for (const host of place.skipped) story.skipped(host);
	const targets = await targetsOf(place.hosts, desk, holder.host);
	const dot = { released: false };
	try {
		return await askHosts(targets, place.hosts, composed.message, { delivery, desk, holder, story, dot });
	} catch (error) {
		// A mistake of ours is no try, and the delivery goes back into the queue. But not once the final dot is out: that would be the second copy (D2).
		if (!dot.released) throw error;
		return settled(story.afterFault(textOf(error)));
	}
}

/** What the steps of one try share. */
interface Trying {
	readonly delivery: ClaimedDelivery;
	readonly desk: Desk;
	readonly holder: SessionHolder;
	readonly story: Story;
	/** Whether the final dot of the message may have left to the host that is being spoken to. */
	readonly dot: { released: boolean };
}

/** One host after the other, until one of them, or the rules, put an end to it. */
async function askHosts(
	targets: readonly Target[],
	hosts: readonly PlannedHost[],
	message: ReadyMessage,
	trying: Trying,
): Promise<AttemptEnd> {
	const { desk, holder, story, dot } = trying;
	for (let index = 0; ; ) {
		const target = targets[index];
		if (target === undefined) return settled(story.postponed(desk.engine.clock.now()));
		dot.released = false;
		const said = await speak(target, message, trying);
		if (said.kind !== "said")
			return story.begun ? settled(story.postponed(said.kind === "not-now" ? said.at : desk.engine.clock.now())) : said;
		const { outcome, next } = story.heard({
			mxHost: target.host,
			mxAddress: target.address ?? "",
			hostsLeft: targets.length - index - 1,
			mayGoPlain: mayGoPlain(desk, target.host, target.address),
			...said,
		});
		learn(
			desk,
			{
				host: target.host,
				address: target.address,
				hosts,
				exchange: said.exchange,
				size: message.size,
				acceptedBefore: said.acceptedBefore,
				spent: said.spent,
				detail: story.lastWords,
			},
			outcome,
		);
		if (next.kind === "sibling") index += 1;
		else if (next.kind === "again") holder.letGo();
		else return settled(story.settle(next));
	}
}

type Said =
	| {
			readonly kind: "said";
			readonly exchange: Exchange;
			readonly tls: TlsFacts | null;
			readonly acceptedBefore: number;
			readonly spent: boolean;
	  }
	| { readonly kind: "not-now"; readonly at: number }
	| { readonly kind: "withdrawn" }
	| { readonly kind: "stopped" };

/** Connects to one host, within the lane's limits, and hands the message over. */
async function speak(target: Target, message: ReadyMessage, { delivery, desk, holder, dot }: Trying): Promise<Said> {
	if (target.address === null)
		return {
			kind: "said",
			exchange: silence("connect", target.trouble, target.detail),
			tls: null,
			acceptedBefore: 0,
			spent: false,
		};
	const held = await holder.to({ host: target.host, address: target.address }, delivery.domain);
	if (held.kind === "failed") return { kind: "said", exchange: held.exchange, tls: null, acceptedBefore: 0, spent: false };
	if (held.kind !== "open") return held;

	const { lane, engine, signal } = desk;
	const look = () => notNow("message", lane.nextMessageAt(engine.clock.now()), engine.clock.now());
	const at = look();
	if (at !== null) {
		holder.letGo();
		return { kind: "not-now", at };
	}
	const ticket = await patiently({ clock: engine.clock, signal, look }, (patience) => desk.messageTicket(patience));
	if (!ticket.got) {
		holder.letGo();
		return ticket.comeBackAt === null ? { kind: "stopped" } : { kind: "not-now", at: ticket.comeBackAt };
	}
	// It may have waited for half a minute: look once more before anything is said.
	if (desk.withdrawn(delivery)) {
		lane.unspent();
		return { kind: "withdrawn" };
	}

	const { session } = held;
	const acceptedBefore = session.accepted;
	const begunBefore = session.begun;
	const exchange = await session.send({
		from: message.mailFrom,
		to: delivery.email,
		size: message.size,
		hostTakes: engine.hosts.facts(target.host, target.address).sizeLimit,
		needsSmtpUtf8: message.needsSmtpUtf8,
		chunks: message.chunks,
		afterMail: () => lane.arrived(),
		beforeDot: async () => {
			await engine.markBody(delivery);
			dot.released = true;
		},
	});
	// No MAIL FROM left: the server has not seen a message, so the lane's limit was not used.
	const spent = session.begun > begunBefore;
	if (!spent) lane.unspent();
	return { kind: "said", exchange, tls: session.tls, acceptedBefore, spent };
}

function settled(settlement: Settlement): AttemptEnd {
	return { kind: "settled", settlement };
}

/** An exchange in which nobody said anything. */
export function silence(stage: Exchange["stage"], trouble: Trouble | null, detail: string): Exchange {
	return { stage, reply: null, trouble, detail, inDoubt: false, durationMs: 0, bytes: 0 };
}

function dnsTrouble(answer: Exclude<MxAnswer, { kind: "hosts" }>): Exchange {
	switch (answer.kind) {
		case "null-mx":
			return silence("dns", "null-mx", "the domain says that it takes no mail (null MX, RFC 7505)");
		case "no-such-domain":
			return silence("dns", "no-such-domain", "the domain does not exist (NXDOMAIN)");
		case "failed":
			return silence("dns", "dns-failed", `looking up the MX hosts: ${answer.detail}`);
	}
}

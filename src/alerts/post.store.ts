// The outbox: each message to each channel is a row before it is sent, tried again with growing waits, and kept as the proof that it went. A channel that is
// away holds up no other one.
import type { Clock } from "../clock.ts";
import { type Db, instant } from "../db/db.ts";
import { textOf } from "../errors.ts";
import { type AlertMessage, readMessage, type What } from "./message.ts";

/** What came of one try to send. */
export type Sent =
	| { readonly ok: true; readonly detail: string }
	/** `final`: there is no use in another try. */
	| { readonly ok: false; readonly detail: string; readonly final?: boolean };

export interface Channel {
	/** "webhook:hooks.example.com#1f2e3d4c": stable, and without what is secret in the address. */
	readonly name: string;
	/** Never throws for trouble on the network. `id` is the same at each try of one message. */
	send(message: AlertMessage, id: string): Promise<Sent>;
}

export interface Post {
	readonly id: number;
	readonly channel: string;
	readonly what: What;
	readonly state: "waiting" | "sent" | "given-up";
	readonly tries: number;
	readonly createdAt: number;
	readonly dueAt: number;
	readonly sentAt: number | null;
	readonly lastError: string | null;
}

const MINUTE = 60_000;
const WAITS_MS = [1, 2, 5, 15, 30, 60, 120, 240, 360].map((minutes) => minutes * MINUTE);
const GIVE_UP_MS = 3 * 86_400_000;
/** Posts of one round. */
const STEP = 200;

/** When the next try is due after so many; null: it is too old for another. */
export function nextTryAt(of: { readonly tries: number; readonly createdAt: number; readonly now: number }): number | null {
	const at = of.now + (WAITS_MS[Math.min(of.tries, WAITS_MS.length) - 1] ?? MINUTE);
	return at - of.createdAt > GIVE_UP_MS ? null : at;
}

export async function addPosts(
	db: Db,
	messages: readonly AlertMessage[],
	channels: readonly string[],
	now: number,
): Promise<void> {
	const at = new Date(now);
	const data = messages.flatMap((message) =>
		channels.map((channel) => ({
			channel,
			what: message.what,
			body: JSON.stringify(message),
			state: "waiting",
			tries: 0,
			createdAt: at,
			dueAt: at,
		})),
	);
	if (data.length > 0) await db.alertPost.createMany({ data });
}

/** Sends what is due: the channels side by side, each one's posts in their order until one fails. */
export async function sendDue(
	db: Db,
	channels: readonly Channel[],
	clock: Clock,
): Promise<{ readonly sent: number; readonly failed: readonly { channel: string; error: string; final: boolean }[] }> {
	const due = await db.alertPost.findMany({
		where: { state: "waiting", dueAt: { lte: new Date(clock.now()) } },
		orderBy: { id: "asc" },
		take: STEP,
	});
	let sent = 0;
	const failed: { channel: string; error: string; final: boolean }[] = [];
	const names = [...new Set(due.map((post) => post.channel))];
	await Promise.all(
		names.map(async (name) => {
			for (const post of due.filter((one) => one.channel === name)) {
				const channel = channels.find((one) => one.name === name);
				const message = readMessage(post.body);
				const result: Sent =
					channel === undefined
						? { ok: false, final: true, detail: "this channel is no longer in the settings" }
						: message === null
							? { ok: false, final: true, detail: "the message was written by another version" }
							: await sendOne(channel, message, postId(post));
				const final = await record(db, post, result, clock.now());
				if (result.ok) sent += 1;
				else failed.push({ channel: name, error: result.detail, final });
				if (!result.ok && result.final !== true) break;
			}
		}),
	);
	return { sent, failed };
}

/** Sends a message now, once, whatever comes of it; the row is left as a record. */
export async function sendNow(db: Db, channel: Channel, message: AlertMessage, clock: Clock): Promise<Sent> {
	const at = new Date(clock.now());
	const { name } = channel;
	const post = await db.alertPost.create({
		data: {
			channel: name,
			what: message.what,
			body: JSON.stringify(message),
			state: "given-up",
			tries: 1,
			createdAt: at,
			dueAt: at,
		},
	});
	const result = await sendOne(channel, message, postId(post));
	await db.alertPost.update({
		where: { id: post.id },
		data: result.ok ? { state: "sent", sentAt: new Date(clock.now()), lastError: null } : { lastError: result.detail },
	});
	return result;
}

/** Posts that could not be sent: those that wait for another try, and those given up since then. */
export async function troubledPosts(db: Db, since: number): Promise<Post[]> {
	const rows = await db.alertPost.findMany({
		where: {
			what: { not: "test" },
			OR: [
				{ state: "waiting", tries: { gt: 0 } },
				{ state: "given-up", createdAt: { gte: new Date(since) } },
			],
		},
		orderBy: { id: "desc" },
		take: 100,
	});
	return rows.map(({ body, ...row }) => ({
		...row,
		what: row.what as What,
		state: row.state as Post["state"],
		createdAt: instant(row.createdAt) ?? 0,
		dueAt: instant(row.dueAt) ?? 0,
		sentAt: instant(row.sentAt),
	}));
}

/** With the time it was made in it, so that a database that begins anew repeats none. */
function postId(post: { readonly id: number; readonly createdAt: Date }): string {
	return `msg_${post.createdAt.getTime().toString(36)}_${post.id}`;
}

/** A channel that throws all the same is a channel that did not send. */
async function sendOne(channel: Channel, message: AlertMessage, id: string): Promise<Sent> {
	return channel.send(message, id).catch((error): Sent => ({ ok: false, detail: textOf(error) }));
}

/** Answers whether it is given up. */
async function record(
	db: Db,
	post: { readonly id: number; readonly tries: number; readonly createdAt: Date },
	result: Sent,
	now: number,
): Promise<boolean> {
	const tries = post.tries + 1;
	if (result.ok) {
		await db.alertPost.update({ where: { id: post.id }, data: { state: "sent", sentAt: new Date(now), tries, lastError: null } });
		return false;
	}
	const next = result.final === true ? null : nextTryAt({ tries, createdAt: post.createdAt.getTime(), now });
	await db.alertPost.update({
		where: { id: post.id },
		data: {
			tries,
			lastError: result.detail,
			...(next === null ? { state: "given-up" } : { dueAt: new Date(next) }),
		},
	});
	return next === null;
}

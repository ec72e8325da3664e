// Who works on this database: one sender at a time on SQLite. Two would keep two sets of windows and so grant every limit twice.
import { hostname } from "node:os";
import type { Clock } from "../clock.ts";
import { type Db, instant } from "../db/db.ts";
import { fail } from "../errors.ts";

export type RunnerRole = "daemon" | "send";

export interface RunnerSeat {
	readonly name: string;
	leave(): Promise<void>;
}

const BEAT_MS = 2_000;
/** A runner that was not seen for so long is gone, unless its process is alive on this machine (it may be suspended). */
const GONE_MS = 15_000;

export interface RunnerInfo {
	readonly name: string;
	readonly pid: number;
	readonly host: string;
	readonly role: RunnerRole;
	readonly startedAt: number;
	readonly seenAt: number;
}

/** The process that sends from this database now, or null. */
export async function activeRunner(db: Db, clock: Clock): Promise<RunnerInfo | null> {
	const row = await db.runner.findUnique({ where: { name: "sender" } });
	if (row === null) return null;
	const info: RunnerInfo = {
		name: row.name,
		pid: row.pid,
		host: row.host,
		role: row.role as RunnerRole,
		startedAt: instant(row.startedAt) ?? 0,
		seenAt: instant(row.seenAt) ?? 0,
	};
	if (info.host === hostname()) return isAlive(info.pid) && info.pid !== process.pid ? info : null;
	return clock.now() - info.seenAt < GONE_MS ? info : null;
}

/** Takes the sender's seat. Throws already-running. */
export async function takeSeat(db: Db, role: RunnerRole, clock: Clock): Promise<RunnerSeat> {
	const name = `${role}-${hostname()}-${process.pid}`;
	const now = new Date(clock.now());
	const seat = { pid: process.pid, host: hostname(), role, startedAt: now, seenAt: now };
	await db.$transaction(async (tx) => {
		const other = await activeRunner(tx as unknown as Db, clock);
		if (other !== null) fail("already-running", { role: other.role, pid: other.pid, host: other.host });
		await tx.runner.upsert({ where: { name: "sender" }, create: { name: "sender", ...seat }, update: seat });
	});
	const beat = setInterval(() => {
		// A beat that fails is no matter: the next one comes, and the process is alive to see.
		db.runner
			.updateMany({ where: { name: "sender", pid: process.pid }, data: { seenAt: new Date(clock.now()) } })
			.catch(() => undefined);
	}, BEAT_MS);
	beat.unref();
	return {
		name,
		async leave() {
			clearInterval(beat);
			await db.runner.deleteMany({ where: { name: "sender", pid: process.pid, host: hostname() } });
		},
	};
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: it is there, but another user's.
		return error instanceof Error && "code" in error && error.code === "EPERM";
	}
}

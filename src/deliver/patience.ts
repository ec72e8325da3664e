// Waiting for a lane, within reason: a delivery that a worker has in its hand must not sit out a hold that came while it waited, since nobody else could
// send it, pause it or cancel it meanwhile. It goes back into the queue instead.
import type { Clock } from "../clock.ts";
import type { Next } from "../throttle/lane-types.ts";

/** A lane whose next connection is further away than this gives its deliveries back instead of keeping them waiting. */
const CONNECTION_PATIENCE_MS = 10_000;
/** How long an open connection is kept idle for the lane's next message: well below the minute or so after which servers hang up. */
const MESSAGE_PATIENCE_MS = 30_000;
/** A hold without an end is looked at again so often. */
const HOLD_LOOK_MS = 60_000;
/** Whoever waits looks so often whether it is still worth it. */
const LOOK_MS = 250;

/** The instant to come back at, when the lane's next connection or message is too far away to wait for; null: wait for it. */
export function notNow(kind: "connection" | "message", next: Next, now: number): number | null {
	if (next.at === null) return next.because.rule === "hold" ? now + HOLD_LOOK_MS : null;
	const patience = kind === "connection" ? CONNECTION_PATIENCE_MS : MESSAGE_PATIENCE_MS;
	return next.at - now > patience ? next.at : null;
}

/**
 * Runs `wait` with a signal that is aborted when `look` names an instant to come back at, or `signal` is. Null: it was not worth the wait; what `wait`
 * answered nevertheless counts. Without AbortSignal.any, which on Node 20 keeps every derived signal as long as its source lives.
 */
export async function patiently<T>(
	of: { readonly clock: Clock; readonly signal: AbortSignal; readonly look: () => number | null },
	wait: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly got: T; readonly comeBackAt: number | null }> {
	const given = new AbortController();
	const stop = () => given.abort();
	of.signal.addEventListener("abort", stop, { once: true });
	if (of.signal.aborted) stop();
	let comeBackAt: number | null = null;
	const again = () => {
		comeBackAt = of.look();
		if (comeBackAt === null) cancel = of.clock.after(LOOK_MS, again);
		else stop();
	};
	let cancel = of.clock.after(LOOK_MS, again);
	try {
		const got = await wait(given.signal);
		return { got, comeBackAt };
	} finally {
		cancel();
		of.signal.removeEventListener("abort", stop);
	}
}

// When the disk is too full. Pure.
import type { Trouble } from "./watch.store.ts";

const GB = 1024 ** 3;
const LOW = { share: 0.05, bytes: GB };
/** Above the limit of the alert, so that a disk at the limit does not come and go. */
const ENOUGH = { share: 0.06, bytes: 1.2 * GB };

/** The trouble, or null when there is room. `low`: it was too full when it was looked at before. */
export function diskTrouble(
	room: { readonly free: number; readonly total: number },
	of: { readonly folder: string; readonly low: boolean; readonly now: number },
): Trouble | null {
	const least = of.low ? ENOUGH : LOW;
	if (room.free >= least.bytes && room.free >= least.share * room.total) return null;
	const { folder, now } = of;
	return {
		subject: folder,
		since: now,
		text: `The disk with ${folder} has ${roomWords(room)} left.`,
		todo: "Make room, or move the data to a larger disk: when it is full nothing is sent and nothing is recorded. [log] keep says how long the log is kept; `wellsent db prune` shortens it now.",
		facts: { ...room },
	};
}

/** "0.8 GB of 40.0 GB (2 %)" */
export function roomWords({ free, total }: { readonly free: number; readonly total: number }): string {
	const gb = (bytes: number) => `${(bytes / GB).toFixed(1)} GB`;
	return `${gb(free)} of ${gb(total)} (${total === 0 ? 0 : Math.floor((100 * free) / total)} %)`;
}

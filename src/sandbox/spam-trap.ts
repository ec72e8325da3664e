// A spam trap of the simulated internet: mail that arrives at spamtrap@ of any domain puts the address it came from onto a blacklist for a while, as real
// traps do, so that the blacklist watch can be seen at work. Pure: an arrival in, zone text out.

export const TRAP = "spamtrap";
/** Long enough to be found by `wellsent blacklist check`, short enough to watch the end of it. Milliseconds. */
export const TRAPPED_MS = 5 * 60_000;

const LIST = "zen.spamhaus.org";

/** The entry that the arrival earns: its name and its records; null: it did not go to a trap. */
export function entryFor(row: { readonly accepted: boolean; readonly to: string; readonly client: string }): {
	readonly name: string;
	readonly zoneText: string;
} | null {
	const local = row.to.slice(0, row.to.lastIndexOf("@"));
	if (!row.accepted || (local !== TRAP && !local.startsWith(`${TRAP}+`)) || !/^\d+(\.\d+){3}$/.test(row.client)) return null;
	const name = `${row.client.split(".").reverse().join(".")}.${LIST}`;
	return { name, zoneText: `${name}. 60 A 127.0.0.3\n${name}. 60 TXT "https://check.spamhaus.org/query/ip/${row.client}"` };
}

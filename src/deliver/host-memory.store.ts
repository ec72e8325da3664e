// Keeps what is remembered about MX hosts.
import { type Db, instant } from "../db/db.ts";
import type { HostFacts } from "./host-memory.ts";

export async function loadHostFacts(db: Db): Promise<HostFacts[]> {
	const rows = await db.hostMemory.findMany();
	return rows.map((row) => ({
		host: row.host,
		address: row.address,
		sizeLimit: row.sizeLimit,
		tlsBrokenUntil: instant(row.tlsBrokenUntil),
		tlsBrokenWhy: row.tlsBrokenWhy,
		tlsRequired: row.tlsRequired,
	}));
}

export async function saveHostFacts(db: Db, facts: HostFacts, now: number): Promise<void> {
	const { host, address } = facts;
	const values = {
		sizeLimit: facts.sizeLimit,
		tlsBrokenUntil: facts.tlsBrokenUntil === null ? null : new Date(facts.tlsBrokenUntil),
		tlsBrokenWhy: facts.tlsBrokenWhy,
		tlsRequired: facts.tlsRequired,
		updatedAt: new Date(now),
	};
	await db.hostMemory.upsert({
		where: { host_address: { host, address } },
		create: { host, address, ...values },
		update: values,
	});
}

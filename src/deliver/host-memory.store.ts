// Keeps what is remembered about MX hosts.
import { type Db, instant } from "../db/db.ts";
import { type HostFacts, type RefusedSize, SIZE_REFUSED_MS } from "./host-memory.ts";

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

/**
 * Sizes that hosts refused so lately that it still counts. That there was a refusal is in the log; how large is what was remembered then, since the log
 * counts the bytes handed over, and a host may refuse before it has taken all of them, or at MAIL FROM.
 */
export async function refusedSizes(db: Db, now: number): Promise<RefusedSize[]> {
	const rows = await db.$queryRaw<{ host: string; address: string; size: bigint | number; at: unknown }[]>`
		SELECT m."host", m."address", m."sizeLimit" + 1 AS "size", max(r."at") AS "at"
		FROM "response" r JOIN "host_memory" m ON m."host" = r."mxHost" AND m."address" = r."mxAddress"
		WHERE r."class" = 'too-big' AND r."code" >= 500 AND r."stage" IN ('mail', 'data', 'body') AND coalesce(r."enhanced", '') NOT LIKE '%.2.3'
			AND r."at" >= ${new Date(now - SIZE_REFUSED_MS)} AND m."sizeLimit" IS NOT NULL GROUP BY m."host", m."address"`;
	return rows.map(({ host, address, size, at }) => ({ host, address, size: Number(size), at: instant(at) ?? 0 }));
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

// Writes the log of responses. Reading it is query.store.ts.
import type { Db } from "../db/db.ts";
import type { ResponseRow } from "./response.ts";

/** The statement that appends rows to the log; to be run in the transaction that settles their deliveries (D1). */
export function insertResponses(db: Db, rows: readonly ResponseRow[]) {
	const list = JSON.stringify(
		rows.map((row) => [
			row.at,
			row.deliveryId,
			row.campaign,
			row.to,
			row.domain,
			row.site,
			row.route,
			row.source,
			row.mxHost,
			row.mxAddress,
			row.port,
			row.attempt,
			row.seq,
			row.stage,
			row.code,
			row.enhanced,
			row.text,
			row.class,
			row.scope,
			row.action,
			row.rule,
			row.tls?.version ?? null,
			row.tls?.cipher ?? null,
			row.tls === null ? null : row.tls.verified ? 1 : 0,
			row.durationMs,
			row.bytes,
		]),
	);
	return db.$executeRaw`
		INSERT INTO "response" ("at", "deliveryId", "campaignId", "email", "domain", "site", "route", "source", "mxHost", "mxAddress", "port", "attempt", "seq",
			"stage", "code", "enhanced", "text", "class", "scope", "action", "rule", "tlsVersion", "tlsCipher", "tlsVerified", "durationMs", "bytes")
		SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, value->>10, value->>11, value->>12,
			value->>13, value->>14, value->>15, value->>16, value->>17, value->>18, value->>19, value->>20, value->>21, value->>22, value->>23, value->>24, value->>25
		FROM json_each(${list})`;
}

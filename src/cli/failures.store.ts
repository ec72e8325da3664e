// Reads the deliveries of a campaign that did not arrive, one by one.
import type { Db } from "../db/db.ts";

export interface FailedDelivery {
	readonly to: string;
	readonly site: string;
	readonly state: "failed" | "uncertain";
	readonly class: string;
	/** The server's last words. */
	readonly text: string;
	readonly tries: number;
}

/** The uncertain ones first, then by class and address. Costs as much as there are failures. */
export async function failedDeliveries(db: Db, campaign: number, limit: number): Promise<FailedDelivery[]> {
	const rows = await db.$queryRaw<
		{
			email: string;
			site: string | null;
			state: "failed" | "uncertain";
			lastClass: string | null;
			lastText: string | null;
			tries: number;
		}[]
	>`
		SELECT "email", "site", "state", "lastClass", "lastText", "tries" FROM "delivery"
		WHERE "campaignId" = ${campaign} AND "state" IN ('failed', 'uncertain') ORDER BY "state" DESC, "lastClass", "email" LIMIT ${limit}`;
	return rows.map((row) => ({
		to: row.email,
		site: row.site ?? "",
		state: row.state,
		class: row.lastClass ?? "",
		text: row.lastText ?? "",
		tries: row.tries,
	}));
}

// A reader called a newsletter spam: suppressed for good, and counted against the campaign (alerts/rates.store.ts counts these rows).
import type { Clock } from "../clock.ts";
import { addSuppression } from "../contacts/suppression.store.ts";
import type { Db } from "../db/db.ts";

/**
 * Suppresses the reader. Who was suppressed before for something else becomes a complaint, with the first reason kept in the words: many press
 * "unsubscribe" and "spam" together, and the rate that providers judge us by counts the second. Answers whether it is news.
 */
export async function recordComplaint(
	db: Db,
	of: { readonly email: string; readonly campaignId: number; readonly detail: string; readonly clock: Clock },
): Promise<"done" | "already"> {
	const { email, campaignId, detail, clock } = of;
	if ((await addSuppression(db, { subject: email, reason: "complaint", detail, campaignId, clock })) === "added") return "done";
	const raised = await db.$executeRaw`
		UPDATE "suppression" SET "detail" = substr(${detail} || '; before: ' || "reason" || ' ' || "detail", 1, 500), "reason" = 'complaint', "campaignId" = ${campaignId}
		WHERE "subject" = ${email} AND "reason" <> 'complaint'`;
	return raised > 0 ? "done" : "already";
}

// What people are told when a running campaign is paused because one of its messages is over [limits]. That it is sent to nobody is compositor.ts' work.
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { appendAlerts } from "../log/alert.store.ts";
import type { Campaign } from "./campaign.store.ts";
import type { Fit } from "./fit.ts";
import { alertSubject, named } from "./schedule.store.ts";

/** Appends the alert; the campaign is paused already. Resuming or cancelling it ends the alert (actions.ts). */
export async function tellForbidden(
	{ db, clock }: { readonly db: Db; readonly clock: Clock },
	campaign: Campaign,
	of: Pick<Extract<Fit, { kind: "forbidden" }>, "limit" | "why"> & { readonly email: string },
): Promise<void> {
	const { id, folder } = campaign;
	const now = clock.now();
	await appendAlerts(db, [
		{
			at: now,
			kind: "campaign-blocked",
			subject: alertSubject(id),
			since: now,
			text: `${named(campaign)} stopped on its way: the message to ${of.email} may not go, since ${of.why}.`,
			did: "It is paused: that message was handed to no server, and what was not sent yet waits in the queue.",
			todo:
				`Raise ${of.limit} in [limits], let the daemon read its settings again (SIGHUP), then \`wellsent campaign resume ${id}\`: what waits goes then. ` +
				`Or \`wellsent campaign cancel ${id}\`, mend ${folder} and add it again for those who have not got it: what is sent is the copy made at the start.`,
			facts: { campaign: id, email: of.email, limit: of.limit, why: of.why },
		},
	]);
}

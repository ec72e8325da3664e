// What people are told when a running campaign is paused because one of its messages is over [limits]. That it is sent to nobody is compositor.ts' work.
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { appendAlerts } from "../log/alert.store.ts";
import { type Campaign, countDeliveries } from "./campaign.store.ts";
import type { Fit } from "./fit.ts";
import { alertSubject, named } from "./schedule.store.ts";

/** Appends the alert; the campaign is paused already. Resuming or cancelling it ends the alert (actions.ts). */
export async function tellForbidden(
	{ db, clock }: { readonly db: Db; readonly clock: Clock },
	campaign: Campaign,
	of: Pick<Extract<Fit, { kind: "forbidden" }>, "limit" | "why"> & { readonly email: string },
): Promise<void> {
	const { id, folder } = campaign;
	const { queued, sending, delivered } = await countDeliveries(db, id);
	const now = clock.now();
	await appendAlerts(db, [
		{
			at: now,
			kind: "campaign-blocked",
			subject: alertSubject(id),
			since: now,
			text: `${named(campaign)} stopped on its way: the message to ${of.email} may not go, since ${of.why}.`,
			did: `It is paused: that message was handed to no server, and ${queued + sending} wait in the queue; ${delivered} were delivered before.`,
			todo:
				`Either raise ${of.limit} in [limits], let the daemon read its settings again (SIGHUP), and \`wellsent campaign resume ${id}\`: what waits goes then. ` +
				`Or \`wellsent campaign cancel ${id}\` and make it smaller (\`wellsent campaign check ${id} --fix\`): the copy that was made at the start is what is sent, ` +
				`so editing ${folder} does not help, and a new campaign would go to those who have it, too.`,
			facts: { campaign: id, email: of.email, limit: of.limit, why: of.why, queued: queued + sending, delivered },
		},
	]);
}

// Rows that the log, the API and the pages are asked about, with what a test does not care for filled in.
import type { Db } from "../../../src/db/db.ts";
import { insertResponses } from "../../../src/log/response.store.ts";
import type { ResponseRow } from "../../../src/log/response.ts";
import { addRollUps, forgetEndings } from "../../../src/log/roll-up.store.ts";
import { rollUp } from "../../../src/log/roll-up.ts";
import type { ReplyClass } from "../../../src/replies/outcome.ts";

export const NOW = Date.UTC(2026, 10, 21, 9);

export async function addCampaign(
	db: Db,
	of: { name?: string; state?: string; reason?: string; folder?: string } = {},
): Promise<number> {
	const row = await db.campaign.create({
		data: {
			name: of.name ?? "December",
			state: of.state ?? "running",
			stateReason: of.reason ?? null,
			identity: "news@example.test",
			subject: "News",
			kind: "marketing",
			folder: of.folder ?? "/nowhere",
			createdAt: new Date(NOW),
			startedAt: of.state === "draft" ? null : new Date(NOW),
			expandedAt: new Date(NOW),
		},
	});
	return row.id;
}

/** A reader, and (with a campaign) a delivery. */
export async function addReader(
	db: Db,
	email: string,
	delivery?: {
		campaign: number;
		state?: string;
		site?: string;
		dueAt?: number;
		lastClass?: string;
		lastText?: string;
		attempts?: number;
	},
): Promise<number> {
	const domain = email.slice(email.indexOf("@") + 1);
	const now = new Date(NOW);
	const contact = await db.contact.upsert({
		where: { email },
		create: { email, domain, attributes: "{}", createdAt: now, updatedAt: now },
		update: {},
	});
	if (delivery === undefined) return contact.id;
	const state = delivery.state ?? "queued";
	await db.delivery.create({
		data: {
			campaignId: delivery.campaign,
			contactId: contact.id,
			email,
			domain,
			site: delivery.site ?? domain,
			state,
			attempts: delivery.attempts ?? (delivery.lastClass === undefined ? 0 : 1),
			dueAt: new Date(delivery.dueAt ?? NOW),
			queuedAt: now,
			settledAt: state === "queued" || state === "sending" ? null : now,
			lastClass: delivery.lastClass ?? null,
			lastText: delivery.lastText ?? null,
		},
	});
	if ((state === "failed" || state === "uncertain") && delivery.lastClass !== undefined) {
		const site = delivery.site ?? domain;
		const text = delivery.lastText ?? "";
		const row = {
			...response({ to: email, campaign: delivery.campaign, site, mxHost: "", rule: "" }),
			class: delivery.lastClass as ReplyClass,
		};
		await db.$transaction(addRollUps(db, rollUp([], [{ row, state, text }])));
	}
	return contact.id;
}

export function response(of: Partial<ResponseRow> = {}): ResponseRow {
	const to = of.to ?? "kim@good.test";
	const domain = to.slice(to.indexOf("@") + 1);
	return {
		at: NOW,
		deliveryId: 1,
		campaign: 1,
		to,
		domain,
		site: domain,
		route: "direct",
		source: "mta1",
		mxHost: `mx1.${domain}`,
		mxAddress: "192.0.2.1",
		port: 25,
		attempt: 1,
		seq: 1,
		stage: "body",
		code: 250,
		enhanced: "2.0.0",
		text: "OK queued",
		class: "accepted",
		scope: "recipient",
		action: "done",
		rule: "accepted",
		tls: { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", verified: true },
		durationMs: 120,
		bytes: 24_000,
		...of,
	};
}

/** Rows of the log with their roll-ups, as a settlement writes them. The last row of a delivery that failed or is uncertain has ended it. */
export async function addResponses(db: Db, rows: readonly ResponseRow[]): Promise<void> {
	const ended = await db.delivery.findMany({ where: { state: { in: ["failed", "uncertain"] } } });
	const endings = ended.flatMap((delivery) => {
		const row = rows.findLast((one) => one.to === delivery.email && one.campaign === delivery.campaignId);
		const state = delivery.state === "failed" ? ("failed" as const) : ("uncertain" as const);
		return row === undefined ? [] : [{ row, state, text: delivery.lastText ?? row.text }];
	});
	const campaigns = new Set(endings.map(({ row }) => row.campaign));
	const better = [...campaigns].flatMap((id) => [forgetEndings(db, id, "failed"), forgetEndings(db, id, "uncertain")]);
	await db.$transaction([insertResponses(db, rows), ...better, ...addRollUps(db, rollUp(rows, endings))]);
}

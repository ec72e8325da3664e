// What people do with campaigns: add, start, pause, resume, cancel, retry, test. Each action validates, changes rows, and leaves the sending to the engine.
import path from "node:path";
import { parseAddress } from "../address/parse.ts";
import { readCampaignFolder } from "../compose/folder.file.ts";
import { findList } from "../contacts/contacts.store.ts";
import { fail, WellsentError } from "../errors.ts";
import { type Campaign, cancelQueued, createCampaign, getCampaign, moveCampaign, requeue } from "./campaign.store.ts";
import { type CampaignCheck, type CheckDeps, checkCampaign } from "./check.ts";
import { queueContacts } from "./expand.store.ts";
import { freezeFolder } from "./freeze.file.ts";
import { identityFor, prepareCampaign } from "./prepare.ts";
import { endTroubles } from "./schedule.store.ts";
import { requireRoute } from "./way.file.ts";

export interface ActionDeps extends CheckDeps {
	/** Folder for frozen copies. */
	readonly data: string;
}

/** Adds a campaign from its folder. Throws campaign-missing, campaign-invalid, identity-unknown, route-refused, list-unknown. */
export async function addCampaign(
	deps: ActionDeps,
	given: { dir: string; lists: readonly string[]; name?: string },
): Promise<Campaign> {
	const folder = path.resolve(given.dir);
	const { settings } = await readCampaignFolder(folder);
	identityFor(deps.config, settings.identity);
	await requireRoute(deps, { identity: settings.identity, folder, frozen: null });
	const lists = await Promise.all(given.lists.map((name) => findList(deps.db, name)));
	const campaign = await createCampaign(deps.db, {
		name: given.name ?? settings.name,
		identity: settings.identity,
		subject: settings.subject,
		kind: settings.kind,
		group: settings.group,
		folder,
		listIds: [...new Set(lists.map((list) => list.id))],
		clock: deps.clock,
	});
	// Mistakes of the templates are better known now than at nine in the morning; those about fields depend on the list and wait for the check.
	try {
		await prepareCampaign(deps, campaign, { strict: false });
	} catch (error) {
		await deps.db.campaign.delete({ where: { id: campaign.id } });
		throw error;
	}
	return campaign;
}

/** Checks and starts a campaign. A check that fails is an answer, and nothing is changed. Throws campaign-state when it cannot start from its state. */
export async function startCampaign(
	deps: ActionDeps,
	id: number,
): Promise<{ readonly started: Campaign | null; readonly check: CampaignCheck }> {
	const campaign = await getCampaign(deps.db, id);
	const check = await checkCampaign(deps, campaign);
	if (!check.passed) return { started: null, check };
	const frozen = await freezeFolder(campaign.folder, deps.data, campaign.id);
	const started = await moveCampaign(deps.db, id, "start", { clock: deps.clock, frozen });
	if (campaign.scheduledAt !== null) await endTroubles(deps.db, campaign, "was started", deps.clock.now());
	return { started, check };
}

export function pauseCampaign(deps: ActionDeps, id: number, reason?: string): Promise<Campaign> {
	return moveCampaign(deps.db, id, "pause", { clock: deps.clock, ...(reason === undefined ? {} : { reason }) });
}

/** Throws campaign-state, route-refused. */
export async function resumeCampaign(deps: ActionDeps, id: number): Promise<Campaign> {
	await requireRoute(deps, await getCampaign(deps.db, id)).catch((error: unknown) => {
		// A folder that cannot be read is for the engine to tell, which pauses the campaign again with the reason.
		if (error instanceof WellsentError && error.code === "route-refused") throw error;
	});
	const campaign = await moveCampaign(deps.db, id, "resume", { clock: deps.clock });
	await endTroubles(deps.db, campaign, "goes on", deps.clock.now());
	return campaign;
}

/** Cancels: what is being sent is finished, what is queued never goes. Answers how many were cancelled. */
export async function cancelCampaign(
	deps: ActionDeps,
	id: number,
): Promise<{ readonly campaign: Campaign; readonly cancelled: number }> {
	const campaign = await moveCampaign(deps.db, id, "cancel", { clock: deps.clock });
	await endTroubles(deps.db, campaign, "was cancelled", deps.clock.now());
	return { campaign, cancelled: await cancelQueued(deps.db, id, deps.clock.now()) };
}

/** Sends failed or uncertain deliveries again. Uncertain ones may arrive twice: that is why a person has to ask for it. */
export async function retryCampaign(
	deps: ActionDeps,
	id: number,
	what: "failed" | "uncertain",
): Promise<{ readonly campaign: Campaign; readonly requeued: number }> {
	const before = await getCampaign(deps.db, id);
	if (before.startedAt === null)
		fail("campaign-state", { id, name: before.name, state: before.state, command: "retry", from: "running, paused or finished" });
	const requeued = await requeue(deps.db, id, what, deps.clock.now());
	if (requeued === 0) return { campaign: before, requeued };
	if (before.state === "running") return { campaign: before, requeued };
	const campaign = await moveCampaign(deps.db, id, "retry", { clock: deps.clock });
	await endTroubles(deps.db, campaign, "goes on", deps.clock.now());
	return { campaign, requeued };
}

/**
 * A campaign of its own that goes to the given addresses only, composed from the same folder, sent like any other and logged like any other.
 * An address that is not a known reader becomes one, on no list. Suppressed addresses are refused by the queue as always.
 */
export async function testCampaign(deps: ActionDeps, id: number, to: readonly string[]): Promise<Campaign> {
	const campaign = await getCampaign(deps.db, id);
	const addresses = to.map((text) => {
		const parsed = parseAddress(text);
		return "problem" in parsed ? fail("address-invalid", { address: text, problem: parsed.problem }) : parsed;
	});
	await prepareCampaign(deps, campaign, { strict: false });
	await requireRoute(deps, campaign);
	const now = new Date(deps.clock.now());
	const contacts: number[] = [];
	for (const address of addresses) {
		const email = address.normal;
		const row = await deps.db.contact.upsert({
			where: { email },
			create: { email, domain: address.domain, name: null, attributes: "{}", createdAt: now, updatedAt: now },
			update: {},
		});
		contacts.push(row.id);
	}
	const test = await createCampaign(deps.db, {
		name: `test of ${campaign.id}: ${campaign.name}`,
		identity: campaign.identity,
		subject: campaign.subject,
		kind: campaign.kind,
		folder: campaign.frozen ?? campaign.folder,
		listIds: [],
		priority: 100,
		clock: deps.clock,
	});
	const frozen = await freezeFolder(test.folder, deps.data, test.id);
	await queueContacts(deps.db, test.id, contacts, deps.clock.now(), null);
	await deps.db.campaign.update({ where: { id: test.id }, data: { expandedAt: now } });
	return moveCampaign(deps.db, test.id, "start", { clock: deps.clock, frozen });
}

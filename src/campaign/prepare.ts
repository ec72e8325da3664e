// From a campaign in the database to one that can be composed: its folder (the frozen copy once it started), its identity, the keys, the secret.

import type { Clock } from "../clock.ts";
import { compileCampaign } from "../compose/compile.ts";
import type { CompiledCampaign } from "../compose/compiled.ts";
import { loadDkimKeys } from "../compose/dkim-keys.file.ts";
import { readCampaignFolder } from "../compose/folder.file.ts";
import type { Config, IdentityConfig } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { setting } from "../db/setting.store.ts";
import { fail } from "../errors.ts";
import { findIdentity } from "../routing/identity.ts";
import { DIRECTLY, envelopeOf, type Leaving } from "../routing/leaving.ts";
import type { Campaign } from "./campaign.store.ts";
import { attributeNames } from "./reader.store.ts";

/** The identity that `from` may send as. Throws identity-unknown. */
export function identityFor(config: Config, from: string): IdentityConfig {
	return (
		findIdentity(from, config.identities) ??
		fail("identity-unknown", { identity: from, domain: from.slice(from.indexOf("@") + 1) })
	);
}

/**
 * Reads, compiles and returns the campaign. `strict`: fields that no reader of its lists has are mistakes (before the start; afterwards lists may change freely).
 * Throws campaign-missing, campaign-invalid, identity-unknown, dkim-key-unusable, each with its findings.
 */
export async function prepareCampaign(
	of: { db: Db; config: Config; clock: Clock },
	campaign: Campaign,
	options: { strict: boolean; leaving?: Leaving },
): Promise<CompiledCampaign> {
	const { db, config, clock } = of;
	const folder = await readCampaignFolder(campaign.frozen ?? campaign.folder);
	const own = identityFor(config, folder.settings.identity);
	const leaving = options.leaving ?? DIRECTLY;
	const identity = leaving.sign ? own : { ...own, dkim: [] };
	const { keys } = await loadDkimKeys(identity.dkim);
	const fields = options.strict && campaign.lists.length > 0 ? await attributeNames(db, campaign.id) : undefined;
	return compileCampaign(folder, {
		identity,
		campaign: { id: campaign.id, name: campaign.name },
		keys,
		envelope: envelopeOf(leaving, own, folder.settings.identity),
		secret: await setting(db, "secret", clock),
		...(fields === undefined ? {} : { fields }),
		...(campaign.zone === null ? {} : { zone: campaign.zone }),
	});
}

// A short mark of everything that a campaign's check depends on and that can be asked for quickly: the folder's files, the sizes of its lists, the settings. When
// it is the same as at the last check, the check would say the same (save for DNS, and for readers whose fields were changed: a check that is an hour old is
// made again in any case, and every message is measured once more before it is sent).
import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import type { Campaign } from "./campaign.store.ts";

/** Folders looked at side by side. */
const AT_ONCE = 16;

/** Where the lists stand in a mark, counted in words. */
const LISTS = 1;

/** The marks of many campaigns. A folder that is gone has a mark, too. */
export async function printsOf(
	of: { readonly db: Db; readonly config: Config },
	campaigns: readonly Campaign[],
): Promise<ReadonlyMap<number, string>> {
	const settings = settingsPrint(of.config);
	const lists = await listPrints(of.db, campaigns);
	const folders = new Map<string, string>();
	const waiting = [...new Set(campaigns.map((campaign) => campaign.folder))];
	await Promise.all(
		Array.from({ length: AT_ONCE }, async () => {
			for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop())
				folders.set(folder, await folderPrint(folder));
		}),
	);
	return new Map(
		campaigns.map((campaign) => [
			campaign.id,
			[folders.get(campaign.folder) ?? "", lists.get(campaign.id) ?? "", settings, campaign.zone ?? ""].join(" "),
		]),
	);
}

/**
 * Are the folder, the settings and the zone the same in both marks? Lists apart: they change with every reader who comes or goes, and a check of a million readers
 * takes seconds.
 */
export function sameButLists(one: string, other: string): boolean {
	const withoutLists = (print: string) => print.split(" ").toSpliced(LISTS, 1).join(" ");
	return withoutLists(one) === withoutLists(other);
}

/** Names, sizes and times of all files. */
async function folderPrint(folder: string): Promise<string> {
	try {
		const names = (await readdir(folder, { recursive: true })).toSorted();
		const lines: string[] = [];
		for (const name of names) {
			const { size, mtimeMs, mode } = await stat(path.join(folder, name));
			lines.push(`${name} ${size} ${mtimeMs} ${mode}`);
		}
		return hash(lines.join("\n"));
	} catch {
		return "unreadable";
	}
}

async function listPrints(db: Db, campaigns: readonly Campaign[]): Promise<ReadonlyMap<number, string>> {
	const ids = JSON.stringify(campaigns.map((campaign) => campaign.id));
	const rows = await db.$queryRaw<{ campaign: bigint | number; print: string }[]>`
		WITH c AS (SELECT "campaignId", "listId" FROM "campaign_list" WHERE "campaignId" IN (SELECT value FROM json_each(${ids}))),
			s AS (SELECT "listId", count(*) AS "n", max("contactId") AS "last" FROM "list_member" WHERE "listId" IN (SELECT DISTINCT "listId" FROM c) GROUP BY "listId")
		SELECT c."campaignId" AS "campaign", group_concat(c."listId" || ':' || coalesce(s."n", 0) || ':' || coalesce(s."last", 0)) AS "print"
		FROM c LEFT JOIN s ON s."listId" = c."listId" GROUP BY c."campaignId"`;
	return new Map(rows.map((row) => [Number(row.campaign), row.print]));
}

function settingsPrint({ sources, identities, gateways, limits, lanes, dns }: Config): string {
	// Passwords change nothing about a message.
	const ways = gateways.map(({ name, host, port, security }) => ({ name, host, port, security }));
	return hash(JSON.stringify({ sources, identities, ways, limits, lanes, dns }));
}

const hash = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 22);

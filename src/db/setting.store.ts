// Secrets and marks of this installation, made when they are first asked for.
import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Db } from "./db.ts";

/** The value kept under `key`; 32 random bytes (base64url) when there is none yet. Two programs that ask at once get the same one. */
export async function setting(db: Db, key: "secret", clock: Clock): Promise<string> {
	const known = await db.setting.findUnique({ where: { key } });
	if (known !== null) return known.value;
	const fresh = randomBytes(32).toString("base64url");
	await db.$executeRaw`INSERT OR IGNORE INTO "setting" ("key", "value", "updatedAt") VALUES (${key}, ${fresh}, ${new Date(clock.now())})`;
	return (await db.setting.findUniqueOrThrow({ where: { key } })).value;
}

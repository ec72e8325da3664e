// Two processes that write to one database without a pause: a COMMIT may be told to come again, and the connection must survive that.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { tempDatabase } from "../../support/temp-db.ts";

const OTHER = `
import { openDatabase } from ${JSON.stringify(new URL("../../../src/db/database.store.ts", import.meta.url).href)};
import { systemClock } from ${JSON.stringify(new URL("../../../src/clock.ts", import.meta.url).href)};
const { db, close } = await openDatabase({ url: "file:test.db", root: process.argv[1], clock: systemClock });
console.log("ready");
const end = Date.now() + 3000;
for (let n = 0; Date.now() < end; n++)
	await Promise.all([1, 2, 3].map((i) => db.setting.upsert({ where: { key: "k" + i }, create: { key: "k" + i, value: "" + n, updatedAt: new Date() }, update: { value: "" + n } }).catch(() => undefined)));
await close();
`;

it("transactions go on after it", async () => {
	const { db, folder } = await tempDatabase();
	const tsx = import.meta.resolve("tsx");
	const other = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", OTHER, folder], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	await once(other.stdout, "data");
	let over = false;
	other.on("close", () => {
		over = true;
	});
	const write = (key: string) =>
		db.$executeRaw`INSERT INTO "setting" ("key", "value", "updatedAt") VALUES (${key}, 'x', 1) ON CONFLICT DO UPDATE SET "value" = excluded."value"`;
	while (!over) await db.$transaction([write("a"), write("b")]).catch(() => undefined);
	await db.$transaction([write("a"), write("b")]);
	expect(await db.setting.count({ where: { key: { in: ["a", "b"] } } })).toBe(2);
});

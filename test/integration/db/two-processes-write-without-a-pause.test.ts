// Two processes that write to one database without a pause. A statement that finds the lock taken must leave nothing behind: with the driver's own way of
// beginning a transaction the connection was lost within a second. And statements without a pause must let the event loop turn: here nothing else does.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { tempDatabase } from "../../support/temp-db.ts";

const OTHER = `
import { openDatabase } from ${JSON.stringify(new URL("../../../src/db/database.store.ts", import.meta.url).href)};
import { systemClock } from ${JSON.stringify(new URL("../../../src/clock.ts", import.meta.url).href)};
const { db, close } = await openDatabase({ url: "file:test.db", root: process.argv[1], clock: systemClock });
const one = (key) => db.$executeRaw\`UPDATE "setting" SET "value" = CAST("value" AS INTEGER) + 1 WHERE "key" = \${key}\`;
console.log("ready");
const end = Date.now() + 2500;
let done = 0;
for (; Date.now() < end; done++) {
	await db.$transaction([one("a"), one("b")]);
	await one("c");
}
console.log("done " + done);
await close();
`;

it("every write of both counts once, in transactions and alone", async () => {
	const { db, folder } = await tempDatabase();
	await db.setting.createMany({ data: ["a", "b", "c"].map((key) => ({ key, value: "0", updatedAt: new Date(0) })) });
	const one = (key: string) => db.$executeRaw`UPDATE "setting" SET "value" = CAST("value" AS INTEGER) + 1 WHERE "key" = ${key}`;
	const other = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", OTHER, folder], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	let said = "";
	other.stdout.setEncoding("utf8").on("data", (text: string) => {
		said += text;
	});
	await once(other.stdout, "data");
	let over = false;
	other.on("close", () => {
		over = true;
	});
	let mine = 0;
	for (; !over; mine++) {
		await db.$transaction([one("a"), one("b")]);
		await one("c");
	}
	const theirs = Number(/done (\d+)/.exec(said)?.[1]);
	expect(mine).toBeGreaterThan(0);
	expect(theirs).toBeGreaterThan(0);
	const rows = await db.setting.findMany({ where: { key: { in: ["a", "b", "c"] } } });
	expect(rows.map((row) => Number(row.value))).toEqual(Array(3).fill(mine + theirs));
});

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { exportSuppressions } from "../../../src/contacts/export.file.ts";
import { importSuppressions } from "../../../src/contacts/import-suppressions.file.ts";
import {
	addSuppression,
	countSuppressions,
	isSuppressed,
	listSuppressions,
	removeSuppression,
	suppressionOf,
} from "../../../src/contacts/suppression.store.ts";
import { START, type TempDatabase, tempDatabase } from "../../support/temp-db.ts";

async function importText(at: TempDatabase, text: string) {
	const file = path.join(at.folder, "suppressed.csv");
	await writeFile(file, text);
	return await importSuppressions(at.db, { file, clock: at.clock });
}

test("adding twice keeps the first reason and date", async () => {
	const at = await tempDatabase();
	const subject = "Kim@Example.TEST";
	expect(
		await addSuppression(at.db, { subject, reason: "complaint", detail: "ARF of naver", campaignId: 7, clock: at.clock }),
	).toBe("added");
	at.clock.advance(1_000);
	expect(await addSuppression(at.db, { subject: "kim@example.test", reason: "manual", detail: "", clock: at.clock })).toBe(
		"already",
	);
	expect(await listSuppressions(at.db)).toEqual([
		{ id: 1, subject: "kim@example.test", reason: "complaint", detail: "ARF of naver", campaignId: 7, createdAt: START },
	]);
});

test("an address and a whole domain suppress, in any case, and are taken back", async () => {
	const at = await tempDatabase();
	await addSuppression(at.db, { subject: "@Gone.test", reason: "manual", detail: "closed", clock: at.clock });
	await addSuppression(at.db, { subject: "kim@gone.test", reason: "unsubscribe", detail: "", clock: at.clock });
	const asked = ["KIM@gone.TEST", "lee@gone.test", "lee@sub.gone.test", "kim@example.test", "no address"];
	expect(await Promise.all(asked.map((email) => isSuppressed(at.db, email)))).toEqual([true, true, false, false, false]);
	expect((await suppressionOf(at.db, "kim@gone.test"))?.reason).toBe("unsubscribe");
	expect(await removeSuppression(at.db, " @GONE.test ")).toBe(true);
	expect(await removeSuppression(at.db, "@gone.test")).toBe(false);
	expect(await Promise.all(asked.map((email) => isSuppressed(at.db, email)))).toEqual([true, false, false, false, false]);
});

test("what is neither address nor @domain is refused", async () => {
	const at = await tempDatabase();
	const wrong = { subject: "gone.test", reason: "manual", detail: "", clock: at.clock } as const;
	await expect(addSuppression(at.db, wrong)).rejects.toMatchObject({ code: "suppression-subject", exit: 2 });
	await expect(removeSuppression(at.db, "@localhost")).rejects.toMatchObject({ code: "suppression-subject" });
});

test("a plain list is imported from its first line", async () => {
	const at = await tempDatabase();
	const report = await importText(at, "kim@example.test\r\n@gone.test\r\n\r\nKIM@example.test\r\nnobody\r\n");
	expect(report).toMatchObject({
		rows: 4,
		added: 2,
		already: 1,
		bad: { total: 1, first: [{ line: 5, address: "nobody", problem: "no-at" }] },
	});
	expect((await listSuppressions(at.db)).map(({ subject, reason, detail }) => [subject, reason, detail])).toEqual([
		["kim@example.test", "import", `from ${report.file}`],
		["@gone.test", "import", `from ${report.file}`],
	]);
});

test("a CSV with a header is imported by its column of addresses, reasons it knows are kept", async () => {
	const at = await tempDatabase();
	await importText(at, "name,E-Mail,reason\nKim,kim@example.test,complaint\nLee,lee@example.test,bored\n");
	expect((await listSuppressions(at.db)).map(({ subject, reason }) => [subject, reason])).toEqual([
		["kim@example.test", "complaint"],
		["lee@example.test", "import"],
	]);
});

test.each([
	["name,city\nKim,Oslo\n", "csv-no-email"],
	["", "csv-empty"],
	['email\n"kim@example.test\n', "csv-quoting"],
])("a file %j is refused and leaves nothing", async (text, code) => {
	const at = await tempDatabase();
	await expect(importText(at, text)).rejects.toMatchObject({ code });
	expect(await at.db.suppression.count()).toBe(0);
});

test("an export is read back by the import of another installation", async () => {
	const [from, to] = [await tempDatabase(), await tempDatabase()];
	for (let i = 0; i < 2_500; i++)
		await from.db.suppression.create({
			data: {
				subject: `r${i}@example.test`,
				reason: i % 2 ? "complaint" : "invalid-recipient",
				detail: `550, "no ${i}"`,
				createdAt: new Date(START),
			},
		});
	let text = "";
	const sink = new Writable({
		write(chunk: Buffer, _encoding, done) {
			text += chunk.toString("utf8");
			done();
		},
	});
	expect(await exportSuppressions(from.db, { to: sink })).toEqual({ rows: 2_500 });
	expect(text.split("\r\n").slice(0, 2)).toEqual([
		"subject,reason,detail,campaign,since",
		'r0@example.test,invalid-recipient,"550, ""no 0""",,2026-11-02T00:00:00.000Z',
	]);
	expect(await importText(to, text)).toMatchObject({ rows: 2_500, added: 2_500, already: 0 });
	expect(await listSuppressions(to.db, { limit: 3_000 })).toEqual(await listSuppressions(from.db, { limit: 3_000 }));
	expect(await countSuppressions(to.db)).toEqual({ total: 2_500, byReason: { complaint: 1_250, "invalid-recipient": 1_250 } });
	expect((await listSuppressions(to.db, { search: "R249", reason: "complaint" })).map((each) => each.subject)).toEqual([
		"r249@example.test",
		"r2491@example.test",
		"r2493@example.test",
		"r2495@example.test",
		"r2497@example.test",
		"r2499@example.test",
	]);
});

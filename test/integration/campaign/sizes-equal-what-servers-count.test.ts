// Every size that the check prints is counted again in the bytes that a receiving server got.
import { expect, test } from "vitest";
import { startCampaign } from "../../../src/campaign/actions.ts";
import type { SizePart } from "../../../src/compose/size.ts";
import { type Rehearsal, rehearse } from "../../support/rehearsal.ts";

const BODIES = {
	latin: `<p>Grüße an {{ contact.name | default: "you" }}</p>${"<p>The quick brown fox = jumps over the lazy dog, été comme hiver.</p>\n".repeat(40)}`,
	korean: `<p>{{ contact.name | default: "독자" }}님께</p>${"<p>겨울이 왔습니다. 따뜻한 차 한 잔과 함께 읽어 주세요.</p>\n".repeat(60)}`,
	emoji: `<p>{{ contact.name }} 🎉</p>${"<p>🎄🎁✨👩‍👩‍👧‍👦</p>\n".repeat(50)}`,
	mixed: `<p>{{ contact.name }}</p>\n.\n..a line that begins with a dot\n${"<p>Hello 안녕 👋 = ÄÖÜ</p>\n".repeat(30)}{% if contact.city %}{{ contact.city }}{% endif %}`,
} as const;
const FILES = [
	"attachments/a.txt",
	"attachments/보고서 2026 겨울호 아주 긴 이름.csv",
	"attachments/c.ics",
	"attachments/d d.txt",
	"attachments/ümlaut.txt",
];
const LINK = '<a href="{{ unsubscribe_url }}">stop</a>';

/** The encoded bytes of each leaf of a message, as they stand between the headers of the part and the boundary. */
function leaves(raw: Buffer): readonly { readonly type: string; readonly encoded: number; readonly decoded: number }[] {
	return raw
		.toString("latin1")
		.split(/\r\n--=_wellsent[^\r]*/)
		.flatMap((piece) => {
			const at = piece.indexOf("\r\n\r\n");
			const head = piece.slice(0, at);
			const type = /Content-Type: ([^;\r]+)/i.exec(head)?.[1] ?? "";
			if (at < 0 || type === "" || type.startsWith("multipart/")) return [];
			const body = piece.slice(at + 4);
			const base64 = /Content-Transfer-Encoding: base64/i.test(head);
			const decoded = base64
				? Buffer.from(body, "base64").length
				: body.replace(/=\r\n/g, "").replace(/=[0-9A-F]{2}/g, "x").length;
			return [{ type, encoded: body.length, decoded }];
		});
}

/** A campaign that was started, and what its check said. */
async function begin(r: Rehearsal, kind: keyof typeof BODIES, count: number) {
	const worst = `${kind}${count}@good.test`;
	const attachments = Object.fromEntries(FILES.slice(0, count).map((name, n) => [name, `file ${n} 파일 `.repeat(8 ** n)]));
	const id = await r.another({
		readers: [
			{ email: `s${kind}${count}@good.test`, name: "김" },
			{ email: worst, name: "김 & Müller 🎉", attributes: { city: "서울특별시" } },
		],
		campaign: {
			"body.html": BODIES[kind] + LINK,
			"body.txt": `${BODIES[kind].replace(/<[^>]*>/g, "")}{{ unsubscribe_url }}`,
			...attachments,
		},
		begin: false,
	});
	const { check } = await startCampaign(r.app, id);
	return { id, check, worst, count };
}

test("Latin, Korean, emoji and mixed bodies with 0 to 5 attachments: each size is what the server counted", async () => {
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test",
		hosts: { "mx1.good.test": {} },
		readers: ["first@good.test"],
	});
	const begun = [];
	for (const kind of ["latin", "korean", "emoji", "mixed"] as const)
		for (let count = 0; count <= FILES.length; count += 1) begun.push(await begin(r, kind, count));
	r.engine.wake();
	for (const { id, check, worst, count } of begun) {
		await r.run("finished", id);
		const { sizes, worstReader, worstHtmlReader, search } = check;
		expect([worstReader, worstHtmlReader]).toEqual([worst, worst]);
		expect(search).toEqual({ measured: 2, proven: true });

		const [arrival] = r.sandbox.arrivals.rows({ to: worst });
		const raw = arrival?.raw ?? Buffer.alloc(0);
		expect(sizes?.message).toBe(raw.length);
		const [row] = await r.rows({ to: worst });
		expect(row?.bytes).toBe(arrival?.bytes);
		const [text, html, ...files] = leaves(raw);
		const part = (name: SizePart["part"]) =>
			(sizes?.parts ?? []).filter((one) => one.part === name).map(({ bytes, encoded }) => ({ decoded: bytes, encoded }));
		expect(part("text")).toEqual([{ decoded: text?.decoded, encoded: text?.encoded }]);
		expect(part("html")).toEqual([{ decoded: html?.decoded, encoded: html?.encoded }]);
		// The line end before the boundary belongs to the boundary (RFC 2046 section 5.1.1); base64 counts it as that of its last line.
		expect(part("attachment")).toEqual(files.map(({ decoded, encoded }) => ({ decoded, encoded: encoded + 2 })));
		expect(files).toHaveLength(count);
		expect(part("message")).toEqual([{ decoded: null, encoded: raw.length }]);
	}
}, 30_000);

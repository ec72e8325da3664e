// Signed messages are judged by mailauth, which shares no code with us; DNS is a table.
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { describe, expect, test } from "vitest";
import { dkimDnsRecord, generateDkimKey } from "../../../src/compose/dkim-record.ts";
import type { DkimKey } from "../../../src/compose/sign.ts";
import { anIdentity, aReader, bytesOf, compile, type FolderOver } from "../../unit/compose/make.ts";

const rsa = await generateDkimKey("rsa");
const ed = await generateDkimKey("ed25519");
const keys: readonly DkimKey[] = [
	{ selector: "r1", domain: "wellsent.test", algorithm: "rsa-sha256", key: rsa.key },
	{ selector: "e1", domain: "wellsent.test", algorithm: "ed25519-sha256", key: ed.key },
];
const dkim = keys.map(({ selector, domain }) => ({ selector, domain, keyFile: `/nowhere/${selector}.pem` }));
const zone = new Map(keys.map((key) => [dkimDnsRecord(key).name, dkimDnsRecord(key).value]));

const verdicts = async (raw: Buffer) => {
	const resolver = async (name: string, type: string) => {
		const value = zone.get(name);
		if (type !== "TXT" || value === undefined) throw Object.assign(new Error(`no ${type} of ${name}`), { code: "ENOTFOUND" });
		return [[value]];
	};
	const { results } = await dkimVerify(raw, { resolver });
	return results.map((result) => ({ selector: result.selector, result: result.status.result, keys: signedHeaders(result) }));
};
/** The names in h=, which mailauth gives but does not declare. */
function signedHeaders(result: object): string {
	const headers: unknown = Reflect.get(result, "signingHeaders");
	const keys: unknown = typeof headers === "object" && headers !== null ? Reflect.get(headers, "keys") : undefined;
	return String(keys).toLowerCase();
}

const pixel = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);
const cases: readonly { name: string; folder: FolderOver; reader?: Partial<ReturnType<typeof aReader>> }[] = [
	{ name: "Latin text with runs of spaces and tabs", folder: { html: "<p>  a\t b   {{ contact.name }}  </p>  \n\n\n \n" } },
	{
		name: "Korean text",
		folder: {
			settings: { subject: "{{ contact.name }}님, 안녕하세요" },
			html: `<p>${"안녕하세요 여러분 ".repeat(400)}{{ contact.name }}</p>`,
		},
		reader: { name: "김민수" },
	},
	{
		name: "emoji everywhere",
		folder: {
			settings: { subject: "🎉 Hello {{ contact.name }} 👨‍👩‍👧" },
			html: "<p>👋🏽 {{ contact.name }} {{ contact.name }}</p>",
		},
		reader: { name: "  👩‍🚀  Zoë  " },
	},
	{
		name: "a template that needs LiquidJS",
		folder: { html: "{% for i in (1..30) %}<p>{{ i }}  {{ contact.name | upcase }}</p>\n{% endfor %}" },
	},
	{
		name: "pictures and attachments",
		folder: {
			html: '<img src="images/a.png" alt="a"> {{ contact.name }}',
			images: [{ path: "images/a.png", name: "a.png", content: pixel, type: "image/png" }],
			attachments: [
				{
					path: "attachments/한국어 보고서.pdf",
					name: "한국어 보고서.pdf",
					content: Buffer.alloc(300_000, 7),
					type: "application/pdf",
				},
			],
		},
	},
	{
		name: "an attachment of several slices",
		folder: {
			attachments: [{ path: "attachments/a.zip", name: "a.zip", content: Buffer.alloc(3_000_000, 9), type: "application/zip" }],
		},
	},
	{ name: "an internationalised address", folder: {}, reader: { email: "김@naver.test" } },
	{
		name: "extra headers and a reply address",
		folder: {
			settings: {
				replyTo: "re@wellsent.test",
				headers: [
					{ name: "X-A", value: `한국 ${"a b  ".repeat(30)}` },
					{ name: "x-a", value: "2" },
				],
			},
		},
	},
	{ name: "a notice", folder: { settings: { kind: "notice" } } },
];

describe("DKIM, judged by mailauth", () => {
	test.each(cases)("both signatures pass: $name", async ({ folder, reader }) => {
		const compiled = await compile(folder, { keys, identity: anIdentity({ dkim }) });
		const raw = await bytesOf(compiled, aReader(reader));
		expect(await verdicts(raw)).toMatchObject([
			{ selector: "r1", result: "pass" },
			{ selector: "e1", result: "pass" },
		]);
	});

	test("the one-click fields are covered, and a second From or Subject breaks the signature", async () => {
		const compiled = await compile({}, { keys, identity: anIdentity({ dkim }) });
		const raw = await bytesOf(compiled);
		const covered = (await verdicts(raw))[0]?.keys.split(/\s*:\s*/) ?? [];
		for (const name of [
			"list-unsubscribe",
			"list-unsubscribe-post",
			"feedback-id",
			"list-id",
			"date",
			"message-id",
			"content-type",
		])
			expect(covered).toContain(name);
		for (const added of ["From: Mallory <m@evil.test>", "Subject: You won", "List-Unsubscribe-Post: no"]) {
			const forged = Buffer.concat([Buffer.from(`${added}\r\n`), raw]);
			expect((await verdicts(forged)).map(({ result }) => result)).not.toContain("pass");
		}
	});

	test("one changed letter of the body breaks both signatures", async () => {
		const compiled = await compile({ html: "<p>pay 100</p>{{ unsubscribe_url }}" }, { keys, identity: anIdentity({ dkim }) });
		const raw = (await bytesOf(compiled)).toString("latin1");
		expect(raw).toContain("pay 100");
		const results = await verdicts(Buffer.from(raw.replaceAll("pay 100", "pay 900"), "latin1"));
		expect(results.map(({ result }) => result)).not.toContain("pass");
	});

	test("a key that cannot sign is an error, never an unsigned message", async () => {
		const { publicKey } = await import("node:crypto").then(({ generateKeyPairSync }) =>
			generateKeyPairSync("rsa", { modulusLength: 2048 }),
		);
		const broken = [{ selector: "r1", domain: "wellsent.test", algorithm: "rsa-sha256" as const, key: publicKey }];
		const compiled = await compile({}, { keys: broken, identity: anIdentity({ dkim: dkim.slice(0, 1) }) });
		await expect(bytesOf(compiled)).rejects.toMatchObject({ code: "dkim-signing-failed" });
	});

	test("an identity with keys does not compile without them", async () => {
		await expect(compile({}, { keys: [], identity: anIdentity({ dkim }) })).rejects.toMatchObject({ code: "internal" });
	});
});

// What one message costs: composed and signed by src/compose against nodemailer's MailComposer and its DKIM.
// `npx tsx bench/compose.ts`. Prints µs a message, medians of interleaved rounds, CPU time of the whole process (threads included) beside wall time.
import { cpus } from "node:os";
import MailComposer from "nodemailer/lib/mail-composer";
import { compileCampaign } from "../src/compose/compile.ts";
import type { CompiledCampaign, Reader } from "../src/compose/compiled.ts";
import { generateDkimKey } from "../src/compose/dkim-record.ts";
import type { CampaignFolder } from "../src/compose/folder.file.ts";
import type { DkimKey } from "../src/compose/sign.ts";

const ROUNDS = 7;
const MESSAGES = 200;
/** Messages in work at once, as a busy sender has them: the signatures run on libuv's threads. */
const TOGETHER = 16;
const NOW = Date.now();

const latin = (index: number) =>
	`<tr><td style="padding:8px 12px;font-size:15px">Paragraph ${index}: a few words about the month that passed, for ${index % 10 === 0 ? '{{ contact.name | default: "reader" }}' : "all of our readers"}.</td></tr>\n`;
const korean = (index: number) =>
	`<tr><td style="padding:8px 12px">${index}번째 소식: 지난 한 달의 이야기를 ${index % 10 === 0 ? '{{ contact.name | default: "독자" }}' : "모든 독자"}님께 전합니다.</td></tr>\n`;
const page = (row: (index: number) => string, rows: number) =>
	`<!doctype html><html><head><meta charset="utf-8"></head><body><table>${Array.from({ length: rows }, (_, index) => row(index)).join("")}</table><p><a href="{{ unsubscribe_url }}">unsubscribe</a></p></body></html>`;

const folderOf = (source: string): CampaignFolder => ({
	dir: "/bench",
	settings: {
		name: "bench",
		subject: "{{ contact.name }}, news of December ✉️",
		identity: "news@wellsent.test",
		replyTo: null,
		headers: [],
		kind: "marketing",
		advertKr: false,
		preheader: null,
		lines: { subject: 1, preheader: 1 },
	},
	body: { file: "body.html", format: "html", source },
	text: null,
	images: [],
	attachments: [],
});

const rsa: DkimKey = {
	selector: "r1",
	domain: "wellsent.test",
	algorithm: "rsa-sha256",
	key: (await generateDkimKey("rsa")).key,
};
const ed: DkimKey = {
	selector: "e1",
	domain: "wellsent.test",
	algorithm: "ed25519-sha256",
	key: (await generateDkimKey("ed25519")).key,
};

const compile = (source: string, keys: readonly DkimKey[]) =>
	compileCampaign(folderOf(source), {
		identity: {
			from: "news@wellsent.test",
			name: "Wellsent",
			route: "direct",
			sources: [],
			returnPath: "bounces.wellsent.test",
			dkim: keys.map(({ selector, domain }) => ({ selector, domain, keyFile: selector })),
			postalAddress: "Seoul",
			unsubscribe: "https://news.wellsent.test",
		},
		campaign: { id: 1, name: "bench" },
		keys,
		secret: "bench",
	});
const readerAt = (index: number): Reader => ({
	contactId: index,
	deliveryId: index,
	email: `reader${index}@naver.test`,
	name: "김민수",
	attributes: {},
});
const ours = (compiled: CompiledCampaign) => (index: number) => compiled.compose(readerAt(index), { now: NOW });

const nodemailer = (compiled: CompiledCampaign, key: DkimKey | null) => async (index: number) => {
	const { subject, html, text } = compiled.render(readerAt(index), { now: NOW });
	const raw = new MailComposer({
		from: "Wellsent <news@wellsent.test>",
		to: `김민수 <reader${index}@naver.test>`,
		subject,
		html,
		text,
		newline: "windows",
	}).compile();
	if (key === null) return raw.build();
	const { default: DKIM } = await import("nodemailer/lib/dkim");
	const signer = new DKIM({ keySelector: key.selector, domainName: key.domain, privateKey: rsaPem });
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		const stream = signer.sign(raw.createReadStream());
		stream.on("data", (chunk: Buffer) => chunks.push(chunk));
		stream.on("end", () => resolve(Buffer.concat(chunks)));
		stream.on("error", reject);
	});
};
const rsaPem = rsa.key.export({ type: "pkcs8", format: "pem" }).toString();

const rows = { latin: page(latin, 120), korean: page(korean, 125) };
const slow = rows.latin.replace("<table>", "<table>{% if contact.name %}<tr></tr>{% endif %}");
const plain = await compile(rows.latin, []);
const cases: readonly { readonly name: string; readonly run: (index: number) => Promise<unknown> }[] = [
	{ name: "compose, Latin, segments", run: ours(plain) },
	{ name: "compose, Korean, segments", run: ours(await compile(rows.korean, [])) },
	{ name: "compose, Latin, through LiquidJS", run: ours(await compile(slow, [])) },
	{ name: "compose + Ed25519", run: ours(await compile(rows.latin, [ed])) },
	{ name: "compose + RSA-2048", run: ours(await compile(rows.latin, [rsa])) },
	{ name: "compose + both", run: ours(await compile(rows.latin, [rsa, ed])) },
	{ name: "compose + both, Korean", run: ours(await compile(rows.korean, [rsa, ed])) },
	{ name: "nodemailer MailComposer", run: nodemailer(plain, null) },
	{ name: "nodemailer MailComposer + DKIM RSA-2048", run: nodemailer(plain, rsa) },
];

const { sizes } = await plain.compose(readerAt(1), { now: NOW });
console.log(
	`${cpus()[0]?.model ?? "?"} × ${cpus().length}, Node ${process.version}; message ${sizes.message} bytes, HTML ${sizes.html}, text ${sizes.text}`,
);
const results = cases.map(() => ({ wall: [] as number[], cpu: [] as number[] }));
for (let round = 0; round <= ROUNDS; round += 1) {
	for (const [index, { run }] of cases.entries()) {
		const start = process.hrtime.bigint();
		const cpu = process.cpuUsage();
		for (let at = 0; at < MESSAGES; at += TOGETHER)
			await Promise.all(Array.from({ length: Math.min(TOGETHER, MESSAGES - at) }, (_, offset) => run(at + offset)));
		const wall = Number(process.hrtime.bigint() - start) / 1000 / MESSAGES;
		const used = process.cpuUsage(cpu);
		// The first round warms up.
		if (round > 0) {
			results[index]?.wall.push(wall);
			results[index]?.cpu.push((used.user + used.system) / MESSAGES);
		}
	}
}
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
for (const [index, { name }] of cases.entries()) {
	const { wall, cpu } = results[index] ?? { wall: [], cpu: [] };
	console.log(`${name.padEnd(42)} ${median(wall).toFixed(0).padStart(6)} µs wall ${median(cpu).toFixed(0).padStart(6)} µs CPU`);
}

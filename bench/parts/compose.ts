// What one message costs to compose and to sign: src/compose against nodemailer's MailComposer and its DKIM.
import MailComposer from "nodemailer/lib/mail-composer";
import { compileCampaign } from "../../src/compose/compile.ts";
import type { CompiledCampaign, Reader } from "../../src/compose/compiled.ts";
import { generateDkimKey } from "../../src/compose/dkim-record.ts";
import type { CampaignFolder } from "../../src/compose/folder.file.ts";
import type { DkimKey } from "../../src/compose/sign.ts";
import { letterPage, SUBJECT } from "../letter.ts";
import { type Case, interleaved, printTable } from "../measure.ts";

const ROUNDS = 7;
const MESSAGES = 200;
/** Messages in work at once, as a busy sender has them: the signatures run on libuv's threads. */
const TOGETHER = 16;
const NOW = Date.now();

const folderOf = (source: string): CampaignFolder => ({
	dir: "/bench",
	settings: {
		name: "bench",
		subject: SUBJECT,
		identity: "news@wellsent.test",
		replyTo: null,
		headers: [],
		kind: "marketing",
		advertKr: false,
		preheader: null,
		route: null,
		group: null,
		finishWithin: null,
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
			gateways: [],
			sources: [],
			returnPath: "bounces.wellsent.test",
			dkim: keys.map(({ selector, domain }) => ({ selector, domain, keyFile: selector })),
			postalAddress: "Seoul",
			quietHours: null,
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

/** MESSAGES of them, TOGETHER at a time. */
const many = (name: string, run: (index: number) => Promise<unknown>): Case => ({
	name,
	async run() {
		for (let at = 0; at < MESSAGES; at += TOGETHER)
			await Promise.all(Array.from({ length: Math.min(TOGETHER, MESSAGES - at) }, (_, offset) => run(at + offset)));
		return MESSAGES;
	},
});

export async function composeBench(): Promise<void> {
	const latin = letterPage("latin");
	const korean = letterPage("korean");
	const slow = latin.replace("<table>", "<table>{% if contact.name %}<tr></tr>{% endif %}");
	const plain = await compile(latin, []);
	const { sizes } = await plain.compose(readerAt(1), { now: NOW });
	const lines = await interleaved(
		[
			many("compose", ours(plain)),
			many("compose, Korean", ours(await compile(korean, []))),
			many("compose, a template that needs LiquidJS", ours(await compile(slow, []))),
			many("compose + sign Ed25519", ours(await compile(latin, [ed]))),
			many("compose + sign RSA-2048", ours(await compile(latin, [rsa]))),
			many("compose + sign both", ours(await compile(latin, [rsa, ed]))),
			many("compose + sign both, Korean", ours(await compile(korean, [rsa, ed]))),
			many("nodemailer MailComposer", nodemailer(plain, null)),
			many("nodemailer MailComposer + its DKIM RSA-2048", nodemailer(plain, rsa)),
		],
		ROUNDS,
	);
	printTable(`Compose and sign: a message of ${sizes.message} bytes (HTML ${sizes.html}, text ${sizes.text})`, lines);
}

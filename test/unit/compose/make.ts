// Builders for the tests of src/compose: a campaign's folder in memory, an identity, keys.

import { compileCampaign } from "../../../src/compose/compile.ts";
import type { CompiledCampaign, CompileOptions, Reader } from "../../../src/compose/compiled.ts";
import type { CampaignFolder } from "../../../src/compose/folder.file.ts";
import type { CampaignSettings } from "../../../src/compose/settings.ts";
import type { IdentityConfig } from "../../../src/config/types.ts";

export const NOW = Date.UTC(2026, 10, 21, 9, 5, 7);

export const anIdentity = (over: Partial<IdentityConfig> = {}): IdentityConfig => ({
	from: "news@wellsent.test",
	name: "Wellsent News",
	route: "direct",
	gateways: [],
	sources: [],
	returnPath: "bounces.wellsent.test",
	dkim: [],
	postalAddress: "1 Example Road, Seoul",
	quietHours: null,
	unsubscribe: "https://news.wellsent.test",
	...over,
});

export const someSettings = (over: Partial<CampaignSettings> = {}): CampaignSettings => ({
	name: "December",
	subject: "Hello",
	identity: "news@wellsent.test",
	replyTo: null,
	headers: [],
	kind: "marketing",
	advertKr: false,
	preheader: null,
	route: null,
	group: null,
	finishWithin: null,
	lines: { subject: 2, preheader: 9 },
	...over,
});

export interface FolderOver {
	readonly settings?: Partial<CampaignSettings>;
	readonly html?: string;
	readonly body?: CampaignFolder["body"];
	readonly text?: string | null;
	readonly images?: CampaignFolder["images"];
	readonly attachments?: CampaignFolder["attachments"];
}

export const aFolder = (over: FolderOver = {}): CampaignFolder => ({
	dir: "/nowhere/december",
	settings: someSettings(over.settings),
	body: over.body ?? {
		file: "body.html",
		format: "html",
		source: over.html ?? '<p>Hi {{ contact.name | default: "reader" }}</p><a href="{{ unsubscribe_url }}">stop</a>',
	},
	text: over.text === undefined || over.text === null ? null : { file: "body.txt", source: over.text },
	images: over.images ?? [],
	attachments: over.attachments ?? [],
});

export const aReader = (over: Partial<Reader> = {}): Reader => ({
	contactId: 7,
	deliveryId: 42,
	email: "kim@naver.test",
	name: "Kim",
	attributes: {},
	...over,
});

export const compile = (over: FolderOver = {}, options: Partial<CompileOptions> = {}): Promise<CompiledCampaign> =>
	compileCampaign(aFolder(over), {
		identity: anIdentity(),
		campaign: { id: 3, name: "December" },
		keys: [],
		secret: "a secret for tests",
		...options,
	});

/** The bytes of a reader's message. */
export async function bytesOf(compiled: CompiledCampaign, reader = aReader()): Promise<Buffer> {
	return Buffer.concat((await compiled.compose(reader, { now: NOW })).raw);
}

/** A header's value, unfolded. */
export function headerOf(raw: Buffer, name: string): string | undefined {
	const head = raw.toString("utf8").split("\r\n\r\n", 1)[0] ?? "";
	const line = head.split(/\r\n(?![ \t])/).find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`));
	return line
		?.slice(name.length + 1)
		.replace(/\r\n/g, "")
		.trim();
}

// `wellsent campaign preview`: the message of one reader, signed and complete, as an .eml. Sends nothing.
import type { Command } from "commander";
import { idArgument } from "../arguments.ts";
import type { Host } from "../run.ts";
import { bytes } from "../words.ts";

interface Options {
	readonly to?: string;
	readonly out?: string;
}

export function campaignPreview(group: Command, host: Host): void {
	group
		.command("preview")
		.description(
			"the finished message of one reader (.eml) on stdout or into a file; that of the reader whose message is largest unless --to names one",
		)
		.argument("<id>", "number of the campaign", idArgument)
		.option("--to <address>", "the reader; one that is on no list has an address and nothing else")
		.option("--out <file>", "where to write it")
		.action((id: number, options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { fail } = await import("../../errors.ts");
				const { getCampaign } = await import("../../campaign/campaign.store.ts");
				const { prepareCampaign } = await import("../../campaign/prepare.ts");
				const { readerOf } = await import("../../campaign/reader.store.ts");
				const { findWorst } = await import("../../campaign/worst.store.ts");
				const { parseAddress } = await import("../../address/parse.ts");
				run.out.carriesData();
				const app = await run.app();
				const campaign = await getCampaign(app.db, id);
				const compiled = await prepareCampaign(app, campaign, { strict: false });
				const named = async (typed: string) => {
					const parsed = parseAddress(typed);
					if ("problem" in parsed) return fail("address-invalid", { address: typed, problem: parsed.problem });
					const known = await readerOf(app.db, parsed.normal);
					if (known === null) run.out.note(`${parsed.normal} is on no list: the message has its address and no other field`);
					return known ?? { contactId: 0, deliveryId: 0, email: parsed.normal, name: null, attributes: {} };
				};
				const now = run.now;
				const worst = async () => (await findWorst(app.db, id, compiled, now))?.message.reader ?? null;
				const reader = options.to === undefined ? await worst() : await named(options.to);
				if (reader === null) return fail("nobody-to-preview", { id });
				const message = await compiled.compose(reader, { now });
				const eml = Buffer.concat(message.raw);
				const file = options.out;
				if (file !== undefined) {
					const { writeNewFile } = await import("../files.file.ts");
					await writeNewFile(run.out.io.cwd, file, eml, { replace: true });
					run.out.note(`${file}: the message to ${reader.email}, ${bytes(eml.length)}`);
				}
				const { mailFrom, messageId, size, sizes } = message;
				if (run.out.json)
					await run.out.value({
						campaign: id,
						to: reader.email,
						mailFrom,
						messageId,
						size,
						sizes,
						file: file ?? null,
						...(file === undefined ? { eml: eml.toString("utf8") } : {}),
					});
				else if (file === undefined) await run.out.data(eml);
				return 0;
			}),
		);
}

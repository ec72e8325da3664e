// `wellsent contacts lists | show | remove`.
import type { Command } from "commander";
import { countOption } from "../arguments.ts";
import { text } from "../printable.ts";
import type { Host } from "../run.ts";
import { count, iso, localTime, several } from "../words.ts";

export function contactsLists(group: Command, host: Host): void {
	group
		.command("lists")
		.description("all lists with their sizes")
		.action((_options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { listLists } = await import("../../contacts/contacts.store.ts");
				const app = await run.app();
				const lists = await listLists(app.db);
				if (run.out.json) await run.out.value(lists.map((list) => ({ ...list, createdAt: iso(list.createdAt) })));
				else if (lists.length === 0) run.out.note("There is no list yet: `wellsent contacts import LIST FILE.csv` makes one.");
				else
					await run.out.table(
						[
							{ title: "list", value: (list) => list.name, shrinks: true },
							{ title: "readers", value: (list) => count(list.members), align: "right" },
							{ title: "made", value: (list) => localTime(list.createdAt) },
						],
						lists,
					);
				return 0;
			}),
		);
}

export function contactsShow(group: Command, host: Host): void {
	group
		.command("show")
		.description("a list: how many readers, how many of them suppressed, their domains, the first of them")
		.argument("<list>", "name of the list")
		.option("--sample <n>", "readers shown", countOption, 20)
		.action((name: string, options: { readonly sample: number }, command: Command) =>
			host.run(command, async (run) => {
				const { showList } = await import("../../contacts/contacts.store.ts");
				const app = await run.app();
				const list = await showList(app.db, name, { sample: options.sample });
				const { out } = run;
				if (out.json) {
					await out.value({ ...list, createdAt: iso(list.createdAt) });
					return 0;
				}
				await out.say(
					text`list "${list.name}": ${several(list.members, "reader")}, ${count(list.suppressed)} of them suppressed, ${count(list.mailable)} can be mailed`,
				);
				await out.say("");
				await out.table(
					[
						{ title: "domain", value: (row) => row.domain, shrinks: true },
						{ title: "readers", value: (row) => count(row.members), align: "right" },
					],
					list.domains,
				);
				await out.say("");
				await out.table(
					[
						{ title: "reader", value: (row) => row.email, shrinks: true },
						{ title: "name", value: (row) => row.name, shrinks: true },
						{
							title: "attributes",
							value: (row) =>
								Object.entries(row.attributes)
									.map(([key, value]) => `${key}=${value}`)
									.join(" "),
							shrinks: true,
						},
					],
					list.sample,
				);
				return 0;
			}),
		);
}

export function contactsRemove(group: Command, host: Host): void {
	group
		.command("remove")
		.description("take readers off a list; who wants no mail at all is suppressed instead")
		.argument("<list>", "name of the list")
		.argument("<address...>", "readers")
		.action((list: string, given: readonly string[], _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { removeFromList } = await import("../../contacts/contacts.store.ts");
				const { parseAddress } = await import("../../address/parse.ts");
				const { fail } = await import("../../errors.ts");
				const addresses = given.map((typed) => {
					const parsed = parseAddress(typed);
					return "problem" in parsed ? fail("address-invalid", { address: typed, problem: parsed.problem }) : parsed.normal;
				});
				const app = await run.app();
				const { removed, notOnList } = await removeFromList(app.db, list, addresses);
				await run.out.answer(
					() => ({ list, removed, notOnList }),
					() =>
						run.out.say(
							text`${several(removed, "reader")} taken off "${list}"${notOnList > 0 ? `, ${count(notOnList)} not on it` : ""}`,
						),
				);
				return 0;
			}),
		);
}

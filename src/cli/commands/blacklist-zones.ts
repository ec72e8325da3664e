// `wellsent blacklist zones`: which lists are asked, whether each is believed, and what it asks of those who query it.
import type { Command } from "commander";
import type { Host } from "../run.ts";
import { iso, localTime } from "../words.ts";

export function blacklistZones(group: Command, host: Host): void {
	group
		.command("zones")
		.description("the lists that are asked, whether each proves itself, how often it may be asked and what it wants first")
		.option("--known", "also the lists that can be added by name")
		.action((options: { readonly known?: true }, command: Command) =>
			host.run(command, async (run) => {
				const { zonesNow } = await import("../../reputation/blacklist.ts");
				const { stateWords } = await import("../../reputation/blacklist-words.ts");
				const { ZONES } = await import("../../reputation/zones/all.ts");
				const app = await run.app();
				const { zones, refused } = await zonesNow(app);
				const known =
					options.known === true
						? ZONES.filter((zone) => !zones.some((one) => one.zone === zone.name)).map(({ name, title, takes, removal }) => ({
								zone: name,
								title,
								takes,
								removal: removal.url,
							}))
						: [];
				if (run.out.json) {
					const rows = zones.map((zone) => ({ ...zone, provenAt: iso(zone.provenAt), badSince: iso(zone.badSince) }));
					await run.out.value({ zones: rows, refused, ...(options.known === true ? { known } : {}) });
					return 0;
				}
				await run.out.table(
					[
						{ title: "zone", value: (row) => row.zone },
						{ title: "name", value: (row) => row.title, shrinks: true },
						{ title: "lists", value: (row) => row.takes.join(" ") },
						{
							title: "believed",
							value: (row) => (row.state === null ? "not asked yet" : row.state),
							style: (shown, row, c) =>
								row.state === "proven" ? c.green(shown) : row.state === null ? c.dim(shown) : c.yellow(shown),
						},
						{
							title: "since",
							value: (row) =>
								row.badSince !== null ? localTime(row.badSince) : row.provenAt === null ? "" : localTime(row.provenAt),
						},
						{ title: "asked every", value: (row) => `${row.everyMs / 60_000} min`, align: "right" },
						{
							title: "needs",
							value: (row) => row.registration ?? (row.ownResolver ? "a resolver of one's own" : ""),
							shrinks: true,
						},
					],
					zones,
				);
				for (const zone of zones)
					if (zone.state !== null && zone.state !== "proven")
						run.out.note(`${zone.zone}: ${stateWords(zone.state)} (${zone.why})`);
				for (const { name, why } of refused) run.out.note(`not asked, though the settings name it: ${name}: ${why}`);
				if (known.length > 0) {
					run.out.note("");
					await run.out.table(
						[
							{ title: "to add", value: (row) => `+${row.zone}` },
							{ title: "name", value: (row) => row.title },
							{ title: "lists", value: (row) => row.takes.join(" ") },
						],
						known,
					);
				}
				return 0;
			}),
		);
}

// `wellsent hosts delisted`: after a provider has removed our entry, which of its hosts have heard of it.
import type { Command } from "commander";
import type { Delisting } from "../../log/delisting.store.ts";
import type { CliApp } from "../ports.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import { iso, localTime } from "../words.ts";

interface Options {
	readonly source?: string;
}

export function hostsDelisted(group: Command, host: Host): void {
	group
		.command("delisted")
		.summary("watch the hosts of a site accept again, one by one, after a de-listing")
		.description(
			"the site says that it has removed our entry: give every host of it mail at once and watch them accept, one by one, until all do. Without a site: the watches that are open",
		)
		.argument("[site]", 'name of the site: "daum", "naver" …')
		.option("--source <name>", "the source that was listed; the only one unless given")
		.action((site: string | undefined, options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { delistingProgress, openDelistings } = await import("../../log/delisting.store.ts");
				const app = await run.app();
				const watches =
					site === undefined ? await openDelistings(app.db) : [await begin(run, app, site, sourceOf(run, app, command, options))];
				if (watches.length === 0 && !run.out.json)
					run.out.note("No de-listing is being watched: wellsent hosts delisted SITE --source NAME");
				const shown = [];
				for (const watch of watches) shown.push({ watch, hosts: await delistingProgress(app.db, watch, run.now) });
				if (run.out.json) {
					const values = shown.map(({ watch, hosts }) => ({
						site: watch.site,
						source: watch.source,
						since: iso(watch.createdAt),
						hosts: hosts.map((one) => ({ ...one, at: iso(one.at) })),
					}));
					await run.out.value(site === undefined ? values : values[0]);
					return 0;
				}
				const paint = { accepts: "green", refuses: "red", waiting: "dim" } as const;
				for (const { watch, hosts } of shown) {
					const accepting = hosts.filter((one) => one.state === "accepts").length;
					await run.out.say(
						text`${watch.source} at ${watch.site}, watched since ${localTime(watch.createdAt)}: ${accepting} of ${hosts.length} hosts accept`,
					);
					await run.out.table(
						[
							{ title: "host", value: (one) => one.mxHost, shrinks: true },
							{ title: "address", value: (one) => one.mxAddress },
							{ title: "state", value: (one) => one.state, style: (label, one, c) => c[paint[one.state]](label) },
							{ title: "since", value: (one) => (one.at === null ? "" : localTime(one.at)) },
							{ title: "its last refusal", value: (one) => one.text, shrinks: true },
						],
						hosts,
					);
				}
				return 0;
			}),
		);
}

async function begin(run: Run, app: CliApp, site: string, source: string): Promise<Delisting> {
	const { startDelisting } = await import("../../log/delisting.store.ts");
	const { fail } = await import("../../errors.ts");
	const watch = await startDelisting(app.db, site, source, run.now);
	return watch ?? fail("site-unspoken", { site });
}

function sourceOf(run: Run, app: CliApp, command: Command, options: Options): string {
	const names = app.config.sources.map((source) => source.name);
	// `hosts --source` is an option of the parent as well, which takes it when it stands there.
	const { source } = command.optsWithGlobals<Options>();
	const named = options.source ?? source;
	if (named === undefined) {
		const [only, ...others] = names;
		return only !== undefined && others.length === 0 ? only : run.misuse(`say which source: --source ${names.join(" | ")}`);
	}
	return names.includes(named)
		? named
		: run.misuse(`there is no source ${JSON.stringify(named)}; there are: ${names.join(", ")}`);
}

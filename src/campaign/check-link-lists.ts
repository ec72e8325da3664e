// Is a domain of the newsletter on a blacklist? Links, pictures and the From domain of the worst reader's message, on the domain lists that are believed:
// filters look the links up first, and one listed domain puts the whole campaign into the spam folder.
import { hostsOf } from "../compose/lint-links.ts";
import { lookUpDomains } from "../reputation/blacklist.ts";
import { zoneNamed } from "../reputation/zones/all.ts";
import type { Examination } from "./check.ts";

/** Who links to hundreds of hosts gets the first of them looked up. */
const MOST = 40;

export const checkLinkLists: Examination = async ({ deps, compiled, worst, add }) => {
	if (compiled === null || worst === null) return;
	const { from } = compiled.parts.options.identity;
	const hosts = hostsOf(compiled.render(worst, { now: deps.clock.now() }).html).filter((host) => host.includes("."));
	const rows = await lookUpDomains(deps, [from.slice(from.lastIndexOf("@") + 1), ...hosts.slice(0, MOST)]);
	for (const row of rows.filter((one) => one.state === "listed")) {
		const stops = row.severity === "critical" || row.severity === "serious";
		const zone = zoneNamed(row.zone);
		add(
			stops ? "fail" : "warn",
			"link-listed",
			row.subject,
			`${row.subject} is on the blacklist ${zone.title} (${row.zone}): ${row.meaning}`,
			`Leave it out of the newsletter, or get it off the list: ${zone.removal.how} ${zone.removal.url}`.trim(),
		);
	}
	const unknown = rows.filter((row) => row.state === "unknown");
	const zones = [...new Set(unknown.map((row) => row.zone))];
	if (zones.length > 0)
		add(
			"unknown",
			"link-lists-unknown",
			"content",
			`whether its domains are on ${zones.join(", ")} could not be told (${unknown[0]?.why ?? ""})`,
			"See `wellsent blacklist zones`: blacklists want a resolver of one's own, or a key.",
		);
	const domains = new Set(rows.map((row) => row.subject)).size;
	const clean = new Set(rows.filter((row) => row.state === "clean").map((row) => row.zone));
	if (clean.size > 0 && rows.every((row) => row.state !== "listed"))
		add("ok", "link-lists", "content", `${domains} of its domains are on none of ${[...clean].join(", ")}`);
};

// Do the hosts exist that the message links to and fetches its pictures from? Asked of DNS for the worst reader's message; the pages are not fetched.
import { hostsOf } from "../compose/lint-links.ts";
import { createPreflightDns } from "../reputation/preflight-dns.client.ts";
import type { Examination } from "./check.ts";

/** A newsletter has a dozen; who links to hundreds of hosts gets the first of them looked at. */
const MOST = 40;
/** Milliseconds for all of them. */
const PATIENCE_MS = 4_000;

export const checkLinks: Examination = async ({ deps, compiled, worst, add }) => {
	if (compiled === null || worst === null) return;
	const { identity } = compiled.parts.options;
	// That one is the preflight's matter.
	const own = identity.unsubscribe === null ? null : new URL(identity.unsubscribe).hostname;
	const hosts = hostsOf(compiled.render(worst, { now: deps.clock.now() }).html).filter(
		(host) => host !== own && host !== "localhost",
	);
	const dns = createPreflightDns(deps.config.dns.servers, PATIENCE_MS);
	const asked = await Promise.all(
		hosts.slice(0, MOST).map(async (host) => {
			const both = await Promise.all([dns.addresses(host, 4), dns.addresses(host, 6)]);
			return both.every((answer) => answer.kind === "none") ? [host] : [];
		}),
	);
	const missing = asked.flat();
	if (missing.length === 0) return;
	add(
		"warn",
		"link-unresolvable",
		"content",
		`links or pictures lead to hosts that do not exist in DNS: ${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ` and ${missing.length - 5} more` : ""}`,
		"Correct their spelling, or publish the names before the campaign starts.",
	);
};

// Looks at everything that receivers look at (DNS records, names, port, TLS, links) once a day, before they do.

import { passes } from "../src/reputation/preflight-finding.ts";
import { runPreflight, scopeOf } from "../src/reputation/preflight-run.ts";
import type { Job } from "./job.ts";

export const preflight: Job = {
	name: "preflight",
	schedule: () => "23 4 * * *",
	purpose: "checks DNS records, PTR, port, TLS and one-click links of all sources and identities, and tells what changed",
	catchUp: true,
	async run({ db, config, clock }) {
		const reports = await runPreflight({ db, config, clock }, scopeOf(config, null));
		if (reports.length === 0) return "no source and no identity to look at";
		const failed = reports.filter((report) => !passes(report.findings));
		if (failed.length === 0) return `all ${reports.length} pass`;
		return `${failed.length} of ${reports.length} fail: ${failed.map(({ kind, subject }) => `${kind} ${subject}`).join(", ")}`;
	},
};

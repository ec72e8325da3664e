// What the page of identities shows: the last reports of what is configured now, the identities first.
import type { CheckDeps } from "../campaign/check.ts";
import { keptReports } from "../reputation/preflight.store.ts";
import { checklists } from "../reputation/preflight-run.ts";
import { routeText } from "../routing/policy.ts";
import type { IdentitiesFacts } from "./identities.ts";

export async function identitiesFacts({ db, config }: Pick<CheckDeps, "db" | "config">): Promise<IdentitiesFacts> {
	const reports = await keptReports(db);
	const reportOf = (kind: "source" | "identity", subject: string) =>
		reports.find((one) => one.kind === kind && one.subject === subject) ?? null;
	const identities = config.identities.map((identity) => ({
		kind: "identity" as const,
		subject: identity.from,
		beside: identity.gateways.length === 0 ? "" : routeText(identity),
		report: reportOf("identity", identity.from),
	}));
	const sources = config.sources.map(({ name, publicAddress, ehlo }) => ({
		kind: "source" as const,
		subject: name,
		beside: `${publicAddress} ${ehlo}`,
		report: reportOf("source", name),
	}));
	return { subjects: [...identities, ...sources], checklist: checklists(config, reports) };
}

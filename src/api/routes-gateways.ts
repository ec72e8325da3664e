// Gateways and who may use them, over HTTP.
import { z } from "zod";
import { parsePolicySubject } from "../config/values-gateway.ts";
import { fail } from "../errors.ts";
import { GATEWAY_RESULTS } from "../reputation/gateway-result.ts";
import { gatewayViews } from "../reputation/gateway-view.store.ts";
import { type KeptVerdict, testGateway } from "../reputation/gateway-watch.store.ts";
import { grant, policyHistory, revoke } from "../routing/policy.store.ts";
import type { ApiDeps } from "./deps.ts";
import { LIMIT, NOTHING, type Route, route } from "./route.ts";

const time = z.iso.datetime();
const NAME = z.object({ name: z.string().max(64).describe("name of the gateway") });

const VERDICT = z.object({
	gateway: z.string(),
	result: z.enum(GATEWAY_RESULTS),
	ok: z.boolean(),
	what: z.string(),
	fix: z.string(),
	docs: z.string().nullable().describe("page that explains it"),
	at: time,
});

const ALIGNMENT = z.object({
	route: z.string(),
	from: z.string(),
	sender: z.string().nullable().describe("null: no Sender field (RFC 5322 section 3.6.2)"),
	returnPath: z.string(),
	spfDomain: z.string(),
	dkimDomains: z.array(z.string()),
	aligned: z.object({ spf: z.boolean(), dkim: z.boolean() }),
	dmarc: z.enum(["pass", "spf-only", "fail"]),
	shown: z.string().describe("as Outlook shows the sender"),
	findings: z.array(z.object({ id: z.string(), level: z.enum(["warn", "fail"]), what: z.string(), fix: z.string() })),
});

const GATEWAY = z.object({
	name: z.string(),
	service: z.string().nullable(),
	host: z.string(),
	port: z.number(),
	security: z.enum(["starttls", "tls"]),
	user: z.string().nullable(),
	login: z.enum(["password", "oauth2", "none"]),
	rates: z.array(z.string()),
	connections: z.number(),
	messageMax: z.number().nullable().describe("bytes"),
	sign: z.boolean(),
	verp: z.boolean(),
	identities: z.array(z.string()).describe("whose route names it"),
	allowed: z.array(z.object({ subject: z.string(), because: z.string() })),
	requiredFor: z.array(z.string()),
	alignments: z.array(ALIGNMENT),
	held: z.array(z.object({ identity: z.string(), reason: z.string() })).describe("identities that it does not let send"),
	tested: VERDICT.nullable(),
});

const GRANT = z.object({
	subject: z.string().max(320).describe('"news@partner.test", "@partner.test" or "group:partners"'),
	reason: z.string().trim().min(1).max(300),
	by: z.string().max(100).default("API"),
});

const verdictJson = (verdict: KeptVerdict) => ({ ...verdict, at: new Date(verdict.at).toISOString() });

export const GATEWAY_ROUTES: readonly Route[] = [
	route({
		method: "get",
		path: "/gateways",
		tag: "gateways",
		summary: "Every gateway: who may leave through it, what recipients will see, how its last test ended",
		params: NOTHING,
		input: NOTHING,
		output: z.object({ gateways: z.array(GATEWAY) }),
		async handle({ deps }) {
			const views = await gatewayViews(deps);
			return { gateways: views.map((view) => ({ ...view, tested: view.tested === null ? null : verdictJson(view.tested) })) };
		},
	}),
	route({
		method: "post",
		path: "/gateways/:name/test",
		tag: "gateways",
		summary: "Log in and ask whether it takes its senders; sends nothing",
		params: NAME,
		input: NOTHING,
		output: z.object({ result: VERDICT }),
		async handle({ deps, params }) {
			const verdict = await testGateway(deps, gatewayOf(deps, params.name));
			deps.wake?.();
			return { result: verdictJson(verdict) };
		},
	}),
	route({
		method: "post",
		path: "/gateways/:name/allow",
		tag: "gateways",
		summary: "Let a sender choose it in campaign.toml",
		params: NAME,
		input: GRANT,
		output: z.object({ allowed: z.boolean().describe("false: it was allowed already") }),
		async handle({ deps, params, input }) {
			const { db, clock } = deps;
			const gateway = gatewayOf(deps, params.name).name;
			const { by, reason } = input;
			const allowed = await grant(db, { gateway, subject: subjectOf(input.subject), by, reason, now: clock.now() });
			deps.wake?.();
			return { allowed };
		},
	}),
	route({
		method: "post",
		path: "/gateways/:name/revoke",
		tag: "gateways",
		summary: "Take a permission back: campaigns that run by it are paused at once",
		params: NAME,
		input: GRANT,
		output: z.object({ revoked: z.literal(true) }),
		async handle({ deps, params, input }) {
			const { db, clock } = deps;
			const { by, reason } = input;
			const of = { gateway: params.name, subject: subjectOf(input.subject), by, reason, now: clock.now() };
			if (!(await revoke(db, of))) fail("grant-unknown", { gateway: of.gateway, subject: of.subject });
			deps.wake?.();
			return { revoked: true };
		},
	}),
	route({
		method: "get",
		path: "/policy/history",
		tag: "gateways",
		summary: "Who allowed what and when, the newest first",
		params: NOTHING,
		input: z.object({ limit: LIMIT(1_000, 100) }),
		output: z.object({
			changes: z.array(z.object({ at: time, by: z.string(), subject: z.string(), before: z.string(), after: z.string() })),
		}),
		async handle({ deps, input }) {
			const rows = await policyHistory(deps.db, { limit: input.limit });
			return { changes: rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() })) };
		},
	}),
];

function gatewayOf(deps: ApiDeps, name: string) {
	const names = deps.config.gateways.map((gateway) => gateway.name);
	return (
		deps.config.gateways.find((gateway) => gateway.name === name) ??
		fail("gateway-unknown", { name, hint: names.length === 0 ? "There is none." : `Gateways: ${names.join(", ")}.` })
	);
}

function subjectOf(typed: string): string {
	const parsed = parsePolicySubject(typed);
	return parsed.ok ? parsed.value : fail("request-invalid", { detail: `subject: ${parsed.what}; ${parsed.fix}` });
}

// What must fit together inside a [[gateway]]: service or host, port and security, user and password. Pure.
import { gatewayPreset } from "./gateway-presets.ts";
import { isTable, type Mistake, tablesOf, textAt, textsAt, valueAt } from "./raw.ts";
import type { Path } from "./toml-lines.ts";
import { isLoopback } from "./values.ts";
import { parsePolicySubject, parseRoute } from "./values-gateway.ts";

/** The mistakes of all gateways. */
export function checkGateways(raw: unknown): readonly Mistake[] {
	return tablesOf(raw, ["gateway"]).flatMap(({ path }) => [
		...host(raw, path),
		...security(raw, path),
		...login(raw, path),
		...oauth2(raw, path),
		...returnPath(raw, path),
	]);
}

/** Identities whose route goes around a gateway that their mail must leave through. */
export function checkRequired(raw: unknown): readonly Mistake[] {
	const required = tablesOf(raw, ["gateway"]).flatMap(({ path }) => {
		const name = textAt(raw, [...path, "name"]) ?? "";
		return textsAt(raw, [...path, "required_for"]).map((subject) => ({ name, subject: normalSubject(subject) }));
	});
	return tablesOf(raw, ["identity"]).flatMap(({ path, table }): readonly Mistake[] => {
		const from = normalSubject(textAt(raw, [...path, "from"]) ?? "");
		const domain = from.slice(from.lastIndexOf("@"));
		const mine = required.filter(({ subject }) => subject === from || subject === domain);
		const route = parseRoute(valueAt(raw, [...path, "route"]) ?? "direct");
		if (mine.length === 0 || !route.ok) return [];
		const names = [...new Set(mine.map(({ name }) => name))];
		const around = route.value.length === 0 ? "direct" : route.value.find(({ gateway }) => !names.includes(gateway))?.gateway;
		if (around === undefined) return [];
		return [
			{
				path: "route" in table ? [...path, "route"] : path,
				what: `"${around}" goes around the gateway "${names.join('" or "')}", which is required_for "${mine[0]?.subject}"`,
				fix: `write route = "${names[0]}", or take ${mine[0]?.subject} out of required_for`,
			},
		];
	});
}

function normalSubject(subject: string): string {
	const parsed = parsePolicySubject(subject);
	return parsed.ok ? parsed.value : subject;
}

/** A domain can be delivered to one host only. */
export function checkLocals(raw: unknown): readonly Mistake[] {
	const seen = new Set<string>();
	return tablesOf(raw, ["local"]).flatMap(({ path }) =>
		textsAt(raw, [...path, "domains"]).flatMap((domain, index): readonly Mistake[] => {
			const name = domain.toLowerCase();
			if (!seen.has(name)) {
				seen.add(name);
				return [];
			}
			return [{ path: [...path, "domains", index], what: `"${domain}" has a host already`, fix: "name each domain once" }];
		}),
	);
}

/** With verp the addresses are made in a domain; without it there is one whole address. */
function returnPath(raw: unknown, path: Path): readonly Mistake[] {
	const written = textAt(raw, [...path, "return_path"]);
	if (written === null) return [];
	const preset = gatewayPreset(textAt(raw, [...path, "service"]) ?? "");
	const verp = (valueAt(raw, [...path, "verp"]) ?? preset?.verp ?? true) === true;
	if (verp === !written.includes("@")) return [];
	return [
		{
			path: [...path, "return_path"],
			what: verp
				? "is one address, but each message is to have one of its own (verp)"
				: "is a domain, but all messages have the same return path (verp = false)",
			fix: verp
				? 'write a domain, e.g. "bounces.partner.test", or verp = false'
				: 'write a whole address, e.g. "bounces@partner.test", or verp = true',
		},
	];
}

function host(raw: unknown, path: Path): readonly Mistake[] {
	const service = textAt(raw, [...path, "service"]);
	const named = valueAt(raw, [...path, "host"]) !== undefined;
	if (service === null && !named && valueAt(raw, [...path, "service"]) === undefined)
		return [{ path, what: "has neither host nor service", fix: 'write host = "smtp.example.com", or service = "gmail"' }];
	if (service !== null && named && gatewayPreset(service))
		return [
			{
				path: [...path, "host"],
				what: `service = "${service}" already means ${gatewayPreset(service)?.host}`,
				fix: "keep one of host and service",
			},
		];
	return [];
}

/** The commonest mistake with smart hosts, and one that only shows as a time-out: the wrong kind of TLS for the port (RFC 8314). */
function security(raw: unknown, path: Path): readonly Mistake[] {
	const preset = gatewayPreset(textAt(raw, [...path, "service"]) ?? "");
	const port = valueAt(raw, [...path, "port"]) ?? preset?.port;
	const written = textAt(raw, [...path, "security"]);
	// A port that contradicts the preset brings its own security, see `gatewaySecurity` in build.ts.
	const where = written === null ? "port" : "security";
	if (port === 465 && written === "starttls")
		return [
			{
				path: [...path, where],
				what: 'port 465 speaks TLS from the first byte, so "starttls" would wait for a greeting that never comes',
				fix: 'write security = "tls", or port = 587',
			},
		];
	if ((port === 587 || port === 25) && written === "tls")
		return [
			{
				path: [...path, where],
				what: `port ${port} begins unencrypted, so "tls" would get an answer that is not TLS`,
				fix: 'write security = "starttls", or port = 465',
			},
		];
	return [];
}

function login(raw: unknown, path: Path): readonly Mistake[] {
	const has = (key: string) => valueAt(raw, [...path, key]) !== undefined;
	const preset = gatewayPreset(textAt(raw, [...path, "service"]) ?? "");
	if (has("password") && has("oauth2"))
		return [{ path: [...path, "oauth2"], what: "there are two ways to log in", fix: "keep one of password and oauth2" }];
	if (has("user") && !has("password") && !has("oauth2"))
		return [
			{ path: [...path, "user"], what: "has no password", fix: 'write password = "$' + '{GATEWAY_PASSWORD}", or oauth2 = { … }' },
		];
	if (!has("user") && (has("password") || has("oauth2")))
		return [{ path, what: "has a password or oauth2, but no user", fix: 'write user = "…", often the whole mail address' }];
	if (!has("user") && preset?.login)
		return [{ path, what: `${preset.title} takes mail only after a login`, fix: `write user and password (${preset.note})` }];
	return [];
}

function oauth2(raw: unknown, path: Path): readonly Mistake[] {
	const table = valueAt(raw, [...path, "oauth2"]);
	if (!isTable(table)) return [];
	const url = textAt(raw, [...path, "oauth2", "access_url"]);
	if (url !== null && URL.canParse(url) && new URL(url).protocol === "http:" && !isLoopback(new URL(url).hostname))
		return [
			{ path: [...path, "oauth2", "access_url"], what: "a secret would travel unencrypted", fix: 'write "https://" in front' },
		];
	if ("access_token" in table) return [];
	// Public clients (a Microsoft app without a secret) have none.
	const missing = ["client_id", "refresh_token"].filter((key) => !(key in table));
	if (missing.length === 0) return [];
	return [
		{
			path: [...path, "oauth2"],
			what: `lacks ${missing.join(" and ")}`,
			fix: "write client_id, client_secret (where the application has one) and refresh_token, or an access_token",
		},
	];
}

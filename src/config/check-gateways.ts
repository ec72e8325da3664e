// What must fit together inside a [[gateway]]: service or host, port and security, user and password. Pure.
import { gatewayPreset } from "./gateway-presets.ts";
import { isTable, type Mistake, tablesOf, textAt, valueAt } from "./raw.ts";
import type { Path } from "./toml-lines.ts";

/** The mistakes of all gateways. */
export function checkGateways(raw: unknown): readonly Mistake[] {
	return tablesOf(raw, ["gateway"]).flatMap(({ path }) => [
		...host(raw, path),
		...security(raw, path),
		...login(raw, path),
		...oauth2(raw, path),
	]);
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
	if (!isTable(table) || "access_token" in table) return [];
	const missing = ["client_id", "client_secret", "refresh_token"].filter((key) => !(key in table));
	if (missing.length === 0) return [];
	return [
		{
			path: [...path, "oauth2"],
			what: `lacks ${missing.join(" and ")}`,
			fix: "write client_id, client_secret and refresh_token, or an access_token",
		},
	];
}

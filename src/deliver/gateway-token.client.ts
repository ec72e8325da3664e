// Asks a token endpoint for an access token (RFC 6749 section 6). One request, one answer; keeps nothing and retries nothing.
import { withoutSecrets } from "../config/secrets.ts";
import type { OAuth2Config } from "../config/types.ts";
import { textOf } from "../errors.ts";

export type TokenReply =
	| {
			readonly kind: "token";
			readonly token: string;
			/** Lifetime in milliseconds. */
			readonly livesMs: number;
			/** Some endpoints replace the refresh token with each use (RFC 6749 section 6); null: the old one stays. */
			readonly refreshToken: string | null;
	  }
	/** The endpoint said no: asking again helps nobody until a person acts. */
	| { readonly kind: "refused"; readonly why: string }
	/** Network trouble, or an endpoint that is unwell (5xx, 429). */
	| { readonly kind: "unreachable"; readonly why: string };

const PATIENCE_MS = 15_000;
/** RFC 6749 section 5.1 leaves the lifetime out at will; an hour is what the large providers give. */
const USUAL_LIFE_S = 3600;
const MOST_BYTES = 64 * 1024;

/** Asks with a refresh token. Never throws; no secret is in the words. */
export async function askForToken(oauth2: OAuth2Config, refreshToken: string): Promise<TokenReply> {
	const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken });
	if (oauth2.clientId !== null) form.set("client_id", oauth2.clientId);
	if (oauth2.clientSecret !== null) form.set("client_secret", oauth2.clientSecret);
	if (oauth2.scope !== null) form.set("scope", oauth2.scope);
	const host = new URL(oauth2.accessUrl).host;
	try {
		const response = await fetch(oauth2.accessUrl, {
			method: "POST",
			body: form,
			headers: { accept: "application/json" },
			// A redirect would carry the secret to somewhere else.
			redirect: "error",
			signal: AbortSignal.timeout(PATIENCE_MS),
		});
		const body = readJson((await response.text()).slice(0, MOST_BYTES));
		const text = (key: string) => (typeof body[key] === "string" ? (body[key] as string) : null);
		const token = text("access_token");
		if (response.ok && token !== null && /^[\x21-\x7e]+$/.test(token)) {
			const life = Number(body["expires_in"] ?? USUAL_LIFE_S);
			const livesMs = (Number.isFinite(life) && life > 0 ? life : USUAL_LIFE_S) * 1000;
			return { kind: "token", token, livesMs, refreshToken: text("refresh_token") };
		}
		const words = [text("error"), text("error_description")].filter((word) => word !== null).join(": ");
		// Some endpoints repeat the request that they refuse.
		const said = withoutSecrets(words, [refreshToken, oauth2.refreshToken, oauth2.clientSecret]);
		const why = `${host} answered ${response.status}${said === "" ? "" : `, ${said.replace(/\s+/g, " ").slice(0, 300)}`}`;
		return response.status >= 500 || response.status === 429 || response.ok
			? { kind: "unreachable", why }
			: { kind: "refused", why };
	} catch (error) {
		const cause = error instanceof Error && error.cause !== undefined ? `: ${textOf(error.cause)}` : "";
		return { kind: "unreachable", why: `${host} cannot be asked (${textOf(error)}${cause})` };
	}
}

function readJson(text: string): Readonly<Record<string, unknown>> {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

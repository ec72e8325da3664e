// Who may use the HTTP API and the dashboard: whoever has the token; without one, whoever sits at this machine. The pages get the same guard handed in.
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { macOf, sameMac } from "../address/mac.ts";
import { WellsentError } from "../errors.ts";

export interface Guard {
	/** Why the request is refused, or null when it may go on. */
	refusal(context: Context): WellsentError | null;
	/** What to set as cookie SESSION_COOKIE for whoever shows the right token; null: wrong, or there is no token to show. */
	session(token: string): string | null;
	/**
	 * The key of the calendar feed: it opens that feed and nothing else, since a calendar program keeps it in an address. Null: there is no token, and no key
	 * is needed.
	 */
	readonly feedKey: string | null;
	/** True when there is a token at all. */
	readonly locked: boolean;
}

export const SESSION_COOKIE = "wellsent_session";
/** 250 bits: as good as the token, and not the token: a cookie that leaks opens nothing but the dashboard. */
const SESSION_LETTERS = 50;

/** Calendar programs send neither a header nor a cookie: what they may see has a key in its address. */
const FEED = /(^|\/)calendar\.ics$/;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * With a token it must come as Bearer or as the cookie of a sign-in. Without one the program listens on loopback only, and then the Host of a
 * request must be this machine: otherwise any web site could read the dashboard by pointing its own name here (DNS rebinding).
 * Requests that change something are refused when they come from another site: cookies and loopback alone do not tell whose wish they are.
 */
export function createGuard(web: { readonly token: string | null; readonly listen: { readonly host: string } }): Guard {
	const { token } = web;
	const session = token === null ? null : macOf("dashboard session", "1", token, SESSION_LETTERS);
	const feedKey = token === null ? null : macOf("calendar feed", "1", token, SESSION_LETTERS);
	return {
		locked: token !== null,
		feedKey,
		session: (given) => (token !== null && session !== null && same(given, token) ? session : null),
		refusal(context) {
			const foreign = foreignOrigin(context);
			if (foreign !== null) return new WellsentError("cross-site", { origin: foreign });
			if (token === null || session === null) {
				const { hostname } = new URL(context.req.url);
				return LOOPBACK.test(hostname) || hostname === web.listen.host
					? null
					: new WellsentError("cross-site", { origin: hostname });
			}
			const bearer = /^Bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
			if (bearer !== undefined && same(bearer.trim(), token)) return null;
			const key = context.req.query("key");
			if (feedKey !== null && key !== undefined && context.req.method === "GET" && FEED.test(context.req.path))
				return sameMac(key, feedKey) ? null : new WellsentError("unauthorized");
			const cookie = getCookie(context, SESSION_COOKIE);
			return cookie !== undefined && sameMac(cookie, session) ? null : new WellsentError("unauthorized");
		},
	};
}

/** The guard as middleware of the API: refusals are thrown, for its one error shape. */
export function guarded(guard: Guard): MiddlewareHandler {
	return async (context, next) => {
		const refusal = guard.refusal(context);
		if (refusal !== null) throw refusal;
		await next();
	};
}

/** Hashes first, so that not even the length of the token shows in the time it takes. */
function same(given: string, token: string): boolean {
	const key = "compare";
	return sameMac(macOf(key, given, key, SESSION_LETTERS), macOf(key, token, key, SESSION_LETTERS));
}

/** The site that a changing request comes from when it is not this one. Browsers send Sec-Fetch-Site or Origin with every POST; programs send neither. */
function foreignOrigin(context: Context): string | null {
	if (context.req.method === "GET" || context.req.method === "HEAD" || context.req.method === "OPTIONS") return null;
	const origin = context.req.header("origin");
	const site = context.req.header("sec-fetch-site");
	if (site !== undefined) return site === "same-origin" || site === "none" ? null : (origin ?? site);
	if (origin === undefined) return null;
	// Only host and port: behind a proxy that ends TLS the scheme differs.
	const mine = new URL(context.req.url).host;
	return URL.canParse(origin) && new URL(origin).host === mine ? null : origin;
}

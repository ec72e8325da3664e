// Access tokens of gateways that log in with OAuth 2: taken from memory, else from the database (sealed), else asked of the token endpoint. Refreshed
// before they expire, one request at a time for each gateway.
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { GatewayConfig } from "../config/types.ts";
import { type Db, instant } from "../db/db.ts";
import { gatewayKey } from "./gateway-key.file.ts";
import { askForToken, type TokenReply } from "./gateway-token.client.ts";
import { seal, unseal } from "./seal.ts";

export type TokenAnswer =
	| { readonly kind: "token"; readonly token: string /** Asked for just now. */; readonly fresh: boolean }
	| Exclude<TokenReply, { kind: "token" }>;

interface Kept {
	readonly token: string;
	readonly expiresAt: number;
	/** From then on another is asked for. */
	readonly renewAt: number;
	/** The refresh token that is good for the next time. */
	readonly refreshToken: string;
	/** Which settings it was got with: others make it worthless. */
	readonly settings: string;
}

/** Renewed so long before the end, or in the second half of short lives: a token that ends during a login looks like a refusal. */
const AHEAD_MS = 5 * 60_000;
/** After the endpoint said no, it is not asked again so soon: accounts are locked for less. */
const REFUSED_REST_MS = 10 * 60_000;
const UNREACHABLE_REST_MS = 20_000;

export interface GatewayTokens {
	/** A token that lives for some minutes more. Never throws for network trouble. Throws gateway-key-unusable. */
	get(gateway: GatewayConfig): Promise<TokenAnswer>;
	/** The server refused the token: the next `get` asks for another. */
	spoil(gateway: GatewayConfig): void;
}

/** `folder`: where the key lies. */
export function gatewayTokens(of: {
	readonly db: Db;
	readonly clock: Clock;
	readonly folder: string;
	readonly ask?: typeof askForToken;
}): GatewayTokens {
	const { db, clock } = of;
	const ask = of.ask ?? askForToken;
	const memory = new Map<string, Kept>();
	const spoiled = new Map<string, string>();
	const asking = new Map<string, Promise<TokenAnswer>>();
	const resting = new Map<string, { readonly answer: TokenAnswer; readonly until: number; readonly settings: string }>();

	const read = async (gateway: GatewayConfig, settings: string): Promise<Kept | null> => {
		const known = memory.get(gateway.name);
		if (known?.settings === settings) return known;
		const row = await db.gatewayToken.findUnique({ where: { gateway: gateway.name } });
		if (row === null) return null;
		const text = unseal(row.sealed, { key: await gatewayKey(of.folder), purpose: gateway.name });
		if (text === null) return null;
		const kept = { ...(JSON.parse(text) as Omit<Kept, "expiresAt">), expiresAt: instant(row.expiresAt) ?? 0 };
		if (kept.settings !== settings) return null;
		memory.set(gateway.name, kept);
		return kept;
	};

	const write = async (gateway: GatewayConfig, kept: Kept): Promise<void> => {
		memory.set(gateway.name, kept);
		const { expiresAt, ...secret } = kept;
		const sealed = seal(JSON.stringify(secret), {
			key: await gatewayKey(of.folder),
			purpose: gateway.name,
			nonce: randomBytes(12),
		});
		const data = { sealed, expiresAt: new Date(expiresAt), updatedAt: new Date(clock.now()) };
		await db.gatewayToken.upsert({ where: { gateway: gateway.name }, create: { gateway: gateway.name, ...data }, update: data });
	};

	const renew = async (gateway: GatewayConfig, kept: Kept | null, settings: string): Promise<TokenAnswer> => {
		const { oauth2 } = gateway;
		const refreshToken = kept?.refreshToken ?? oauth2?.refreshToken ?? null;
		if (oauth2 === null || refreshToken === null)
			return { kind: "refused", why: "the access token has no refresh token beside it" };
		const reply = await ask(oauth2, refreshToken);
		const now = clock.now();
		if (reply.kind === "token") {
			const { token } = reply;
			const life = reply.livesMs;
			const expiresAt = now + life;
			const renewAt = expiresAt - Math.min(AHEAD_MS, life / 2);
			await write(gateway, { token, expiresAt, renewAt, refreshToken: reply.refreshToken ?? refreshToken, settings });
			spoiled.delete(gateway.name);
			return { kind: "token", token, fresh: true };
		}
		// The old one may still be good for a while.
		if (reply.kind === "unreachable" && kept !== null && kept.expiresAt > now && spoiled.get(gateway.name) !== kept.token)
			return { kind: "token", token: kept.token, fresh: false };
		const rest = reply.kind === "refused" ? REFUSED_REST_MS : UNREACHABLE_REST_MS;
		resting.set(gateway.name, { answer: reply, until: now + rest, settings });
		return reply;
	};

	const get = async (gateway: GatewayConfig): Promise<TokenAnswer> => {
		const { oauth2, name } = gateway;
		if (oauth2 === null) return { kind: "refused", why: "the gateway has no oauth2 in wellsent.toml" };
		const settings = createHash("sha256").update(JSON.stringify(oauth2)).digest("base64url");
		if (oauth2.refreshToken === null)
			return oauth2.accessToken === null
				? { kind: "refused", why: "oauth2 has neither a refresh token nor an access token" }
				: { kind: "token", token: oauth2.accessToken, fresh: true };
		const kept = await read(gateway, settings);
		const good = kept !== null && spoiled.get(name) !== kept.token && kept.renewAt > clock.now();
		if (good) return { kind: "token", token: kept.token, fresh: false };
		const rest = resting.get(name);
		if (rest !== undefined && rest.settings === settings && rest.until > clock.now()) return rest.answer;
		resting.delete(name);
		return renew(gateway, kept, settings);
	};

	return {
		get(gateway) {
			// One request at a time: an endpoint that replaces refresh tokens would take the second for theft.
			const running = asking.get(gateway.name);
			if (running !== undefined) return running;
			const started = get(gateway).finally(() => asking.delete(gateway.name));
			asking.set(gateway.name, started);
			return started;
		},
		spoil(gateway) {
			const kept = memory.get(gateway.name);
			if (kept !== undefined) spoiled.set(gateway.name, kept.token);
		},
	};
}

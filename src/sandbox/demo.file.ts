// The settings of a try-out: everything points at the simulated internet, so that no mail can leave the machine.
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dkimDnsRecord } from "../compose/dkim-record.ts";
import type { Config, DkimKeyConfig } from "../config/types.ts";
import type { Rule, RuleGroup } from "../replies/rule.ts";
import { rehosted } from "../replies/rule-set.ts";
import { RULE_GROUPS } from "../replies/rules/all.ts";
import type { SiteData } from "../sites/site-data.ts";
import { SITES } from "../sites/site-of.ts";
import type { Sandbox } from "./sandbox.ts";
import { worldFolder } from "./world.file.ts";
import type { World } from "./world.ts";

/** The example campaign and the example list that belong to the shipped world. */
export const EXAMPLE = {
	list: "readers",
	csv: () => path.join(worldFolder(), "readers.csv"),
	campaign: () => path.join(worldFolder(), "newsletter"),
} as const;

/** What we know of real providers, applied to the simulated ones of the same name. */
export function worldSites(world: World): readonly SiteData[] {
	return world.sites.flatMap((site) => {
		const real = SITES.find((data) => data.name === site.name);
		// The shipped certificates are self-signed and the addresses loopback: TLS where it is offered, whatever the real one insists on.
		return real === undefined
			? []
			: [{ ...real, suffixes: site.suffixes, tls: "opportunistic" as const, source: "the sandbox's world" }];
	});
}

/** The rules for the replies of real providers, for the hosts of the simulated ones of the same name. */
export function worldRules(world: World): readonly Rule[] {
	return world.sites.flatMap((site) => {
		const real = SITES.find((data) => data.name === site.name);
		if (real === undefined) return [];
		const theirs = ({ hosts }: RuleGroup) =>
			hosts !== "*" && hosts.some((host) => real.suffixes.some((suffix) => suffix === host || suffix.endsWith(`.${host}`)));
		return RULE_GROUPS.filter(theirs).flatMap((group) => rehosted(group.name, site.suffixes));
	});
}

/** `base` with DNS, port, sources and identity of the sandbox. `folder`: where the DKIM keys of the try-out are kept. */
export function demoConfig(base: Config, sandbox: Pick<Sandbox, "dns" | "smtpPort" | "world">, folder: string): Config {
	const domain = sandbox.world.senderDomain ?? "wellsent.test";
	const web = `http://${base.web.listen.host}:${base.web.listen.port}`;
	return {
		...base,
		dns: { servers: [sandbox.dns] },
		smtp: {
			...base.smtp,
			port: sandbox.smtpPort,
			timeout: { connectMs: 5_000, greetingMs: 10_000, commandMs: 10_000, bodyMs: 20_000 },
		},
		retry: { waitsMs: [20_000, 40_000, 60_000, 120_000], giveUpMs: 15 * 60_000 },
		sources: sandbox.world.sources.map((source) => ({
			...source,
			publicAddress: source.address,
			warmup: null,
			rates: [],
			connections: 500,
		})),
		// Loopback addresses are on no list of the world and are not watched by themselves; the lists of this one know them. 127.0.0.1 is nobody's entry.
		blacklist: {
			...base.blacklist,
			subjects: sandbox.world.sources.map((source) => source.address).filter((address) => address !== "127.0.0.1"),
		},
		identities: [
			{
				from: `@${domain}`,
				name: "Wellsent Letter",
				route: "direct",
				gateways: [],
				sources: [],
				returnPath: `bounces.${domain}`,
				dkim: [
					{ selector: "s1", domain, keyFile: demoKey(folder, "rsa") },
					{ selector: "e1", domain, keyFile: demoKey(folder, "ed25519") },
				],
				postalAddress: "1 Example Road, Seoul 04524, Korea",
				quietHours: null,
				unsubscribe: web,
			},
		],
	};
}

/** The DKIM records of those keys as zone text: what their owner would publish. */
export function dkimZone(keys: readonly DkimKeyConfig[]): string {
	return keys
		.map(({ selector, domain, keyFile }) => {
			const { name, value } = dkimDnsRecord({ selector, domain, key: createPrivateKey(readFileSync(keyFile)) });
			return `${name} TXT "${value}"`;
		})
		.join("\n");
}

/** Path of a key for the try-out, made when there is none. */
function demoKey(folder: string, type: "rsa" | "ed25519"): string {
	const file = path.join(folder, `sandbox-${type}.pem`);
	if (existsSync(file)) return file;
	const { privateKey } = type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
	mkdirSync(folder, { recursive: true });
	writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
	return file;
}

// The wellsent.toml that `wellsent init` writes: every key with its meaning and default, those that are needed filled in, the
// rest commented out. Pure; made from the schema, so that no key can be forgotten.
import { configKeys, type KeyInfo, toToml } from "./keys.ts";
import { isLoopback } from "./values.ts";

export interface Starter {
	/** Domain of the From addresses: "example.com". */
	readonly domain: string;
	/** "news@example.com", or "@example.com". */
	readonly from: string;
	/** Name shown beside the address, or null. */
	readonly name: string | null;
	/** Address of this machine that mail leaves from. */
	readonly address: string;
	/** Its public address when behind NAT, or null. */
	readonly publicAddress: string | null;
	readonly ehlo: string;
	readonly selector: string;
	/** Relative to the folder of wellsent.toml: "keys/s1.pem". */
	readonly keyFile: string;
	/** Keys that sign beside it. */
	readonly moreKeys?: readonly { readonly selector: string; readonly keyFile: string }[];
	/** Domain of return paths; null: the identity's own domain. */
	readonly returnPath: string | null;
	/** Base address of the unsubscribe links, or null. */
	readonly unsubscribe: string | null;
	/** Day the warm-up of a new IP begins ("2026-11-01"), or null. */
	readonly warmup: string | null;
}

const HEAD = `# Settings of Wellsent. Every key is here; what is commented out shows its default, or an example where there is none.
# Durations "15m", sizes "25MB" (KB = 1024 bytes), rates "100/h". \${NAME} in a text is taken from the environment.
# \`wellsent config print\` shows the settings in force, \`wellsent check\` whether they hold in DNS and on the network.
`;

/** The text of wellsent.toml for that sender. It loads without a change once the key file exists. */
export function starterConfig(starter: Starter): string {
	const values = filledIn(starter);
	const parts = [HEAD];
	for (const section of configKeys().filter((info) => info.path.length === 1)) {
		const keys = configKeys().filter(
			(info) => info.path[0] === section.path[0] && info.path.length === (section.kind === "sections" ? 3 : 2),
		);
		// A list of tables is only there when something in it is: an empty [[gateway]] would be one without a name.
		const live = section.kind === "section" || keys.some((info) => values.has(info.key));
		const header = section.kind === "section" ? `[${section.key}]` : `[[${section.key}]]`;
		parts.push(
			`# ${section.description}\n${live ? "" : "# "}${header}\n${keys.map((info) => entry(info, values.get(info.key))).join("")}`,
		);
	}
	return parts.join("\n");
}

function filledIn(starter: Starter): ReadonlyMap<string, string> {
	const values: readonly (readonly [string, unknown])[] = [
		["source[].name", "mta1"],
		["source[].address", starter.address],
		["source[].ehlo", starter.ehlo],
		["source[].warmup", starter.warmup],
		["source[].public_address", starter.publicAddress],
		["identity[].from", starter.from],
		["identity[].name", starter.name],
		["identity[].sources", ["mta1"]],
		["identity[].return_path", starter.returnPath],
		[
			"identity[].dkim",
			[starter, ...(starter.moreKeys ?? [])].map(({ selector, keyFile }) => ({ selector, key: `file:${keyFile}` })),
		],
		["identity[].unsubscribe", starter.unsubscribe],
		["inbound.listen", isLoopback(starter.address) ? null : "0.0.0.0:25"],
	];
	return new Map(values.flatMap(([key, value]) => (value === null ? [] : [[key, toToml(value)]])));
}

function entry(info: KeyInfo, value: string | undefined): string {
	const name = info.path.at(-1) ?? "";
	const below = configKeys().filter(
		({ path }) => path.length > info.path.length && info.path.every((part, index) => path[index] === part),
	);
	const lines = [
		`# ${info.description} ${note(info)}`,
		...below.map(
			(part) =>
				`#   ${part.path
					.filter((step) => step !== "[]")
					.slice(info.path.filter((step) => step !== "[]").length)
					.join(".")}: ${part.description} ${note(part)}`,
		),
		value === undefined
			? `# ${name} = ${info.kind === "value" ? (info.fallback ?? info.example) : info.example}`
			: `${name} = ${value}`,
	];
	return `${lines.join("\n")}\n`;
}

/** What happens without the key, in brackets. */
export function note(info: KeyInfo): string {
	if (info.required) return "(required)";
	if (info.fallback !== null) return `(default ${info.fallback})`;
	return info.otherwise === null ? "(optional)" : `(default: ${info.otherwise})`;
}

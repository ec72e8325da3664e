// The text of docs/config.md, made from the schema: a heading a key with meaning, default and example. Pure; a test holds the
// file equal to it.
import { GATEWAY_PRESETS, gatewayPreset } from "./gateway-presets.ts";
import { configKeys, type KeyInfo } from "./keys.ts";

const HEAD = `# wellsent.toml

Every key is optional unless marked. Unknown keys are errors that name the nearest known one, and all mistakes of a file are told
at once, each with its line. \`wellsent config print\` shows the settings in force and where each comes from, secrets masked.

- Durations: \`"500ms"\`, \`"30s"\`, \`"15m"\`, \`"2h"\`, \`"90d"\`.
- Sizes: \`"90000B"\`, \`"102KB"\`, \`"25MB"\`; KB is 1024 bytes, MB 1024 KB.
- Rates: \`"5/s"\`, \`"30/min"\`, \`"600/h"\`, \`"5000/d"\`: at most that many in any window of that length, not per calendar hour.
- \`\${NAME}\` inside a text is replaced from the environment; \`$\${\` stands for a plain \`\${\`.
- Relative paths start from the folder of wellsent.toml.

This file is made from the schema in src/config; \`UPDATE=1 npx vitest run test/unit/docs-config.test.ts\` rewrites it.
`;

/** The whole of docs/config.md. */
export function configReference(): string {
	const parts = configKeys().map((info) => `${heading(info)}\n\n${body(info)}\n`);
	return `${HEAD}\n${parts.join("\n")}\n${services()}`;
}

/** "## [smtp]", "## [[source]]", "### smtp.timeout.connect", "### identity[].dkim[].key". */
export function heading(info: KeyInfo): string {
	if (info.kind === "section") return `## [${info.key}]`;
	return info.kind === "sections" ? `## [[${info.key}]]` : `### ${info.key}`;
}

function body(info: KeyInfo): string {
	if (info.kind === "section" || info.kind === "sections") return info.description;
	const name = info.path.at(-1) ?? "";
	const fallback = info.required
		? "**Required.**"
		: info.fallback !== null
			? `Default: \`${info.fallback}\``
			: `Default: ${info.otherwise ?? "its keys' own"}`;
	const choices = info.choices.length === 0 ? "" : `\n\nOne of ${info.choices.map((choice) => `\`"${choice}"\``).join(", ")}.`;
	return `${info.description}${choices}\n\n${fallback}\n\n\`\`\`toml\n${name} = ${info.example}\n\`\`\``;
}

function services(): string {
	const rows = Object.keys(GATEWAY_PRESETS).flatMap((name) => {
		const preset = gatewayPreset(name);
		if (preset === null) return [];
		const limits =
			[...preset.rates, ...(preset.connections === null ? [] : [`${preset.connections} connections`])].join(", ") || "–";
		const source = preset.source === null ? "" : ` ([page](${preset.source}))`;
		return [
			`| \`${name}\` | ${preset.title} | ${preset.host}:${preset.port} | ${preset.security} | ${limits} | ${preset.note}${source} |`,
		];
	});
	return `## Services of gateways\n\n| service | what | host | security | published limits | note |\n|---|---|---|---|---|---|\n${rows.join("\n")}\n`;
}

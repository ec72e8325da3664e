// A rule to begin with for a reply that none knows: the tables a person pastes into the rules file and completes. Pure.
import type { Stage } from "./outcome.ts";

/** What stands for addresses and the like in a normalised text. */
const PLACES: Readonly<Record<string, string>> = {
	"<url>": "\\S+",
	"<address>": "\\S+",
	"<ip>": "\\S+",
	"<host>": "\\S+",
	"<id>": "\\S+",
	"<n>": "\\d+",
};

/** TOML of a [[rule]]; its class is left for a person to say. `text`: normalised; `example`: the whole reply as it came. */
export function proposeRule(
	of: { text: string; example: string; stage: Stage; mxHost: string; code: number },
	n: number,
): string {
	const host = of.mxHost === "" ? '"*"' : `["${of.mxHost}"]`;
	const pattern = of.text
		.slice(0, 120)
		.split(/(<[a-z]+>)/)
		.map((piece) => PLACES[piece] ?? piece.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
		.join("");
	return [
		"[[rule]]",
		`id = "local-${n}"`,
		`hosts = ${host}`,
		`class = "${classFor(of)}" # changes nothing yet: say what it means, docs/replies.md has the classes`,
		`text = ${literal(pattern)}`,
		`evidence = ${literal(of.example.replace(/\s+/g, " ").slice(0, 300))}`,
		`at = "${of.stage}"`,
		`source = "our log"`,
	].join("\n");
}

/** What an unknown reply counts as anyhow, so that a rule which is pasted as it stands does no harm. Before MAIL only the host can be meant. */
function classFor({ stage, code }: { stage: Stage; code: number }): string {
	if (stage !== "mail" && stage !== "rcpt" && stage !== "data" && stage !== "body") return "server-busy";
	return code >= 500 ? "unknown-permanent" : "unknown-temporary";
}

/** A TOML string: literal where it can be (backslashes stay as they are), else a basic one. */
function literal(text: string): string {
	return /^[^'\x00-\x1f]*$/.test(text) ? `'${text}'` : JSON.stringify(text);
}

// What a spam filter said about a message: the rules that fired, the sum, and what that means. Pure: answers of rspamd and spamd in, a score out.
import type { PreflightFinding } from "./preflight-finding.ts";

export type ScoreFilter = "rspamd" | "spamd";

export interface ScoreRule {
	readonly name: string;
	/** Null: the filter did not say. */
	readonly score: number | null;
	readonly description: string;
}

export interface Scored {
	readonly kind: "scored";
	readonly by: ScoreFilter;
	readonly score: number;
	/** From here on it would refuse (rspamd) or call it spam (spamd). */
	readonly threshold: number;
	/** What it would do: "no action", "add header", "reject"; "spam" or "ham" of spamd. */
	readonly action: string;
	/** The heaviest first, those that count against the message before those that speak for it. */
	readonly rules: readonly ScoreRule[];
}

export type Score = Scored | { readonly kind: "failed"; readonly by: ScoreFilter; readonly detail: string };

/** Reads the JSON of rspamd's /checkv2 (https://rspamd.com/doc/developers/protocol.html). */
export function readRspamd(json: unknown): Score {
	const failed = (detail: string): Score => ({ kind: "failed", by: "rspamd", detail });
	if (!isObject(json)) return failed("the answer is no JSON object");
	if (typeof json["error"] === "string") return failed(json["error"]);
	const { score, required_score: threshold, action } = json as Record<"score" | "required_score" | "action", unknown>;
	if (typeof score !== "number")
		return failed(json["is_skipped"] === true ? "it skipped the message" : "the answer names no score");
	const symbols = isObject(json["symbols"]) ? Object.entries(json["symbols"]) : [];
	const rules = symbols.map(([name, symbol]): ScoreRule => {
		const facts = isObject(symbol) ? symbol : {};
		const options = Array.isArray(facts["options"]) ? facts["options"].slice(0, 3).map(String).join(", ") : "";
		const description = typeof facts["description"] === "string" ? facts["description"] : "";
		return {
			name,
			score: typeof facts["score"] === "number" ? facts["score"] : null,
			description: [description, options].filter(Boolean).join(": "),
		};
	});
	return {
		kind: "scored",
		by: "rspamd",
		score,
		threshold: typeof threshold === "number" ? threshold : 15,
		action: typeof action === "string" ? action : "",
		rules: byWeight(rules),
	};
}

/**
 * Reads spamd's answer to REPORT, SYMBOLS or PROCESS: a status line, "Spam: True ; 15.0 / 5.0", and a body. REPORT has a table with a score for each
 * rule, SYMBOLS names with commas between them.
 */
export function readSpamd(answer: string): Score {
	const failed = (detail: string): Score => ({ kind: "failed", by: "spamd", detail });
	const status = /^SPAMD\/\S+ (\d+) (\S+)/.exec(answer);
	if (status === null) return failed("the answer is not one of spamd");
	if (status[1] !== "0") return failed(`it answered ${status[1]} ${status[2] ?? ""}`);
	const cut = answer.search(/\r?\n\r?\n/);
	const head = cut < 0 ? answer : answer.slice(0, cut);
	const body = cut < 0 ? "" : answer.slice(cut).trim();
	const spam = /^Spam:\s*(\S+)\s*;\s*(-?[\d.]+)\s*\/\s*(-?[\d.]+)/im.exec(head);
	if (spam === null) return failed("the answer names no score");
	const table = [...body.matchAll(/^\s*(-?\d+\.\d+)\s+([A-Z][A-Z0-9_]+)\s+(.*(?:\r?\n {20,}\S.*)*)/gm)].map(
		([, score, name = "", words = ""]): ScoreRule => ({
			name,
			score: Number(score),
			description: words.replace(/\s+/g, " ").trim(),
		}),
	);
	const names = table.length > 0 || !/^[A-Z0-9_,\s]+$/.test(body) ? [] : body.split(/[,\s]+/).filter(Boolean);
	return {
		kind: "scored",
		by: "spamd",
		score: Number(spam[2]),
		threshold: Number(spam[3]),
		action: /^(?:true|yes)$/i.test(spam[1] ?? "") ? "spam" : "ham",
		rules: byWeight([...table, ...names.map((name) => ({ name, score: null, description: "" }))]),
	};
}

function byWeight(rules: readonly ScoreRule[]): readonly ScoreRule[] {
	return rules.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0) || (a.name < b.name ? -1 : 1));
}

/** Of spamd's threshold: from this share on, a word more or less tips it over. */
const NEARLY = 0.6;

export function scoreFinding(score: Score): PreflightFinding {
	const subject = `score by ${score.by}`;
	if (score.kind === "failed")
		return {
			id: "score",
			level: "unknown",
			subject,
			what: `no score: ${score.detail}`,
			fix: `See that it runs where ${score.by} of [score] says.`,
		};
	const heavy = score.rules.filter((rule) => rule.score === null || rule.score > 0).slice(0, 6);
	const named = heavy.map((rule) => (rule.score === null ? rule.name : `${rule.name} ${rule.score}`)).join(", ");
	const what = `${score.score} of ${score.threshold} (${score.action})${named === "" ? "" : `: ${named}`}`;
	const level = levelOf(score);
	return {
		id: "score",
		level,
		subject,
		what,
		fix: level === "ok" ? "" : "Change what the heaviest rules name; `--json` has all of them with their descriptions.",
	};
}

function levelOf(score: Scored): "ok" | "warn" | "fail" {
	if (score.by === "rspamd")
		return score.action === "reject" ? "fail" : score.action === "no action" || score.action === "" ? "ok" : "warn";
	if (score.action === "spam") return "fail";
	return score.score >= score.threshold * NEARLY ? "warn" : "ok";
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Makes an HTML template smaller without changing what anybody sees: comments go, white space that a browser would fold is folded, style sheets lose
// theirs. Pure. Liquid is passed over untouched, and so is everything where white space counts: pre, textarea, scripts, conditional comments.
//
// Not html-minifier: it rewrites attributes and closing tags, which old Outlooks depend on, and does not know Liquid. What is done here is what can be
// argued to be invisible (HTML standard, section "Rendering": runs of white space collapse; CSS Text 3 section 4.1.1).

const LIQUID = String.raw`\{%-?\s*(?:raw|comment)\s*-?%\}[\s\S]*?\{%-?\s*end(?:raw|comment)\s*-?%\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}`;
const QUOTED = String.raw`"(?:\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{(?![{%])|[^"{])*"|'(?:\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{(?![{%])|[^'{])*'`;
const TAG = String.raw`<[!/]?[a-z](?:\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|${QUOTED}|\{(?![{%])|[^"'>{])*>`;
const TOKEN = new RegExp(
	[
		`(?<liquid>${LIQUID})`,
		String.raw`(?<conditional><!--\[if[\s\S]*?<!\[endif\]-->|<!--\s*<!\[endif\]-->|<!\[(?:if|endif)[^>]*>)`,
		String.raw`(?<comment><!--[\s\S]*?-->)`,
		String.raw`(?<kept><(?<name>pre|textarea|script|xmp|listing)\b[\s\S]*?</\k<name>\s*>)`,
		String.raw`(?<open><style\b[^>]*>)(?<css>[\s\S]*?)(?<close></style\s*>)`,
		`(?<tag>${TAG})`,
		"(?<text>[^<{]+)",
		String.raw`(?<other>[\s\S])`,
	].join("|"),
	"gi",
);

const ROWS = "html|head|body|thead|tbody|tfoot|colgroup|col|caption|tr";
/**
 * Tags before, and behind, which white space is never shown: a table's skeleton. Not outside a table, where it may stand in a line of text, and not
 * in and between cells, where it parts their words for those who read the text without the table.
 */
const NOTHING_BEFORE = new RegExp(String.raw`^<(?:/?(?:${ROWS})|/table)\b`, "i");
const NOTHING_BEHIND = new RegExp(String.raw`^<(?:!doctype|/?(?:${ROWS})|table)\b`, "i");

/** What has been written so far, and what stands at its end. */
interface Written {
	readonly pieces: string[];
	last: "start" | "tag" | "text" | "other";
}

/** The template, smaller. */
export function minifyHtml(html: string): string {
	// Somebody said that white space counts; where, is a style sheet's secret.
	const folds = !/white-space(?:-collapse)?\s*:\s*(?:pre|break-spaces|preserve)/i.test(html);
	// Cells that are laid out like words have the space between them that words have.
	const bare = folds && !/inline-(?:block|table|flex|grid)/i.test(html);
	const out: Written = { pieces: [], last: "start" };
	for (const { groups = {}, 0: whole } of html.matchAll(TOKEN)) {
		const { liquid, comment, css, open, close, tag, text } = groups;
		if (comment !== undefined) {
			// Liquid works in comments too.
			if (/\{[{%]/.test(comment)) write(out, comment, "other");
		} else if (css !== undefined) write(out, `${open ?? ""}${minifyCss(css)}${close ?? ""}`, "other");
		else if (tag !== undefined) {
			if (bare && out.last === "text" && NOTHING_BEFORE.test(tag)) trimText(out);
			write(out, minifyTag(tag), "tag");
		} else if (text !== undefined && folds) writeText(out, text, bare);
		else write(out, whole, liquid === undefined && groups["other"] !== undefined ? "text" : "other");
	}
	return out.pieces.join("");
}

function write(out: Written, piece: string, last: Written["last"]): void {
	out.pieces.push(piece);
	out.last = last;
}

/** Takes the white space from the end of the text written last. */
function trimText(out: Written): void {
	const text = out.pieces.pop()?.trimEnd() ?? "";
	if (text !== "") write(out, text, "text");
}

function writeText(out: Written, text: string, bare: boolean): void {
	const folded = text.replace(/[ \t\r\n\f]+/g, (run) => (run.includes("\n") ? "\n" : " "));
	const before = out.pieces.at(-1) ?? "";
	const idle =
		out.last === "start" ||
		(out.last === "text" && /[ \n]$/.test(before)) ||
		(bare && out.last === "tag" && NOTHING_BEHIND.test(before));
	const piece = idle && /^[ \n]/.test(folded) ? folded.slice(1) : folded;
	if (piece !== "") write(out, piece, "text");
}

function minifyTag(tag: string): string {
	if (!/\sstyle\s*=/i.test(tag) || /\{[{%]/.test(tag)) return tag;
	return tag.replace(/(\sstyle\s*=\s*)(?:"([^"]*)"|'([^']*)')/i, (whole, before: string, double?: string, single?: string) => {
		const css = minifyCss(double ?? single ?? "").replace(/;$/, "");
		return css === "" ? whole : double === undefined ? `${before}'${css}'` : `${before}"${css}"`;
	});
}

const CSS_TOKEN = new RegExp(
	String.raw`(?<keep>${LIQUID}|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|url\([^)]*\))|(?<comment>/\*[\s\S]*?\*/)|(?<space>[ \t\r\n\f]+)|(?<sign>[{};,:])|(?<other>[\s\S])`,
	"gi",
);

/** A style sheet, or the declarations of a style attribute, without comments and the white space that separates nothing. */
export function minifyCss(css: string): string {
	let result = "";
	let space = false;
	for (const { groups = {}, 0: whole } of css.matchAll(CSS_TOKEN)) {
		if (groups["comment"] !== undefined || groups["space"] !== undefined) {
			space = true;
			continue;
		}
		const sign = groups["sign"];
		// Before a colon it stays: "a :hover" is not "a:hover".
		const glued = (sign !== undefined && sign !== ":") || /(?:^|[{};,:])$/.test(result);
		if (space && !glued) result += " ";
		space = false;
		result += whole;
	}
	return result.replace(/;+(?=\})/g, "");
}

// Takes the Liquid out of a template while MJML, Markdown or the HTML-to-text converter works on it, and puts it back.
// Without this, Markdown would turn the quotes of `default: "reader"` into &quot; and MJML would trip over `<` in a condition.

/** Lower-case letters and digits only, so that no converter escapes, encodes or upper-cases it. */
export interface Protected {
	readonly text: string;
	readonly restore: (converted: string) => string;
}

const LIQUID = /\{%-?\s*(raw|comment)\s*-?%\}[\s\S]*?\{%-?\s*end\1\s*-?%\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

/** Replaces every `{{ … }}` and `{% … %}` by a word; line breaks inside one are kept beside it, so that lines stay where they are. */
export function protectLiquid(source: string): Protected {
	let stem = "lqd";
	while (source.toLowerCase().includes(stem)) stem += "q";
	const pieces: string[] = [];
	const text = source.replace(LIQUID, (piece) => {
		pieces.push(piece);
		return `${stem}${pieces.length - 1}z`;
	});
	const word = new RegExp(`${stem}(\\d+)z`, "g");
	// A tag alone in a paragraph ({% if … %} in Markdown) is no paragraph.
	const lone = new RegExp(`<p>((?:\\s*${stem}\\d+z)+\\s*)</p>`, "g");
	const restore = (converted: string) =>
		converted
			.replace(lone, (whole, inner: string) => {
				const all = [...inner.matchAll(word)].every((match) => (pieces[Number(match[1])] ?? "").startsWith("{%"));
				return all ? inner : whole;
			})
			.replace(word, (whole, index: string) => pieces[Number(index)] ?? whole);
	return { text, restore };
}

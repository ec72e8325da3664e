// LiquidJS, set up so that a campaign's template can do nothing but make text: no files, no prototypes, no endless loops.
// Which fields a template uses is fields.ts' question.
import { Context, type Emitter, Liquid, type Template, toValueSync } from "liquidjs";

/** How `{{ … }}` is written: escaped for HTML, or as it is. */
export type TemplateMode = "html" | "text";

/** Of one reader's rendering; 20 KB with 300 fields takes 2.4 ms. Wall time, so generous for a busy machine. */
const RENDER_LIMIT_MS = 1_000;
/** Objects that filters and ranges may make; also stops `(1..100000000)` before it is an array. */
const MEMORY_LIMIT = 2_000_000;
const PARSE_LIMIT = 2_000_000;
/** Characters of the result. Gmail clips at 0.1 million bytes. */
const OUTPUT_LIMIT = 4_000_000;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };

/** The five characters that HTML text and quoted attributes must not hold; the same references that LiquidJS writes. */
export function escapeHtml(value: string): string {
	return /[&<>"']/.test(value) ? value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character) : value;
}

const asText = (value: unknown): string =>
	value === undefined || value === null ? "" : Array.isArray(value) ? value.map(asText).join("") : String(value);

function makeEngine(mode: TemplateMode): Liquid {
	const engine = new Liquid({
		strictVariables: true,
		strictFilters: true,
		// `{% if contact.city %}` is how a template asks whether a reader has the field.
		lenientIf: true,
		ownPropertyOnly: true,
		// No include, render or layout can reach a file: the only "files" are this empty mapping.
		templates: {},
		// The date filter must not depend on the machine that happens to send.
		locale: "en-US",
		timezoneOffset: 0,
		parseLimit: PARSE_LIMIT,
		renderLimit: RENDER_LIMIT_MS,
		memoryLimit: MEMORY_LIMIT,
		...(mode === "html" ? { outputEscape: (value: unknown) => escapeHtml(asText(value)) } : {}),
	});
	// `{{ x | escape }}` must not escape twice, and in plain text there is nothing to escape (a text part made from the HTML).
	const escaped = mode === "html" ? (value: unknown) => escapeHtml(asText(value)) : asText;
	for (const name of ["escape", "escape_once", "xml_escape"]) engine.registerFilter(name, { raw: true, handler: escaped });
	return engine;
}

const ENGINES: Readonly<Record<TemplateMode, Liquid>> = { html: makeEngine("html"), text: makeEngine("text") };

/** Parses a template; throws LiquidJS's errors, which name file and line. */
export function parseLiquid(source: string, mode: TemplateMode, file: string): Template[] {
	return ENGINES[mode].parse(source, file);
}

/** Renders with the limits above; throws LiquidJS's errors. */
export function renderLiquid(templates: Template[], mode: TemplateMode, scope: object): string {
	const engine = ENGINES[mode];
	const output = new LimitedEmitter();
	const context = new Context(scope, engine.options, { sync: true });
	toValueSync(engine.renderer.renderTemplates(templates, context, output));
	return output.buffer;
}

class LimitedEmitter implements Emitter {
	buffer = "";

	write(value: unknown): void {
		this.buffer += asText(value);
		if (this.buffer.length > OUTPUT_LIMIT) throw new Error("output limit exceeded");
	}
}

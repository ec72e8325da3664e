// The pieces that schema.ts and schema-sending.ts are built from: a text with a parser, whole numbers, lists that may be
// written as one value. No defaults here.
import { z } from "zod";
import type { Parsed } from "./units.ts";

/** What the schema tells people about a key; docs/config.md, the starter file and `config print` are made from it. */
export type About = {
	/** Meaning, in one or two sentences. */
	readonly description: string;
	/** As written in wellsent.toml. */
	readonly example: string;
	/** In words, when the default is computed or its absence means something. */
	readonly otherwise?: string;
	/** How `config print` hides it: all of it, the password inside a URL, or the path of a URL. */
	readonly secret?: "all" | "password" | "path";
};

/** Words for `.meta()`. */
export function about(description: string, example: string, more: Pick<About, "otherwise" | "secret"> = {}): About {
	return { description, example, ...more };
}

/** A text that `parse` turns into a value; its mistake becomes an issue with `params.fix`. */
export function text<T>(parse: (text: string) => Parsed<T>) {
	return z.string().transform((written, context): T => {
		const parsed = parse(written);
		if (parsed.ok) return parsed.value;
		context.addIssue({ code: "custom", message: parsed.what, params: { fix: parsed.fix } });
		return z.NEVER;
	});
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number) {
	return z.int().min(least).max(most);
}

/** A list that may also be written as its only item: rate = "5/s" or rate = ["5/s", "600/h"]. */
export function listOf<T extends z.ZodType>(item: T) {
	return z.preprocess((written) => (typeof written === "string" ? [written] : written), z.array(item));
}

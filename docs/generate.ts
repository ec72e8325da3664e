// Writes the pages of docs/ that are made from the code: `npm run docs`. Tests hold pages and code equal.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { generatedPages } from "../test/support/generated-docs.ts";

for (const { file, text } of await generatedPages()) {
	const target = path.join(import.meta.dirname, file);
	let before = "";
	try {
		before = readFileSync(target, "utf8");
	} catch {
		// A new page.
	}
	if (before === text) continue;
	writeFileSync(target, text);
	process.stdout.write(`${file} written\n`);
}

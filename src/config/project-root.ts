// Where this package lives: the folder with its package.json, from which data files and migrations are read.
import { existsSync } from "node:fs";
import path from "node:path";

/** Absolute folder of the package, the same whether it runs from src/ or from dist/src/. */
export function projectRoot(): string {
	for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
		if (existsSync(path.join(folder, "package.json"))) return folder;
		if (folder === path.dirname(folder)) return import.meta.dirname;
	}
}

// Where this package lives, for the files that are shipped beside the code (migrations, the sandbox's world, pages). It looks
// at folders and nothing else; the user's own files are relative to the folder of wellsent.toml instead (`Config.root`).
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail } from "../errors.ts";

/**
 * Absolute folder that holds this package's package.json, found upward from this file: the same for src/config and
 * dist/src/config. A package.json of another name on the way (a nested fixture, a workspace) is passed by.
 */
export function projectRoot(): string {
	let folder = dirname(fileURLToPath(import.meta.url));
	for (;;) {
		if (isOurs(join(folder, "package.json"))) return folder;
		const above = dirname(folder);
		if (above === folder) fail("internal", { detail: "package.json of wellsent was not found above the program's own files" });
		folder = above;
	}
}

function isOurs(file: string): boolean {
	if (!existsSync(file)) return false;
	const content: unknown = JSON.parse(readFileSync(file, "utf8"));
	return typeof content === "object" && content !== null && "name" in content && content.name === "wellsent";
}

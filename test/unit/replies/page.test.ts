import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { repliesPage } from "../../../src/replies/page.ts";

test("docs/replies.md says what the table of classes says", () => {
	expect(readFileSync(new URL("../../../docs/replies.md", import.meta.url), "utf8")).toBe(repliesPage());
});

// A folder a mistake: the whole text that a person gets for it. UPDATE=1 rewrites the expected texts; the diff is the review.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load.file.ts";
import { projectRoot } from "../../../src/config/project-root.ts";
import { explainError, WellsentError } from "../../../src/errors.ts";

const FOLDER = join(projectRoot(), "test", "fixtures", "bad-configs");
const cases = readdirSync(FOLDER).sort();
const env = { PARTNER_PASSWORD: "hunter2", EMPTY: "" };
const knownSites = ["google", "naver", "daum", "outlook"];

async function errorOf(cwd: string): Promise<string> {
	try {
		await loadConfig({ cwd, env, knownSites });
	} catch (error) {
		if (!(error instanceof WellsentError)) throw error;
		expect(error.exit).toBe(2);
		return `${explainError(error)}\n`;
	}
	throw new Error(`${cwd} was accepted`);
}

describe("a mistake in wellsent.toml is told with its place and its way out", () => {
	test("there is a folder for at least 35 mistakes, numbered without a gap", () => {
		expect(cases.length).toBeGreaterThanOrEqual(35);
		expect(cases.map((name) => Number(name.slice(0, 2)))).toEqual(cases.map((_, index) => index + 1));
	});

	test.each(cases)("%s", async (name) => {
		const file = join(FOLDER, name, "expected-error");
		const text = await errorOf(join(FOLDER, name));
		if (process.env["UPDATE"] === "1") writeFileSync(file, text);
		expect(existsSync(file), `${file} is missing: run with UPDATE=1 and read it`).toBe(true);
		expect(text).toBe(readFileSync(file, "utf8"));
	});

	test("no message repeats a secret", () => {
		for (const name of cases) expect(readFileSync(join(FOLDER, name, "expected-error"), "utf8"), name).not.toContain("hunter2");
	});
});

import { defineConfig } from "vitest/config";

/** One project a folder, so that `vitest --project unit` is the inner loop. */
const project = (name: string, testTimeout: number, fileParallelism = true) => ({
	test: {
		name,
		include: [`test/${name}/**/*.test.ts`],
		testTimeout,
		hookTimeout: testTimeout,
		// Real sockets, processes and clocks on a machine that may be busy: a test that failed is asked once more in CI. Pure ones are not.
		retry: process.env["CI"] === "true" && (name === "integration" || name === "e2e") ? 1 : 0,
		fileParallelism,
		environment: "node" as const,
		setupFiles: ["test/support/fail-on-console.ts"],
	},
});

export default defineConfig({
	test: {
		pool: "forks",
		maxWorkers: 2,
		projects: [
			project("unit", 10_000),
			project("property", 60_000),
			project("integration", 60_000),
			project("e2e", 240_000, false),
		],
	},
});

import { defineConfig } from "vitest/config";

/** One project a folder, so that `vitest --project unit` is the inner loop. */
const project = (name: string, testTimeout: number) => ({
	test: {
		name,
		include: [`test/${name}/**/*.test.ts`],
		testTimeout,
		hookTimeout: testTimeout,
		// Real sockets, processes and clocks on a machine that may be busy: a test that failed is asked once more in CI. Pure ones are not.
		retry: process.env["CI"] === "true" && name !== "unit" && name !== "property" ? 1 : 0,
		environment: "node" as const,
		// One process serves many files: loading the program anew for each of them took a third of the time. Nothing in src/ keeps state in a module.
		isolate: false,
		setupFiles: ["test/support/fail-on-console.ts"],
	},
});

export default defineConfig({
	test: {
		pool: "forks",
		// One more than the two cores of a small machine: much of the time is waiting for sockets and clocks.
		maxWorkers: 3,
		projects: [
			project("unit", 10_000),
			project("property", 60_000),
			project("integration", 60_000),
			project("e2e", 240_000),
			// The long ones, in a command of their own: npm run test:proofs.
			project("proof", 300_000),
		],
	},
});

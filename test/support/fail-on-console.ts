// Any stray console output fails the test that made it: a library that prints is a library that lies about its interface.
import { afterEach, beforeEach, expect, vi } from "vitest";

const methods = ["log", "info", "warn", "error", "debug"] as const;

beforeEach(() => {
	for (const method of methods) vi.spyOn(console, method).mockImplementation(() => undefined);
});

afterEach(() => {
	const said = methods.flatMap((method) => vi.mocked(console[method]).mock.calls.map((call) => `${method}: ${call.join(" ")}`));
	vi.restoreAllMocks();
	expect(said, "nothing may be printed to the console").toEqual([]);
});

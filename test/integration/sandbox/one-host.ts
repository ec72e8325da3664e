// A sandbox with one host, mx.good.test, that has the given manners.
import type { MannersInput } from "../../../src/sandbox/manners.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../../src/sandbox/world.ts";

export const ADDRESS = "127.66.0.1";

export function oneHost(manners: MannersInput = {}, options: SandboxOptions = {}): Promise<Sandbox> {
	const zones = `$ORIGIN good.test.\n@ MX 10 mx\nmx A ${ADDRESS}`;
	return startSandbox({ world: defineWorld({ zones, hosts: { "mx.good.test": { manners } } }), ...options });
}

// A gateway named on the command line.
import { nearest } from "../config/nearest.ts";
import type { GatewayConfig } from "../config/types.ts";
import { fail } from "../errors.ts";
import type { Run } from "./run.ts";

/** The gateway of that name. Throws gateway-unknown with the nearest. */
export async function known(run: Run, name: string): Promise<GatewayConfig> {
	const { config } = await run.settings();
	const found = config.gateways.find((gateway) => gateway.name === name);
	if (found !== undefined) return found;
	const names = config.gateways.map((gateway) => gateway.name);
	const near = nearest(name, names);
	const hint =
		names.length === 0
			? "There is no [[gateway]] in wellsent.toml."
			: near === null
				? `Gateways: ${names.join(", ")}.`
				: `Did you mean "${near}"?`;
	return fail("gateway-unknown", { name, hint });
}

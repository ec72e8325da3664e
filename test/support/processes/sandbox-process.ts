// The simulated internet as a process of its own: what arrived is judged by somebody who does not die with the sender.
// Started by `startSandboxProcess` (children.ts), which sends the settings; ends when its parent does.
import { type SandboxOptions, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld, type WorldInput } from "../../../src/sandbox/world.ts";

/** What the parent sends first. */
export interface SandboxOrder {
	readonly world: WorldInput;
	readonly recordFile: string | null;
}

/** What it answers once it listens. */
export interface SandboxUp {
	readonly dns: string;
	readonly smtpPort: number;
}

process.once("message", (order: SandboxOrder) => {
	void serve(order);
});
process.on("disconnect", () => process.exit(0));

async function serve(order: SandboxOrder): Promise<void> {
	const options: SandboxOptions = {
		world: defineWorld(order.world),
		...(order.recordFile === null ? {} : { recordFile: order.recordFile }),
	};
	const sandbox = await startSandbox(options);
	const up: SandboxUp = { dns: sandbox.dns, smtpPort: sandbox.smtpPort };
	process.send?.(up);
	process.once("message", () => {
		// Closing writes the rows of connections that are still open.
		void sandbox.close().then(() => process.exit(0));
	});
}

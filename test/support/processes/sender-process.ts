// The sender as a process of its own, so that it can be killed at any moment: opens the app, starts the engine, tells how it is.
// Started by `startSender` (children.ts), which sends the settings; ends when its parent does.
import { openApp, type RunningEngine, startEngine } from "../../../src/app.ts";
import { systemClock } from "../../../src/clock.ts";
import type { Config } from "../../../src/config/types.ts";
import type { RecoveryReport } from "../../../src/deliver/service.ts";

/** What the parent sends first. */
export interface SenderOrder {
	readonly config: Config;
	/** Milliseconds between two reports on memory; null: none. */
	readonly reportMs: number | null;
}

export type SenderNews =
	| { readonly kind: "ready"; readonly recovered: RecoveryReport }
	/** Something that a person would have to look at. */
	| { readonly kind: "trouble"; readonly words: string }
	/** Bytes of resident memory and of objects on the heap, after so many settlements. */
	| { readonly kind: "memory"; readonly rss: number; readonly heap: number; readonly settled: number };

process.once("message", (order: SenderOrder) => {
	void serve(order);
});
process.on("disconnect", () => process.exit(0));

function tell(news: SenderNews): void {
	process.send?.(news);
}

async function serve(order: SenderOrder): Promise<void> {
	const log = {
		info: () => undefined,
		warn: (facts: object, words: string) => tell({ kind: "trouble", words: `${words} ${JSON.stringify(facts)}` }),
		error: (facts: object, words: string) => tell({ kind: "trouble", words: `${words} ${JSON.stringify(facts)}` }),
	};
	const app = await openApp({ config: order.config, clock: systemClock, log });
	const engine: RunningEngine = await startEngine(app, "daemon");
	let settled = 0;
	engine.onSettled((settlements) => {
		settled += settlements.length;
	});
	tell({ kind: "ready", recovered: engine.recovered });
	if (order.reportMs !== null)
		setInterval(() => {
			const { rss, heapUsed } = process.memoryUsage();
			tell({ kind: "memory", rss, heap: heapUsed, settled });
		}, order.reportMs);
	process.once("message", () => {
		void engine
			.stop()
			.then(() => app.close())
			.then(() => process.exit(0));
	});
}

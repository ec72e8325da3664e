// The other end of rehearsal-process.ts: opens the database named in its orders, sends until it is killed.
import { readFile } from "node:fs/promises";
import { openApp, startEngine } from "../../src/app.ts";
import { systemClock } from "../../src/clock.ts";
import type { EngineOrders } from "./rehearsal-process.ts";

const orders = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as EngineOrders;
const tell = (facts: object, words: string) => void process.stderr.write(`${words} ${JSON.stringify(facts)}\n`);
const app = await openApp({
	config: orders.config,
	clock: systemClock,
	log: { info: () => undefined, warn: tell, error: tell },
	extraSites: orders.sites,
});
await startEngine(app, "send");
process.stdout.write("started\n");
setInterval(() => undefined, 60_000);

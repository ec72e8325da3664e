// `npm run bench`: what a message costs, and how fast whole campaigns go, in interleaved rounds with the machine named.
//   npm run bench                      all parts but audit and soak
//   npm run bench -- audit             questions to a log of 10,000,000 rows (makes it first: minutes)
//   npm run bench -- soak              1,000,000 queued deliveries, 10,000 lanes, the real dispatcher (minutes)
//   npm run bench -- compose record send
// Numbers of different runs or machines say nothing against each other; the ratios within one run do.
import { machine } from "./measure.ts";
import { auditBench } from "./parts/audit.ts";
import { composeBench } from "./parts/compose.ts";
import { lanesBench } from "./parts/lanes.ts";
import { recordBench } from "./parts/record.ts";
import { sendBench } from "./parts/send.ts";
import { soakBench } from "./parts/soak.ts";

/** Make a database of millions of rows first, which takes minutes: only when asked for by name. */
const ON_REQUEST: ReadonlySet<string> = new Set(["audit", "soak"]);

const PARTS = new Map([
	["audit", auditBench],
	["compose", composeBench],
	["lanes", lanesBench],
	["record", recordBench],
	["send", sendBench],
	["soak", soakBench],
]);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PARTS.has(name));
if (unknown.length > 0) {
	console.error(`no such part: ${unknown.join(", ")} (there are ${[...PARTS.keys()].join(", ")})`);
	process.exitCode = 2;
} else {
	console.log(machine());
	for (const [name, run] of PARTS) if (wanted.length === 0 ? !ON_REQUEST.has(name) : wanted.includes(name)) await run();
}

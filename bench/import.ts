// Imports a CSV of a million readers into a fresh database, twice, and tells seconds, rows a second and memory.
//   npx tsx bench/import.ts [rows]
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { systemClock } from "../src/clock.ts";
import { importContacts } from "../src/contacts/import-csv.file.ts";
import { openDatabase } from "../src/db/database.store.ts";

const rows = Number(process.argv[2] ?? 1_000_000);
const CITIES = ["서울", "부산", "Berlin", "Oslo, Norway", "London"];
const DOMAINS = ["naver.test", "daum.test", "gmail.test", "outlook.test", "example.test"];
const MB = 1024 * 1024;

function* lines(): Generator<string> {
	yield "email,name,city,plan,since\r\n";
	let text = "";
	for (let i = 0; i < rows; i++) {
		// A stride spreads the addresses over the index, as those of real lists are.
		const id = (i * 7_919_993) % rows;
		text += `Reader${id.toString(36)}@${DOMAINS[i % 5]},"김 ${id}","${CITIES[i % 5]}",${i % 3 ? "free" : "paid"},20${10 + (i % 15)}-01-01\r\n`;
		if (i % 1_000 === 999) {
			yield text;
			text = "";
		}
	}
	yield text;
}

const folder = await mkdtemp(path.join(tmpdir(), "wellsent-bench-"));
const file = path.join(folder, "list.csv");
await pipeline(Readable.from(lines()), createWriteStream(file));
const database = await openDatabase({ url: "file:bench.db", root: folder, clock: systemClock });
console.log(
	`${rows} rows, ${((await stat(file)).size / MB).toFixed(0)} MB; ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
);
for (const turn of ["first", "again"]) {
	const before = process.memoryUsage.rss();
	let peak = before;
	const samples: number[] = [];
	const delay = monitorEventLoopDelay({ resolution: 5 });
	delay.enable();
	let checked = 0;
	const startedAt = performance.now();
	const report = await importContacts(database.db, {
		list: "readers",
		file,
		clock: systemClock,
		onProgress: (progress) => {
			const rss = process.memoryUsage.rss();
			peak = Math.max(peak, rss);
			if (progress.phase === "checking") checked = performance.now() - startedAt;
			else if (progress.rows >= ((samples.length + 1) * rows) / 10) samples.push(Math.round(rss / MB));
		},
	});
	const seconds = (performance.now() - startedAt) / 1_000;
	delay.disable();
	console.log(
		`${turn}: ${seconds.toFixed(1)} s (${(checked / 1_000).toFixed(1)} s checking), ${Math.round(rows / seconds)} rows/s; created ${report.created}, merged ${report.merged}; ` +
			`RSS ${Math.round(before / MB)} → peak ${Math.round(peak / MB)} MB, by tenths ${samples.join(" ")}; event loop held ${Math.round(delay.percentile(99) / 1e6)} ms (p99), ${Math.round(delay.max / 1e6)} ms at most`,
	);
}
await database.close();
console.log(`database ${((await stat(path.join(folder, "bench.db"))).size / MB).toFixed(0)} MB`);
await rm(folder, { recursive: true });

// How the benchmark measures: cases in interleaved rounds, so that a busy neighbour disturbs all of them alike; medians; wall and CPU time side by side.
import { cpus, loadavg } from "node:os";

export interface Case {
	readonly name: string;
	/** What has to be there before; not measured. */
	readonly prepare?: () => Promise<void>;
	/** Does its work once and answers how many messages that were. */
	readonly run: () => Promise<number>;
}

/** Medians of one case, microseconds a message. `cpu` is the whole process, all of its threads. */
export interface Line {
	readonly name: string;
	readonly wall: number;
	readonly cpu: number;
	/** Messages a second, by wall time. */
	readonly rate: number;
}

/** Runs all cases `rounds` times in turn, after one round that only warms up. */
export async function interleaved(cases: readonly Case[], rounds: number): Promise<Line[]> {
	const taken = cases.map(() => ({ wall: [] as number[], cpu: [] as number[] }));
	for (let round = 0; round <= rounds; round += 1) {
		for (const [index, { prepare, run }] of cases.entries()) {
			await prepare?.();
			const start = process.hrtime.bigint();
			const before = process.cpuUsage();
			const messages = await run();
			const wall = Number(process.hrtime.bigint() - start) / 1_000;
			const { user, system } = process.cpuUsage(before);
			if (round === 0) continue;
			taken[index]?.wall.push(wall / messages);
			taken[index]?.cpu.push((user + system) / messages);
		}
	}
	return cases.map(({ name }, index) => {
		const { wall, cpu } = taken[index] ?? { wall: [], cpu: [] };
		return { name, wall: median(wall), cpu: median(cpu), rate: 1_000_000 / median(wall) };
	});
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function machine(): string {
	const load = loadavg().map((value) => value.toFixed(1));
	return `${cpus()[0]?.model.trim() ?? "unknown CPU"} × ${cpus().length}, Node ${process.version}, ${process.platform}; load before: ${load.join(" ")}`;
}

export function printTable(title: string, lines: readonly Line[]): void {
	console.log(`\n${title}`);
	console.log(`${"".padEnd(48)} ${"µs wall".padStart(9)} ${"µs CPU".padStart(9)} ${"a second".padStart(9)}`);
	for (const { name, wall, cpu, rate } of lines)
		console.log(`${name.padEnd(48)} ${wall.toFixed(0).padStart(9)} ${cpu.toFixed(0).padStart(9)} ${rate.toFixed(0).padStart(9)}`);
}

// The direction of imports and the purity of files, as one table. A failure says what to do.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** A folder may import itself and any row above it; never a neighbour, never a row below. */
const ROWS: readonly (readonly string[])[] = [
	["error-catalogue.ts"],
	["errors.ts", "clock.ts"],
	["config"],
	["address"],
	["db"],
	["replies"],
	["sites"],
	["contacts", "compose", "routing", "throttle"],
	["log"],
	["deliver", "inbound"],
	["reputation"],
	["campaign"],
	["alerts"],
	["api", "web", "cli", "sandbox"],
	// Wiring: joins everything above; the doors among it.
	["app.ts"],
	["daemon.ts", "daemon"],
	["main.ts"],
];

/** Files whose suffix marks an edge may use these; everything else is pure and gets facts as arguments. */
const EDGES: Readonly<Record<string, RegExp>> = {
	"node:fs": /\.(file|store)\.ts$/,
	"node:fs/promises": /\.(file|store)\.ts$/,
	"node:net": /\.(client|server)\.ts$/,
	"node:tls": /\.(client|server)\.ts$/,
	"node:dgram": /\.(client|server)\.ts$/,
	"node:dns": /\.client\.ts$/,
	"node:dns/promises": /\.client\.ts$/,
	"node:http": /\.(client|server)\.ts$/,
	"nodemailer/lib/smtp-connection": /\.client\.ts$/,
	"@hono/node-server": /\.server\.ts$/,
	sharp: /\.file\.ts$/,
};

/** Exceptions, each with its reason. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
	// isIP and its like are pure functions that happen to live in node:net.
	"node:net": ["isIP", "isIPv4", "isIPv6", "BlockList", "type"],
	// Parses a key and a certificate; opens nothing.
	"node:tls": ["createSecureContext"],
	"node:fs": [],
};
const EXEMPT: Readonly<Record<string, string>> = {
	"config/project-root.ts": "finds the package's own folder, once, so that data files can be named at all",
	"deliver/held-body.ts": "only names the type of a socket that it is handed",
	"daemon.ts": "wiring",
	"app.ts": "wiring",
	"main.ts": "wiring",
};

interface SourceFile {
	/** Path below src/, with slashes. */
	readonly file: string;
	readonly folder: string;
	readonly text: string;
}

function sources(): SourceFile[] {
	const base = path.join(ROOT, "src");
	return readdirSync(base, { recursive: true, encoding: "utf8" })
		.map((name) => name.replaceAll(path.sep, "/"))
		.filter((name) => name.endsWith(".ts") && !name.startsWith("db/generated/"))
		.map((file) => ({
			file,
			folder: file.includes("/") ? (file.split("/")[0] ?? "") : file,
			text: readFileSync(path.join(base, file), "utf8"),
		}));
}

function imports(text: string): { readonly names: string; readonly from: string }[] {
	const found = [...text.matchAll(/^\s*(?:import|export)\s+([^"';]*?)\s*from\s*"([^"]+)"/gm)].map((match) => ({
		names: match[1] ?? "",
		from: match[2] ?? "",
	}));
	const dynamic = [...text.matchAll(/import\(\s*"([^"]+)"\s*\)/g)].map((match) => ({ names: "*", from: match[1] ?? "" }));
	return [...found, ...dynamic];
}

const rowOf = (folder: string) => ROWS.findIndex((row) => row.includes(folder));
const files = sources();

describe("architecture", () => {
	it("every folder of src/ has its row", () => {
		const unknown = [...new Set(files.map((file) => file.folder))].filter((folder) => rowOf(folder) < 0);
		expect(
			unknown,
			"add the folder to ROWS in this test (and to docs/flow.md): who may import it, and whom may it import?",
		).toEqual([]);
	});

	it("imports run one way: only to the own folder or a row above", () => {
		const wrong: string[] = [];
		for (const { file, folder, text } of files) {
			for (const { from } of imports(text)) {
				if (!from.startsWith(".")) continue;
				const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), from));
				// The wiring starts the jobs; a job itself imports src/ like any outsider.
				if (file === "daemon.ts" && target === "../jobs/index.ts") continue;
				if (target.startsWith("..")) {
					wrong.push(`src/${file} imports ${from}: nothing in src/ may import what lies outside it`);
					continue;
				}
				const targetFolder = target.includes("/") ? (target.split("/")[0] ?? "") : target;
				if (targetFolder === folder || rowOf(targetFolder) < rowOf(folder)) continue;
				const how = rowOf(targetFolder) === rowOf(folder) ? "is a neighbour" : "lies below";
				wrong.push(
					`src/${file} imports src/${target}, which ${how}: hand it in as an argument, or move the shared part to a row above`,
				);
			}
		}
		expect(wrong).toEqual([]);
	});

	it("only files marked as edges touch disk and network", () => {
		const wrong: string[] = [];
		for (const { file, text } of files) {
			if (file in EXEMPT) continue;
			for (const { names, from } of imports(text)) {
				const edge = EDGES[from];
				if (edge === undefined || edge.test(file)) continue;
				const pure = ALLOWED[from];
				const used = names
					.replace(/[{}]/g, "")
					.split(",")
					.map((name) => name.trim())
					.filter(Boolean);
				if (
					names.startsWith("type ") ||
					(pure !== undefined && used.every((name) => pure.includes(name) || name.startsWith("type ")))
				)
					continue;
				wrong.push(`src/${file} imports ${from}: take the facts as arguments, or mark the file as an edge (${edge.source})`);
			}
		}
		expect(wrong).toEqual([]);
	});

	it("the clock is asked only through Clock", () => {
		const edge = /\.(client|server|store|file)\.ts$/;
		const wrong = files
			.filter(
				({ file }) =>
					!edge.test(file) &&
					file !== "clock.ts" &&
					!(file in EXEMPT) &&
					!file.startsWith("cli/") &&
					file !== "db/sqlite-adapter.ts",
			)
			.filter(({ text }) => /\bDate\.now\(\)|new Date\(\)/.test(text))
			.map(({ file }) => `src/${file} asks the system for the time: take a Clock (src/clock.ts)`);
		expect(wrong).toEqual([]);
	});

	it("there is no default export", () => {
		const wrong = files.filter(({ text }) => /^export default/m.test(text)).map(({ file }) => `src/${file}`);
		expect(wrong).toEqual([]);
	});

	it("node-cron is imported in jobs/index.ts only", () => {
		const wrong = files
			.filter(({ text }) => imports(text).some(({ from }) => from === "node-cron"))
			.map(({ file }) => `src/${file}: register the job in jobs/index.ts`);
		expect(wrong).toEqual([]);
	});
});

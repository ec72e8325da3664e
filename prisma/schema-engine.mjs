#!/usr/bin/env node
// Stand-in for Prisma's native schema engine, so that Prisma's own command line (generate, migrate dev, diff, status, deploy …) works with nothing but
// packages of the npm registry. It speaks the same JSON-RPC over stdio; the work is done by @prisma/schema-engine-wasm, the same engine.
// Only developers need it: the built program applies migrations by itself (src/db/migrate.store.ts).
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";

const wasm = new URL("./schema_engine_bg.wasm", import.meta.resolve("@prisma/schema-engine-wasm"));
const { instance } = await WebAssembly.instantiate(await readFile(wasm), { "./schema_engine_bg.js": bindings });
bindings.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

const argv = process.argv.slice(2);
const say = (text) => process.stdout.write(`${text}\n`);
if (argv.includes("--version") || argv.includes("-V")) {
	say(`schema-engine-cli ${bindings.version()} (wasm)`);
	process.exit(0);
}

const option = (name) => {
	const at = argv.indexOf(name);
	return at < 0 ? undefined : argv[at + 1];
};
const datamodels = argv.flatMap((word, at) => (word === "--datamodels" ? [argv[at + 1]] : []));
const url = JSON.parse(option("--datasource") ?? "{}").url ?? process.env.DATABASE_URL ?? "";
const file = url.replace(/^file:/, "");
const removeDatabase = () => {
	for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(file + suffix, { force: true });
};

// The command line calls `… cli can-connect-to-database` and the like before anything else. It throws the first line of stderr away and reads the others as JSON.
const cli = argv.indexOf("cli");
if (cli >= 0) {
	try {
		if (argv[cli + 1] === "drop-database") removeDatabase();
		else await (await new PrismaLibSql({ url }).connect()).dispose();
		process.exit(0);
	} catch (error) {
		process.stderr.write(
			`{}\n${JSON.stringify({ level: "ERROR", target: "schema_engine::logger", fields: { message: String(error?.message ?? error), error_code: "P1003" } })}`,
		);
		process.exit(1);
	}
}

let method;
const opened = [];
const COLUMNS = [
	"id",
	"checksum",
	"finished_at",
	"migration_name",
	"logs",
	"rolled_back_at",
	"started_at",
	"applied_steps_count",
];

// Two repairs for the wasm engine on SQLite: a database without `_prisma_migrations` has no migrations (the engine dies with P1014 instead), and whole
// migrations handed to executeRaw for the shadow database are scripts.
function repaired(adapter) {
	opened.push(adapter);
	const { queryRaw, executeRaw } = { queryRaw: adapter.queryRaw.bind(adapter), executeRaw: adapter.executeRaw.bind(adapter) };
	adapter.executeRaw = async (query) => {
		if (query.args.length > 0) return executeRaw(query);
		await adapter.executeScript(query.sql);
		return 0;
	};
	adapter.queryRaw = async (query) => {
		try {
			return await queryRaw(query);
		} catch (error) {
			if (
				method !== "applyMigrations" &&
				error?.cause?.kind === "TableDoesNotExist" &&
				error.cause.table === "_prisma_migrations"
			)
				return { columnNames: COLUMNS, columnTypes: COLUMNS.map(() => ColumnTypeEnum.Text), rows: [] };
			throw error;
		}
	};
	return adapter;
}

let engine;
async function open() {
	if (engine) return engine;
	const inner = new PrismaLibSql({ url: url || ":memory:" });
	const factory = bindMigrationAwareSqlAdapterFactory({
		provider: inner.provider,
		adapterName: inner.adapterName,
		connect: async () => repaired(await inner.connect()),
		connectToShadowDb: async () => repaired(await inner.connectToShadowDb()),
	});
	const files = await Promise.all(datamodels.map(async (name) => [name, await readFile(name, "utf8")]));
	engine = await bindings.SchemaEngine.new({ datamodels: files.length > 0 ? files : undefined }, () => undefined, factory);
	return engine;
}

async function answer(line) {
	const { id, params, ...rest } = JSON.parse(line);
	method = rest.method;
	if (!method) return; // the answer to our own `print`
	const reply = (body) => say(JSON.stringify({ jsonrpc: "2.0", id, ...body }));
	try {
		const running = await open();
		if (method === "diff") {
			const result = await running.diff(params);
			if (result.stdout) say(JSON.stringify({ jsonrpc: "2.0", id: 1e9, method: "print", params: { content: result.stdout } }));
			return reply({ result: { exitCode: result.exitCode } });
		}
		if (method === "reset") {
			for (const adapter of opened.splice(0)) await adapter.dispose();
			engine = undefined;
			removeDatabase();
			return reply({ result: {} });
		}
		const name = method === "getDatabaseVersion" ? "version" : method;
		if (typeof running[name] !== "function") return reply({ error: { code: -32601, message: `method not found: ${method}` } });
		const result = await running[name](params ?? undefined);
		return reply({ result: method === "getDatabaseVersion" ? { version: result } : (result ?? {}) });
	} catch (error) {
		const message = error?.message ?? String(error);
		const data = error?.code
			? { is_panic: false, message, meta: error.meta ?? null, error_code: error.code }
			: { is_panic: false, message, backtrace: null };
		return reply({ error: { code: 4466, message: "An error happened. Check the data field for details.", data } });
	}
}

let turn = Promise.resolve();
createInterface({ input: process.stdin })
	.on("line", (line) => {
		if (line.trim()) turn = turn.then(() => answer(line));
	})
	.on("close", () => turn.then(() => process.exit(0)));

// How Prisma's own command line finds the schema, the migrations and an engine.
//
// The schema engine is Prisma's wasm build from the npm registry, joined to the command line by prisma/schema-engine.mjs,
// because the native one is a download from outside the registry. PRISMA_SCHEMA_ENGINE_BINARY= (empty) goes back to it.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { defineConfig } from "prisma/config";

const root = import.meta.dirname;
process.env["PRISMA_SCHEMA_ENGINE_BINARY"] ??= path.join(root, "prisma/schema-engine.mjs");
if (!process.env["PRISMA_SCHEMA_ENGINE_BINARY"]) delete process.env["PRISMA_SCHEMA_ENGINE_BINARY"];
process.env["CHECKPOINT_DISABLE"] ??= "1";

// In a fresh checkout the folder of the default database is not there yet, and the tools stop at that.
mkdirSync(path.join(root, "data"), { recursive: true });

export default defineConfig({
	schema: path.join(root, "prisma/schema.prisma"),
	migrations: { path: path.join(root, "prisma/migrations/sqlite") },
	datasource: { url: process.env["DATABASE_URL"] ?? "file:./data/wellsent.db" },
});

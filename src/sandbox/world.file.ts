// The shipped world, read from src/sandbox/world/: world.toml (sources, sites, hosts and manners) and *.zone (the DNS).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { projectRoot } from "../config/project-root.ts";
import { fail, textOf } from "../errors.ts";
import { mannersSchema } from "./manners.ts";
import { defineWorld, type World, type WorldInput } from "./world.ts";

const worldSchema = z.strictObject({
	senderDomain: z.string(),
	sources: z.array(z.strictObject({ name: z.string(), address: z.string(), ehlo: z.string() })),
	sites: z.array(z.strictObject({ name: z.string(), suffixes: z.array(z.string()) })),
	blacklists: z.strictObject({ ip: z.array(z.string()), domain: z.array(z.string()) }),
	/** One entry for several hosts of the same manners. */
	host: z.array(
		z.strictObject({ names: z.array(z.string()).min(1), site: z.string().optional(), manners: mannersSchema.optional() }),
	),
});

/** Folder of the shipped world's files. */
export function worldFolder(): string {
	return join(projectRoot(), "src/sandbox/world");
}

/** The world that `npm start` and `wellsent sandbox` show. */
export function shippedWorld(): World {
	return readWorld(worldFolder());
}

/** Reads a world from a folder with a world.toml and zone files. Throws sandbox-world-bad and sandbox-zone-bad. */
export function readWorld(folder: string): World {
	const path = join(folder, "world.toml");
	const zones = readdirSync(folder)
		.filter((name) => name.endsWith(".zone"))
		.sort()
		.map((name) => `$ORIGIN .\n${readFileSync(join(folder, name), "utf8")}`)
		.join("\n");
	return defineWorld({ ...readToml(path), zones });
}

function readToml(path: string): Omit<WorldInput, "zones"> {
	try {
		const { host, ...rest } = worldSchema.parse(camelKeys(parse(readFileSync(path, "utf8"))));
		const hosts = host.flatMap(({ names, site, manners }) =>
			names.map(
				(name) => [name, { ...(site === undefined ? {} : { site }), ...(manners === undefined ? {} : { manners }) }] as const,
			),
		);
		return { ...rest, hosts: Object.fromEntries(hosts) };
	} catch (thrown) {
		return fail("sandbox-world-bad", { detail: `${path}: ${textOf(thrown)}` }, { cause: thrown });
	}
}

/** greylist_ms in the file is greylistMs here; stage names and local parts have no underscore and stay. */
function camelKeys(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(camelKeys);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [
			key.replace(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase()),
			camelKeys(inner),
		]),
	);
}

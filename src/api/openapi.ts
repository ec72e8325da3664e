// The OpenAPI document of the API, made from its table of routes. Pure.
import { z } from "zod";
import type { Route } from "./route.ts";
import { ERROR } from "./shapes.ts";

const json = (schema: z.ZodType) => {
	const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
	return rest;
};

const answer = (description: string, schema: z.ZodType | object) => ({
	description,
	content: { "application/json": { schema: schema instanceof z.ZodType ? json(schema) : schema } },
});

/** "/campaigns/:id" → "/campaigns/{id}". */
export const openPath = (path: string): string => path.replace(/:(\w+)/g, "{$1}");

/** OpenAPI 3.1, whose schemas are JSON Schema as zod writes it. */
export function openApi(routes: readonly Route[], version: string): object {
	const paths: Record<string, Record<string, object>> = {};
	for (const one of routes) {
		const path = openPath(one.path);
		paths[path] = { ...paths[path], [one.method]: operation(one) };
	}
	return {
		openapi: "3.1.0",
		info: {
			title: "Wellsent",
			version,
			description:
				"Campaigns, the log of every reply of every MX host, hosts, lanes, readers. Times are ISO 8601 in UTC. Every answer has `ok`; errors have `error` with a stable code, what happened and what to do.",
		},
		servers: [{ url: "/api/v1" }],
		components: {
			securitySchemes: {
				token: {
					type: "http",
					scheme: "bearer",
					description: "[web] token of wellsent.toml; not needed on loopback without one",
				},
			},
			schemas: { Error: json(ERROR) },
		},
		security: [{ token: [] }, {}],
		paths,
	};
}

function operation(one: Route): object {
	const error = { $ref: "#/components/schemas/Error" };
	const output = json(one.output) as { properties?: object; required?: string[] };
	const ok = {
		...output,
		properties: { ok: { const: true }, ...output.properties },
		required: ["ok", ...(output.required ?? [])],
	};
	const content = {
		"application/json": { schema: ok },
		...Object.fromEntries((one.also ?? []).map((type) => [type, { schema: { type: "string" } }])),
	};
	const body = one.method === "post" && Object.keys(propertiesOf(one.input)).length > 0;
	return {
		tags: [one.tag],
		summary: one.summary,
		operationId: `${one.method}${openPath(one.path).replace(/[^A-Za-z]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
		parameters: [...parameters(one.params, "path"), ...(one.method === "get" ? parameters(one.input, "query") : [])],
		...(body ? { requestBody: { required: true, content: { "application/json": { schema: json(one.input) } } } } : {}),
		responses: {
			"200": { description: "done", content },
			"400": answer("the request is not understood", error),
			"401": answer("the token is missing or wrong", error),
			"403": answer("the request came from another web site", error),
			"404": answer("there is no such thing", error),
			"409": answer("refused by its state or by a check; `findings` says why", error),
			"500": answer("Wellsent or its database failed", error),
		},
	};
}

function propertiesOf(schema: z.ZodType): Readonly<Record<string, { description?: string }>> {
	return (json(schema) as { properties?: Record<string, { description?: string }> }).properties ?? {};
}

function parameters(schema: z.ZodType, place: "path" | "query"): object[] {
	const required = new Set((json(schema) as { required?: string[] }).required ?? []);
	return Object.entries(propertiesOf(schema)).map(([name, { description, ...shape }]) => ({
		name,
		in: place,
		required: place === "path" || required.has(name),
		...(description === undefined ? {} : { description }),
		schema: shape,
	}));
}

// Files that [[gateway]] names: passwords and tokens ("file:/run/secrets/partner"), certificates of a private authority. A secret that every user of
// the machine can read is refused: it is no secret. Nothing of a secret is shown.
import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { codeOf } from "../errors.ts";
import { type Mistake, tablesOf, textAt } from "./raw.ts";
import { type Path, pathKey } from "./toml-lines.ts";
import type { Config, GatewayConfig } from "./types.ts";

export interface GatewayFiles {
	/** Settings with the files' contents in the place of their names. */
	readonly fill: (config: Config) => Config;
	readonly mistakes: readonly Mistake[];
	readonly warnings: readonly Mistake[];
}

const SECRETS: readonly (readonly string[])[] = [
	["password"],
	["oauth2", "client_secret"],
	["oauth2", "refresh_token"],
	["oauth2", "access_token"],
];

/** Reads them, relative to `root`. `own`: wellsent.toml itself, and which of its texts come from the environment (by `pathKey`). */
export async function readGatewayFiles(
	raw: unknown,
	root: string,
	own: { readonly file: string | null; readonly used: ReadonlyMap<string, unknown> },
): Promise<GatewayFiles> {
	const mistakes: Mistake[] = [];
	const warnings: Mistake[] = [];
	const contents = new Map<string, string>();
	const place = (written: string) => {
		const name = written.slice("file:".length);
		return isAbsolute(name) ? name : join(root, name);
	};
	const read = async (written: string, path: Path, secret: boolean) => {
		const file = place(written);
		try {
			const { mode } = await stat(file);
			const text = (await readFile(file, "utf8")).trim();
			const wrong = secret ? secretProblem(text, file, mode) : certificateProblem(text, file);
			if (wrong !== null) mistakes.push({ path, ...wrong });
			// Windows has no such bits. Readable by the group: how secrets reach a container, so it is only said.
			else if (secret && process.platform !== "win32" && (mode & 0o040) !== 0)
				warnings.push({ path, what: `${file} can be read by its group`, fix: `run \`chmod 600 ${file}\` if that is not meant` });
			contents.set(written, text);
		} catch (error) {
			const what =
				codeOf(error) === "ENOENT" ? `the file ${file} does not exist` : `the file ${file} cannot be read (${codeOf(error)})`;
			mistakes.push({
				path,
				what,
				fix: "paths start from the folder of wellsent.toml; the user that runs Wellsent must be able to read it",
			});
		}
	};
	const ownMode = own.file === null || process.platform === "win32" ? 0 : (await stat(own.file)).mode;
	const inTheOpen: Path[] = [];
	for (const { path } of tablesOf(raw, ["gateway"])) {
		for (const key of SECRETS) {
			const written = textAt(raw, [...path, ...key]);
			if (written?.startsWith("file:")) await read(written, [...path, ...key], true);
			else if (written !== null && (ownMode & 0o004) !== 0 && !own.used.has(pathKey([...path, ...key])))
				inTheOpen.push([...path, ...key]);
		}
		const ca = textAt(raw, [...path, "ca"]);
		if (ca?.startsWith("file:")) await read(ca, [...path, "ca"], false);
	}
	const [first, ...others] = inTheOpen;
	// One for all: it is the file that is to be mended.
	if (first !== undefined)
		warnings.push({
			path: first,
			what: `stands in a file that every user of this machine can read${others.length === 0 ? "" : `, as do ${others.length} more secrets of gateways`}`,
			fix: `run \`chmod 600 ${own.file}\`, or take it from the environment ("\${NAME}") or a file of its own ("file:/run/secrets/…")`,
		});
	const filled = (text: string | null) => (text === null ? null : (contents.get(text) ?? text));
	const fill = (gateway: GatewayConfig): GatewayConfig => {
		const { oauth2 } = gateway;
		return {
			...gateway,
			password: filled(gateway.password),
			// Its key has lost its "file:" by now.
			ca: gateway.ca === null ? null : filled(`file:${gateway.ca}`),
			oauth2:
				oauth2 === null
					? null
					: {
							...oauth2,
							clientSecret: filled(oauth2.clientSecret),
							refreshToken: filled(oauth2.refreshToken),
							accessToken: filled(oauth2.accessToken),
						},
		};
	};
	return { fill: (config) => ({ ...config, gateways: config.gateways.map(fill) }), mistakes, warnings };
}

function secretProblem(text: string, file: string, mode: number): { what: string; fix: string } | null {
	if (text === "") return { what: `the file ${file} is empty`, fix: "write the secret into it, on one line" };
	if (/[\u0000-\u001f\u007f]/.test(text))
		return { what: `the file ${file} holds more than one line, or a control character`, fix: "write only the secret into it" };
	if (process.platform !== "win32" && (mode & 0o007) !== 0)
		return { what: `${file} is open to every user of this machine`, fix: `run \`chmod 600 ${file}\`, and change the password` };
	return null;
}

function certificateProblem(text: string, file: string): { what: string; fix: string } | null {
	try {
		new X509Certificate(text);
		return null;
	} catch {
		return { what: `${file} holds no certificate in PEM`, fix: "it must begin with -----BEGIN CERTIFICATE-----" };
	}
}

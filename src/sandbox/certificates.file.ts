// The certificates of the simulated hosts: fixed test material of world/tls/, read once a start.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { projectRoot } from "../config/project-root.ts";

/** Key and certificate, PEM. */
export interface Certificate {
	readonly key: string;
	readonly cert: string;
}

/** A shipped pair: `good` is self-signed and valid until 2056 for *.test names, `expired` ended in 2020. */
export function shippedCertificate(name: "good" | "expired"): Certificate {
	const folder = join(projectRoot(), "src/sandbox/world/tls");
	return {
		key: readFileSync(join(folder, `${name}.key.pem`), "utf8"),
		cert: readFileSync(join(folder, `${name}.cert.pem`), "utf8"),
	};
}

/** Contexts for every host; `own` replaces the good one. */
export function secureContexts(own?: Certificate): { readonly good: SecureContext; readonly expired: SecureContext } {
	return {
		good: createSecureContext(own ?? shippedCertificate("good")),
		expired: createSecureContext(shippedCertificate("expired")),
	};
}

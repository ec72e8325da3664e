// The wellsent.toml that sends into a running sandbox, for rehearsals from other terminals. Pure.
import { toToml } from "../config/keys.ts";

export interface SandboxPlace {
	/** "127.0.0.1:5353" */
	readonly dns: string;
	readonly smtpPort: number;
	readonly sources: readonly { readonly name: string; readonly address: string; readonly ehlo: string }[];
	readonly domain: string;
	/** Selector and file of each key, relative to the settings. */
	readonly keys: readonly { readonly selector: string; readonly file: string }[];
}

/** Retries are quick there, so that an hour of greylisting can be watched in a minute. */
export function sandboxSettings(place: SandboxPlace): string {
	const sources = place.sources.map(
		({ name, address, ehlo }) => `[[source]]\nname = ${toToml(name)}\naddress = ${toToml(address)}\nehlo = ${toToml(ehlo)}\n`,
	);
	return `# Settings that send into the sandbox of this machine: nothing can leave it. The ports hold while that sandbox runs.
[dns]
servers = ${toToml([place.dns])}

[smtp]
port = ${place.smtpPort}
timeout = { connect = "5s", greeting = "10s", command = "10s", body = "20s" }

[retry]
waits = ["20s", "40s", "1m", "2m"]
give_up = "15m"

${sources.join("\n")}
# Loopback addresses are watched only when they are named; the sandbox's blacklists know them.
[blacklist]
subjects = ${toToml(place.sources.map((source) => source.address).filter((address) => address !== "127.0.0.1"))}

[[identity]]
from = ${toToml(`@${place.domain}`)}
name = "Wellsent Letter"
return_path = ${toToml(`bounces.${place.domain}`)}
dkim = ${toToml(place.keys.map(({ selector, file }) => ({ selector, key: `file:${file}` })))}
postal_address = "1 Example Road, Seoul 04524, Korea"
# The pages of "wellsent serve" with these settings.
unsubscribe = "http://127.0.0.1:8420"
`;
}

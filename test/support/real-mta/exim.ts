// Starts an Exim of a test's own: catch-all for its domains into one maildir, nothing ever sent on.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import {
	makeOwnedFolder,
	type Place,
	type RealMta,
	type RealMtaOptions,
	type Software,
	settingLines,
	startInstance,
} from "./instance.ts";

const exim: Software = {
	name: "exim",
	account: "Debian-exim",
	logFiles: ["log/mainlog", "log/paniclog"],
	recipientField: "Envelope-to",
	prepare,
};

/** Starts Exim; see {@link RealMtaOptions}. Throws when it does not start. */
export function startExim(options: RealMtaOptions): Promise<RealMta> {
	return startInstance(exim, options);
}

async function prepare(place: Place): Promise<readonly string[]> {
	const file = path.join(place.folder, "exim.conf");
	await makeOwnedFolder(path.join(place.folder, "log"), place.owner, 0o750);
	await makeOwnedFolder(path.join(place.folder, "spool"), place.owner, 0o750);
	await writeFile(file, settingLines(mainSettings(place), place.settings) + sections(place), { mode: 0o644 });
	return [path.join(place.installation.root, "usr/sbin/exim4"), "-C", file, "-bdf"];
}

function mainSettings(place: Place): Record<string, string> {
	const program = path.join(place.installation.root, "usr/sbin/exim4");
	return {
		primary_hostname: place.hostname,
		exim_path: program,
		keep_environment: "LD_LIBRARY_PATH",
		spool_directory: path.join(place.folder, "spool"),
		log_file_path: path.join(place.folder, "log/%slog"),
		pid_file_path: path.join(place.folder, "spool/exim.pid"),
		"domainlist ours": place.domains.join(" : "),
		local_interfaces: place.address,
		daemon_smtp_ports: String(place.port),
		disable_ipv6: "true",
		// With -C Exim gives up root when it calls itself to deliver. Delivering as its own user from the start avoids the call
		// (a program start for each message), and all mail goes to one owner anyway.
		deliver_drop_privilege: "true",
		acl_smtp_rcpt: "rcpt",
		// No name is ever looked up: tests have no network. (The DKIM check, the other one that asks, is off in the ACL.)
		host_lookup: "",
		helo_lookup_domains: "",
		rfc1413_hosts: "",
		tls_advertise_hosts: "*",
		tls_certificate: place.certificateFile,
		tls_privatekey: place.keyFile,
		smtputf8_advertise_hosts: "*",
		...(place.login === null ? {} : { auth_advertise_hosts: `\${if def:tls_in_cipher {*}{}}` }),
		// A thousand messages at once from one client, each delivered when it comes.
		smtp_accept_max: "0",
		smtp_accept_queue_per_connection: "0",
		smtp_accept_max_per_connection: "0",
		smtp_connect_backlog: "256",
	};
}

function authenticators({ user, password, mechanisms }: NonNullable<Place["login"]>): string {
	const both = (name: string, word: string) => `\${if and{{eq{$${name}}{${user}}}{eq{$${word}}{${password}}}}}`;
	const known: Readonly<Record<string, string>> = {
		PLAIN: `plain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n  server_condition = ${both("auth2", "auth3")}\n  server_set_id = $auth2\n`,
		LOGIN: `login:\n  driver = plaintext\n  public_name = LOGIN\n  server_prompts = Username:: : Password::\n  server_condition = ${both("auth1", "auth2")}\n  server_set_id = $auth1\n`,
		"CRAM-MD5": `cram:\n  driver = cram_md5\n  public_name = CRAM-MD5\n  server_secret = \${if eq{$auth1}{${user}}{${password}}fail}\n  server_set_id = $auth1\n`,
	};
	return `begin authenticators\n${mechanisms.map((name) => known[name] ?? "").join("")}`;
}

function sections(place: Place): string {
	return `
${place.login === null ? "" : authenticators(place.login)}
begin acl
rcpt:
${place.login === null ? "" : "  deny\n    !authenticated = *\n    message = authentication required\n"}  accept
    domains = +ours
    control = dkim_disable_verify
  deny
    message = relay not permitted

begin routers
catch_all:
  driver = accept
  domains = +ours
  transport = maildir

begin transports
maildir:
  driver = appendfile
  directory = ${path.join(place.folder, "mail")}
  maildir_format
  envelope_to_add
  return_path_add
`;
}

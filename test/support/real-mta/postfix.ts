// Starts a Postfix of a test's own: catch-all for its domains into one maildir, nothing ever sent on.
//
// `master` is run directly instead of through `postfix start`: it stays in the foreground as our child, and needs neither
// the shell scripts' tools nor any file of /etc/postfix.
import { mkdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeCyrusAccount } from "./cyrus-sasl.ts";
import {
	makeOwnedFolder,
	numericIds,
	type Place,
	type RealMta,
	type RealMtaOptions,
	type Software,
	settingLines,
	startInstance,
} from "./instance.ts";
import { saslPlugins } from "./packages.ts";

const postfix: Software = {
	name: "postfix",
	// Not the account "postfix": that owns the queue, and Postfix keeps the two apart.
	account: "nobody",
	logFiles: ["maillog"],
	recipientField: "X-Original-To",
	prepare,
};

/** Starts Postfix; see {@link RealMtaOptions}. Throws when it does not start. */
export function startPostfix(options: RealMtaOptions): Promise<RealMta> {
	return startInstance(postfix, options);
}

async function prepare(place: Place): Promise<readonly string[]> {
	const config = path.join(place.folder, "etc");
	const queue = path.join(place.folder, "queue");
	const mailUser = await numericIds("postfix");
	await mkdir(config);
	await mkdir(queue);
	await makeOwnedFolder(path.join(place.folder, "data"), mailUser, 0o700);
	await mkdir(path.join(queue, "pid"));
	const queues = ["active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "saved", "trace"];
	for (const name of [...queues, "private"]) await makeOwnedFolder(path.join(queue, name), mailUser, 0o700);
	await makeOwnedFolder(path.join(queue, "public"), mailUser, 0o710);
	await makeCyrusAccount(config, place);
	await writeAged(path.join(config, "main.cf"), settingLines(mainSettings(place, config, queue), place.settings));
	await writeAged(path.join(config, "master.cf"), services(place));
	return [path.join(place.installation.root, "usr/lib/postfix/sbin/master"), "-d", "-c", config];
}

/** Postfix waits about 2 s for a configuration file that changed just now to settle; a file from an hour ago has settled. */
async function writeAged(file: string, text: string): Promise<void> {
	const hourAgo = Date.now() / 1000 - 3600;
	await writeFile(file, text);
	await utimes(file, hourAgo, hourAgo);
}

function mainSettings(place: Place, config: string, queue: string): Record<string, string> {
	const { root, libraryPath } = place.installation;
	return {
		compatibility_level: "3.6",
		config_directory: config,
		queue_directory: queue,
		data_directory: path.join(place.folder, "data"),
		daemon_directory: path.join(root, "usr/lib/postfix/sbin"),
		command_directory: path.join(root, "usr/sbin"),
		shlib_directory: path.join(root, "usr/lib/postfix"),
		meta_directory: config,
		// master clears its children's environment; without this they do not find the unpacked libraries.
		import_environment: `MAIL_CONFIG MAIL_LOGTAG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME LD_LIBRARY_PATH=${libraryPath} SASL_PATH=${saslPlugins(root)}`,
		maillog_file: path.join(place.folder, "maillog"),
		maillog_file_prefixes: place.folder,

		myhostname: place.hostname,
		myorigin: place.hostname,
		// Not the address itself: Postfix knows only the addresses that interfaces list, and refuses 127.0.0.5. master.cf names it.
		inet_interfaces: "127.0.0.1",
		inet_protocols: "ipv4",

		// What is taken: any local part of our domains, into one maildir. Everything else is refused, loopback clients included.
		mynetworks: "",
		mydestination: "",
		relay_domains: "",
		alias_maps: "",
		local_recipient_maps: "",
		virtual_alias_maps: "",
		virtual_mailbox_domains: place.domains.join(", "),
		virtual_mailbox_base: place.folder,
		virtual_mailbox_maps: "static:mail/",
		virtual_uid_maps: `static:${place.owner.uid}`,
		virtual_gid_maps: `static:${place.owner.gid}`,
		virtual_mailbox_limit: "0",
		smtpd_relay_restrictions: "reject_unauth_destination",

		// Nothing leaves: there is no smtp(8) in master.cf either.
		local_transport: "error:this server only receives",
		default_transport: "error:this server only receives",
		relay_transport: "error:this server only receives",

		// No name is ever looked up: tests have no network.
		smtpd_peername_lookup: "no",
		smtp_dns_support_level: "disabled",
		fast_flush_domains: "",

		smtpd_tls_security_level: "may",
		smtpd_tls_cert_file: place.certificateFile,
		smtpd_tls_key_file: place.keyFile,
		smtpd_tls_loglevel: "1",
		smtpd_tls_received_header: "yes",

		// A thousand messages at once from one client. With every limit 0, smtpd does not ask anvil(8), which does not run.
		default_process_limit: "200",
		smtpd_client_connection_count_limit: "0",
		smtpd_client_connection_rate_limit: "0",
		smtpd_client_message_rate_limit: "0",
		smtpd_client_recipient_rate_limit: "0",
		smtpd_client_new_tls_session_rate_limit: "0",
		in_flow_delay: "0",
		virtual_destination_concurrency_limit: "50",
	};
}

function services(place: Place): string {
	return `# service type private unpriv chroot wakeup maxproc command
${place.address}:${place.port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
`;
}

// The account of a Postfix with Cyrus SASL: a real password database (sasldb) made by saslpasswd2, read by the real libsasl2 and its mechanisms inside smtpd.
// This file starts no process that stays: Cyrus SASL is a library.
import { execFile } from "node:child_process";
import { chown, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { numericIds, type Place } from "./instance.ts";
import { saslPlugins } from "./packages.ts";

const run = promisify(execFile);

/** Makes it in `config`/sasl, where Debian's Postfix looks before anywhere else. The user is a whole address; what follows the "@" is its realm. */
export async function makeCyrusAccount(config: string, { installation, login }: Place): Promise<void> {
	if (login === null) return;
	const { root, libraryPath } = installation;
	const folder = path.join(config, "sasl");
	const database = path.join(folder, "sasldb2");
	await mkdir(folder);
	await writeFile(
		path.join(folder, "smtpd.conf"),
		`pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: ${database}\nmech_list: ${login.mechanisms.join(" ")}\n`,
	);
	const [name = "", realm = ""] = login.user.split("@");
	const made = run(path.join(root, "usr/sbin/saslpasswd2"), ["-p", "-c", "-f", database, "-u", realm, name], {
		env: { ...process.env, LD_LIBRARY_PATH: libraryPath, SASL_PATH: saslPlugins(root) },
	});
	made.child.stdin?.end(login.password);
	await made;
	const { uid, gid } = await numericIds("postfix");
	await chown(database, uid, gid);
}

// Brings Postfix, Cyrus SASL and Exim to this machine: Debian's own packages, unpacked side by side into one cache folder.
//
// Unpacked and not installed, because apt lets only one mail server be installed, and because an installed one starts,
// takes port 25 and asks questions. Nothing outside the cache folder changes, except that the system users which the
// packages' own install scripts would add (postfix, postdrop, Debian-exim) are added: both servers look them up by name and
// refuse to start without them. This file starts nothing: postfix.ts and exim.ts do.
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Root's own cache, not /tmp: root runs these binaries, so nobody else may be able to put a file in their place. */
const cache = "/var/cache/wellsent-real-mta";
const packages = ["postfix", "exim4-daemon-light", "sasl2-bin"];
/** Cyrus SASL is taken whole, whatever part of it this machine has: its library and its plug-ins must be of one version. */
const sasl = ["libsasl2-2", "libsasl2-modules", "libsasl2-modules-db", "libdb5.3"];

/** The unpacked tree: `root` stands for `/` of the packages; `libraryPath` is what LD_LIBRARY_PATH must be to run them. */
export interface MtaInstallation {
	readonly root: string;
	readonly libraryPath: string;
}

/** Whether real mail servers can be started here; if not, `reason` says what to do about it. */
export type MtaAvailability =
	| { readonly available: true; readonly installation: MtaInstallation }
	| { readonly available: false; readonly reason: string };

let asked: Promise<MtaAvailability> | undefined;

/**
 * Makes both servers ready to start (about 0.1 s from the cache; a few seconds and the network the first time). Asked
 * once for each process. Says on stderr why not, when not.
 *
 * @throws Error with the reason when CI=true: there a missing server is a failure and never a skipped test.
 */
export function realMtaAvailability(): Promise<MtaAvailability> {
	asked ??= bring().then((found) => {
		if (found.available) return found;
		if (process.env["CI"] === "true") throw new Error(found.reason);
		// The runner's summary shows that tests were skipped, but not the reason, which is in the suite's title.
		process.stderr.write(`${found.reason}\n`);
		return found;
	});
	return asked;
}

async function bring(): Promise<MtaAvailability> {
	const wish = "to run them, be root on Debian 12 with the openssl command and apt's mirrors in reach (see .ci/run)";
	if (process.getuid?.() !== 0) return { available: false, reason: `Postfix and Exim need root; ${wish}` };
	try {
		await run("openssl", ["version"]);
		if ((await missingLibraries(cache)) !== "") await unpackPackages();
		await addUsers();
	} catch (error) {
		return { available: false, reason: `Postfix and Exim could not be fetched (${String(error)}); ${wish}` };
	}
	return { available: true, installation: installationAt(cache) };
}

function installationAt(root: string): MtaInstallation {
	const folders = ["usr/lib/postfix", `usr/lib/${triplet()}`, `lib/${triplet()}`];
	return { root, libraryPath: folders.map((folder) => path.join(root, folder)).join(":") };
}

/** Where libsasl2 finds its mechanisms in the unpacked tree. */
export function saslPlugins(root: string): string {
	return path.join(root, `usr/lib/${triplet()}/sasl2`);
}

function triplet(): string {
	return { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[process.arch as "x64" | "arm64"];
}

/** What keeps the tree from running, in ldd's words: "" when both servers are there with every library they load. */
async function missingLibraries(root: string): Promise<string> {
	const postfix = ["master", "smtpd", "virtual"].map((name) => `usr/lib/postfix/sbin/${name}`);
	const mechanisms = ["libsasldb.so.2", "libplain.so.2", "libcrammd5.so.2"].map((name) => `usr/lib/${triplet()}/sasl2/${name}`);
	const programs = ["usr/sbin/exim4", "usr/sbin/saslpasswd2", ...postfix, ...mechanisms];
	try {
		const { stdout } = await run(
			"ldd",
			programs.map((program) => path.join(root, program)),
			{ env: { ...process.env, LD_LIBRARY_PATH: installationAt(root).libraryPath } },
		);
		return stdout
			.split("\n")
			.filter((line) => line.includes("not found"))
			.join("\n");
	} catch (error) {
		return String(error);
	}
}

async function unpackPackages(): Promise<void> {
	await mkdir(path.dirname(cache), { recursive: true });
	const work = await mkdtemp(`${cache}-`);
	try {
		const debs = path.join(work, "debs");
		const tree = path.join(work, "tree");
		await mkdir(debs);
		await mkdir(tree);
		await downloadInto(debs).catch(async () => {
			// Most often the package lists are missing (a container image) or older than the mirror.
			await apt(["update"]);
			await downloadInto(debs);
		});
		for (const deb of await readdir(debs)) await run("dpkg", ["-x", path.join(debs, deb), tree]);
		// A set-user-ID program ignores LD_LIBRARY_PATH, and nothing here needs it: exim.ts delivers as one user throughout.
		await chmod(path.join(tree, "usr/sbin/exim4"), 0o755);
		await chmod(tree, 0o755);
		const missing = await missingLibraries(tree);
		if (missing !== "") throw new Error(missing);
		await rm(cache, { recursive: true, force: true });
		// Another test process may have been quicker; its tree is as good.
		await rename(tree, cache).catch(async (error: unknown) => {
			if ((await missingLibraries(cache)) !== "") throw error;
		});
	} finally {
		await rm(work, { recursive: true, force: true });
	}
}

async function downloadInto(folder: string): Promise<void> {
	const depends = await run("apt-cache", ["depends", "--important", ...packages]);
	const named = [...depends.stdout.matchAll(/^ +Depends: (lib\S+)$/gm)].map((match) => match[1] ?? "");
	// apt itself says which libraries are not yet (in the right version) on this machine. The C library stays the system's:
	// it must match the system's dynamic loader.
	const simulated = await apt(["install", "--simulate", "--no-upgrade", "--no-install-recommends", ...new Set(named)]);
	const libraries = [...simulated.matchAll(/^Inst (lib\S+) /gm)].map((match) => match[1] ?? "");
	const wanted = libraries.filter((name) => !/^libc6|-dev$/.test(name));
	await apt(["download", ...new Set([...packages, ...sasl, ...wanted])], folder);
}

async function apt(argv: readonly string[], cwd = "/"): Promise<string> {
	// Sandbox::User: apt's own user may not write to our folder. Timeouts: without a network, fail soon.
	const options = ["APT::Sandbox::User=root", "Acquire::Retries=2", "Acquire::http::Timeout=20", "Acquire::https::Timeout=20"];
	const { stdout } = await run("apt-get", ["-q", ...options.flatMap((option) => ["-o", option]), ...argv], {
		cwd,
		env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
		maxBuffer: 16 * 1024 * 1024,
	});
	return stdout;
}

async function addUsers(): Promise<void> {
	const account = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", "--user-group"];
	for (const user of ["postfix", "Debian-exim"]) await addUnlessThere("passwd", user, "useradd", [...account, user]);
	await addUnlessThere("group", "postdrop", "groupadd", ["--system", "postdrop"]);
}

async function addUnlessThere(database: string, name: string, command: string, argv: readonly string[]): Promise<void> {
	const there = () => run("getent", [database, name]);
	// useradd and groupadd live in /usr/sbin, which a plain user's PATH carried over by su does not have.
	const env = { ...process.env, PATH: `/usr/sbin:/sbin:${process.env["PATH"] ?? "/usr/bin:/bin"}` };
	await there().catch(() => run(command, [...argv], { env }).catch(there));
}

// One running mail server of a test, whichever software it is: its temp folder, certificate, process, log and mailbox.
//
// What the software needs to know (configuration, command line) comes from postfix.ts and exim.ts.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { MtaInstallation } from "./packages.ts";

const run = promisify(execFile);

/** What a test asks for. */
export interface RealMtaOptions {
	readonly installation: MtaInstallation;
	/** The domains it takes mail for, any local part; to every other domain it answers 550 or 554. */
	readonly domains: readonly string[];
	/** A loopback address, such as 127.0.0.5. */
	readonly address: string;
	/** Left out: a free one. */
	readonly port?: number;
	/** The host name in its greeting, Received fields and certificate. Left out: `mx.` before the first domain. */
	readonly hostname?: string;
	/** Settings of main.cf, or of the main section of Exim's configuration, that replace ours. */
	readonly settings?: Readonly<Record<string, string>>;
	/**
	 * An account and the mechanisms that are offered. Exim: nothing is taken before a login, and none is offered before TLS. Postfix: Cyrus SASL knows it;
	 * what it may do is for `settings`.
	 */
	readonly login?: { readonly user: string; readonly password: string; readonly mechanisms: readonly string[] };
}

/** One message in the mailbox. */
export interface DeliveredMail {
	/** The envelope recipient as it came in RCPT TO. */
	readonly to: string;
	/** The file as the server wrote it: its own Return-Path, recipient and Received fields first; line ends are LF. */
	readonly raw: Buffer;
}

/** A running server. */
export interface RealMta {
	/** The software: "postfix" or "exim". */
	readonly name: string;
	readonly address: string;
	readonly port: number;
	readonly hostname: string;
	/** Its self-signed certificate (PEM), for a test that verifies it. */
	readonly certificate: string;
	/** All messages delivered so far, oldest first. A server answers 250 before it delivers: see {@link waitForMail}. */
	mailboxes(): Promise<DeliveredMail[]>;
	/** The messages once there are at least `count`; throws with the end of the log after `withinMs` (30 s). */
	waitForMail(count: number, withinMs?: number): Promise<DeliveredMail[]>;
	/** Everything it has logged. */
	log(): Promise<string>;
	/** Ends every process of it and removes its folder. May be called twice. */
	stop(): Promise<void>;
}

/** Where an instance lives, for a configuration to name. */
export interface Place {
	readonly installation: MtaInstallation;
	readonly folder: string;
	readonly address: string;
	readonly port: number;
	readonly hostname: string;
	readonly domains: readonly string[];
	readonly settings: Readonly<Record<string, string>>;
	readonly login: NonNullable<RealMtaOptions["login"]> | null;
	readonly certificateFile: string;
	readonly keyFile: string;
	/** Numeric user and group that own the mailbox and deliver into it. */
	readonly owner: { readonly uid: number; readonly gid: number };
}

/** What the two kinds of software differ in. */
export interface Software {
	readonly name: string;
	/** The system account that delivers. */
	readonly account: string;
	/** Log files in the folder, those that may not exist included. */
	readonly logFiles: readonly string[];
	/** The field that holds the envelope recipient. */
	readonly recipientField: string;
	/** Writes the configuration and returns the command that runs the server in the foreground. */
	prepare(place: Place): Promise<readonly string[]>;
}

/** A test that is killed cannot stop its servers; they end by themselves after this long. */
const lifetimeSeconds = 1800;
const startLimitMs = 15_000;

/**
 * Starts a server and resolves when it greets.
 *
 * @throws Error with what the server said when it does not start.
 */
export async function startInstance(software: Software, options: RealMtaOptions): Promise<RealMta> {
	// A free port can be lost between finding it and the server's listening on it; then another one is as good.
	for (let left = options.port === undefined ? 2 : 0; ; left--) {
		try {
			return await startOnce(software, options, options.port ?? (await freePort(options.address)));
		} catch (error) {
			if (left === 0) throw error;
		}
	}
}

async function startOnce(software: Software, options: RealMtaOptions, port: number): Promise<RealMta> {
	const folder = await mkdtemp(path.join(tmpdir(), `wellsent-${software.name}-`));
	// The servers' processes give up root and must still reach their files.
	await chmod(folder, 0o755);
	const hostname = options.hostname ?? `mx.${options.domains[0] ?? "invalid"}`;
	const place: Place = {
		installation: options.installation,
		folder,
		address: options.address,
		port,
		hostname,
		domains: options.domains,
		settings: options.settings ?? {},
		login: options.login ?? null,
		certificateFile: path.join(folder, "certificate.pem"),
		keyFile: path.join(folder, "key.pem"),
		owner: await numericIds(software.account),
	};
	const output: string[] = [];
	let child: ChildProcess | undefined;
	const killNow = () => killGroup(child);

	const log = async () => {
		const files = software.logFiles.map((file) => readFile(path.join(folder, file), "utf8").catch(() => ""));
		return [...output, ...(await Promise.all(files))].join("");
	};
	const stop = async () => {
		process.off("exit", killNow);
		const running = child !== undefined && child.exitCode === null && child.signalCode === null;
		const gone = running && child !== undefined ? once(child, "exit") : undefined;
		// No farewell: everything it could save is removed, and on SIGTERM Postfix lingers for a second.
		killNow();
		await gone;
		await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
	};

	try {
		await makeCertificate(place);
		await makeOwnedFolder(path.join(folder, "mail"), place.owner, 0o700);
		const command = await software.prepare(place);
		const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LD_LIBRARY_PATH: options.installation.libraryPath };
		child = spawn("timeout", ["--kill-after=5", String(lifetimeSeconds), ...command], {
			// A group of its own, so that one signal reaches the server and its children and nobody else.
			detached: true,
			cwd: folder,
			env,
			stdio: ["ignore", "pipe", "pipe"],
		});
		child.stdout?.setEncoding("utf8").on("data", (text: string) => output.push(text));
		child.stderr?.setEncoding("utf8").on("data", (text: string) => output.push(text));
		process.on("exit", killNow);
		await untilItGreets(software.name, child, place, log);
		const certificate = await readFile(place.certificateFile, "utf8");
		const mailboxes = () => readMaildir(path.join(folder, "mail/new"), software.recipientField);
		const waitForMail = async (count: number, withinMs = 30_000) => {
			const deadline = Date.now() + withinMs;
			for (;;) {
				const names = await readdir(path.join(folder, "mail/new")).catch(() => []);
				if (names.length >= count) return mailboxes();
				if (Date.now() > deadline) {
					throw new Error(
						`${software.name} delivered ${names.length} of ${count} messages; its log ends:\n${(await log()).slice(-2000)}`,
					);
				}
				await sleep(20);
			}
		};
		return { name: software.name, address: place.address, port, hostname, certificate, mailboxes, waitForMail, log, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function untilItGreets(name: string, child: ChildProcess, place: Place, log: () => Promise<string>): Promise<void> {
	const deadline = Date.now() + startLimitMs;
	while (!(await greets(place))) {
		const ended = child.exitCode !== null || child.signalCode !== null;
		if (ended || Date.now() > deadline) {
			throw new Error(`${name} ${ended ? "ended" : "does not greet"} at its start; it said:\n${await log()}`);
		}
		await sleep(20);
	}
}

/** Whether the port answers with this server's own greeting: another program may have taken the port. */
function greets(place: Place): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host: place.address, port: place.port });
		const answer = (greeted: boolean) => {
			// A QUIT keeps "lost connection" out of the log that a test reads.
			socket.end(greeted ? "QUIT\r\n" : "");
			resolve(greeted);
		};
		socket.setTimeout(5000, () => answer(false));
		socket.once("error", () => resolve(false));
		socket.once("close", () => resolve(false));
		socket.once("data", (data: Buffer) => answer(data.toString("latin1").startsWith(`220 ${place.hostname} `)));
	});
}

/** Settings as `name = value` lines, those of the test in place of ours. Domain lists and paths hold no line breaks. */
export function settingLines(ours: Readonly<Record<string, string>>, theirs: Readonly<Record<string, string>>): string {
	return Object.entries({ ...ours, ...theirs })
		.map(([name, value]) => `${name} = ${value}\n`)
		.join("");
}

/** Makes a folder for a user of a server that gives up root. */
export async function makeOwnedFolder(folder: string, owner: Place["owner"], mode: number): Promise<void> {
	await mkdir(folder);
	await chown(folder, owner.uid, owner.gid);
	await chmod(folder, mode);
}

/** The numeric user and group of a system account. */
export async function numericIds(account: string): Promise<Place["owner"]> {
	const [uid, gid] = await Promise.all(["-u", "-g"].map(async (option) => Number((await run("id", [option, account])).stdout)));
	return { uid: uid ?? Number.NaN, gid: gid ?? Number.NaN };
}

async function makeCertificate(place: Place): Promise<void> {
	const names = [place.hostname, ...place.domains].map((name) => `DNS:${name}`).join(",");
	const subject = ["-subj", `/CN=${place.hostname}`, "-addext", `subjectAltName=${names},IP:${place.address}`];
	const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", place.keyFile];
	await run("openssl", ["req", "-x509", ...key, "-days", "2", "-out", place.certificateFile, ...subject]);
	// Exim reads the key after it gave up root.
	await chown(place.keyFile, place.owner.uid, place.owner.gid);
}

async function readMaildir(folder: string, recipientField: string): Promise<DeliveredMail[]> {
	const names = await readdir(folder).catch(() => []);
	const ordered = names.map((name) => ({ name, at: deliveredAt(name) })).toSorted((a, b) => a.at - b.at);
	const field = new RegExp(`^${recipientField}: (.*)$`, "im");
	const mails: DeliveredMail[] = [];
	for (const { name } of ordered) {
		const raw = await readFile(path.join(folder, name));
		const [head = ""] = raw.toString("utf8").split("\n\n", 1);
		const to = field.exec(head)?.[1];
		if (to === undefined) throw new Error(`${name} has no ${recipientField}:\n${head}`);
		mails.push({ to, raw });
	}
	return mails;
}

/** When a maildir file was made, in µs: `SECONDS.V…I…Mµs.host` is Postfix's name for it, `SECONDS.HµsP….host` Exim's. */
function deliveredAt(name: string): number {
	const [, seconds, micros] = /^(\d+)\.[^MH]*[MH](\d+)/.exec(name) ?? [];
	return Number(seconds) * 1e6 + Number(micros);
}

async function freePort(address: string): Promise<number> {
	const server = createServer().listen(0, address);
	await once(server, "listening");
	const bound = server.address();
	server.close();
	await once(server, "close");
	if (bound === null || typeof bound === "string") throw new Error(`no port on ${address}`);
	return bound.port;
}

function killGroup(child: ChildProcess | undefined): void {
	if (child?.pid === undefined) return;
	try {
		process.kill(-child.pid, "SIGKILL");
	} catch {
		// ESRCH: all gone already.
	}
}

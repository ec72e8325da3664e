// The catalogue of errors: a stable code, what happened, to whom, and what to do. Data only; errors.ts throws them.
//
// Everything that a person can be told is in here, so that no message exists without its way out, and docs/errors.md is held equal to this list by a test.
// Network trouble is not: it is an outcome of a delivery, not an error of the program.

/** Exit status of the command line: 1 failed, 2 wrong usage or config, 3 refused by a check (limits, preflight, hold). */
export type ExitStatus = 1 | 2 | 3;

export interface ErrorEntry {
	readonly exit: ExitStatus;
	/** What happened. `{name}` is replaced by the detail of that name. */
	readonly what: string;
	/** What to do about it. */
	readonly fix: string;
}

/** One entry a kind of trouble. Codes are never renamed: scripts and search engines hold on to them. */
export const CATALOGUE = {
	// the program
	internal: {
		exit: 1,
		what: "Wellsent made a mistake of its own: {detail}",
		fix: "Report it with the lines of the log above; nothing that was committed is lost.",
	},
	// the database
	"db-locked": {
		exit: 1,
		what: "the database {file} stayed locked by another program for {seconds} s",
		fix: "See who holds it (`fuser {file}`), let it finish, and run the command again. Nothing was changed.",
	},
	"db-read-only": {
		exit: 1,
		what: "the database {file} cannot be written: {detail}",
		fix: "Give the user that runs Wellsent write permission on the file and its folder, or set [database] url to another place.",
	},
	"db-newer": {
		exit: 1,
		what: "the database {file} was made by a newer version of Wellsent (it has migration {migration})",
		fix: "Run the newer version, or restore the backup that was made before the upgrade.",
	},
	"db-damaged": {
		exit: 1,
		what: "the database {file} cannot be read: {detail}",
		fix: "Restore it from a backup (`wellsent db backup` makes them), or move it away to start with an empty one.",
	},
	"db-migration-failed": {
		exit: 1,
		what: "migration {migration} of the database {file} failed: {detail}",
		fix: "Nothing was changed. Report it with the text above.",
	},
	"db-unsupported": {
		exit: 2,
		what: "no database driver serves the address {url}",
		fix: "Use file:./data/wellsent.db (SQLite, one machine).",
	},
	// gateways
	"gateway-key-unusable": {
		exit: 1,
		what: "the key that seals access tokens, {file}, cannot be used: {detail}",
		fix: "Give the user that runs Wellsent read and write permission on it, or remove it: new tokens are asked for then.",
	},
	"gateway-unknown": {
		exit: 2,
		what: 'there is no gateway "{name}"',
		fix: "{hint}",
	},
	"gateway-failed": {
		exit: 1,
		what: "gateway {name}: {what}",
		fix: "{fix}",
	},
	"grant-unknown": {
		exit: 1,
		what: "{subject} was not allowed gateway {gateway} by command",
		fix: "See `wellsent gateways show {gateway}`; what wellsent.toml allows is changed there.",
	},
	"route-refused": {
		exit: 3,
		what: "{what}: {rule}",
		fix: "{fix}",
	},
	// compose
	"campaign-missing": {
		exit: 2,
		what: "{dir} is not a campaign folder: {detail}",
		fix: "Name a folder that holds campaign.toml and one of body.html, body.mjml or body.md.",
	},
	"campaign-invalid": {
		exit: 2,
		what: "the campaign in {dir} cannot be sent as it is: {detail}",
		fix: "Correct the places named, then add or check the campaign again. Nothing was sent.",
	},
	"reader-refused": {
		exit: 1,
		what: "no message can be made for {email}: {detail}",
		fix: "Correct that contact, or give the template a default for readers without the field; the other readers are not affected.",
	},
	"dkim-key-unusable": {
		exit: 2,
		what: "the DKIM key {file} (selector {selector}) cannot be used: {detail}",
		fix: "Make a key with `wellsent init`, or correct `dkim` of the [[identity]]. Nothing is sent unsigned in the meantime.",
	},
	"dkim-signing-failed": {
		exit: 1,
		what: "a message could not be signed with the DKIM key {selector} of {domain}: {detail}",
		fix: "Check the key file with `wellsent check`. The message was not sent: Wellsent never sends unsigned what it should sign.",
	},
	// contacts
	"csv-unreadable": {
		exit: 1,
		what: "{file} cannot be read: {detail}",
		fix: "See that the file is there and that the user running Wellsent may read it. Nothing was imported.",
	},
	"csv-encoding": {
		exit: 1,
		what: "{file} is not {encoding}: line {line} has bytes that mean nothing in it",
		fix: "{hint} Nothing was imported.",
	},
	"csv-quoting": {
		exit: 1,
		what: "{file} cannot be read as CSV at line {line}: {detail}",
		fix: 'Mend that line (a value with a quotation mark is written "5"" pipe", marks doubled). Nothing was imported.',
	},
	"csv-empty": {
		exit: 1,
		what: "{file} is empty",
		fix: "The first line names the columns, one of them email; each line after it is a reader.",
	},
	"csv-no-email": {
		exit: 1,
		what: "{file} has no column of addresses; its first line is: {header}",
		fix: "Name one column email (or e-mail, 이메일, 메일). Nothing was imported.",
	},
	"csv-repeated-column": {
		exit: 1,
		what: "{file} has the column {column} twice, in one meaning",
		fix: "Rename or remove one of them, so that no value is lost. Nothing was imported.",
	},
	"import-interrupted": {
		exit: 1,
		what: "the import of {file} stopped: {detail}. Its rows up to line {line} are imported, none after it",
		fix: "Run the same command again when the cause is gone: rows that are in already change nothing.",
	},
	"list-unknown": {
		exit: 2,
		what: "there is no list named {list}",
		fix: "`wellsent contacts lists` shows the lists; `wellsent contacts import {list} FILE.csv` makes a new one.",
	},
	"list-name": {
		exit: 2,
		what: "{list} cannot be the name of a list: {detail}",
		fix: "Use 1 to 100 characters without line breaks, commas or spaces at the ends.",
	},
	"suppression-subject": {
		exit: 2,
		what: "{subject} cannot be suppressed: {detail}",
		fix: "Give an address (kim@example.com), or @example.com for everybody at a domain.",
	},
	// sandbox/
	"sandbox-zone-bad": {
		exit: 2,
		what: "line {line} of the sandbox's zones cannot be read: {detail}: {text}",
		fix: "Write it as `name [ttl] TYPE data`, for example `good.test 300 MX 10 mx1.good.test`.",
	},
	"sandbox-world-bad": {
		exit: 2,
		what: "the sandbox's world is wrong: {detail}",
		fix: "Correct that entry of the world; src/sandbox/manners.ts says what a host may be told.",
	},
	"sandbox-port-taken": {
		exit: 1,
		what: "the sandbox cannot listen on port {port}: {detail}",
		fix: "Stop the program that holds the port, or take port 0 (any free one).",
	},
	"sandbox-record": {
		exit: 1,
		what: "the sandbox cannot write its record {path}: {detail}",
		fix: "Give a path in a folder that may be written.",
	},
	// config
	"config-missing": {
		exit: 2,
		what: "there is no config file {file}",
		fix: "Check the name after --config. Without --config, ./wellsent.toml is read when it exists; `wellsent init` writes one.",
	},
	"config-unreadable": {
		exit: 2,
		what: "the config file {file} cannot be read: {detail}",
		fix: "Give the user that runs Wellsent permission to read it, and save it as UTF-8 text.",
	},
	"config-syntax": {
		exit: 2,
		what: "{file} line {line}, column {column} is not TOML: {detail}{excerpt}",
		fix: "Correct that line: texts stand in double quotes, lists in [ ], tables in { }, and each key on a line of its own.",
	},
	"config-invalid": {
		exit: 2,
		what: "{file} has {count}",
		fix: "Correct them and run `wellsent config print` to see the settings in force. Nothing was started.",
	},
	// replies/, log/
	"rules-unreadable": {
		exit: 2,
		what: "the rules for replies in {file} cannot be read: {detail}",
		fix: "Correct [replies] rules in wellsent.toml, or that file. Nothing was started.",
	},
	"rules-invalid": {
		exit: 2,
		what: "the rules for replies in {file} have {count}",
		fix: "Correct them; docs/hosts.md shows how a rule is written, `wellsent rules test` tries a reply. Nothing was started.",
	},
	"host-unknown": {
		exit: 2,
		what: "the ledger knows no MX host {host}",
		fix: "See `wellsent hosts` for those it knows.",
	},
	"site-unspoken": {
		exit: 2,
		what: "no MX host of {site} was ever spoken to",
		fix: "See `wellsent hosts` for the sites that were.",
	},
	"hold-unknown": { exit: 2, what: "there is no hold {id} in force", fix: "See `wellsent holds`." },
	// campaign/
	"campaign-unknown": {
		exit: 2,
		what: "there is no campaign {id} ({known})",
		fix: "See `wellsent campaign list`, or make one with `wellsent campaign add DIR --list LIST`.",
	},
	"campaign-state": {
		exit: 3,
		what: 'campaign {id} "{name}" is {state}: "{command}" is possible only for one that is {from}',
		fix: "See `wellsent campaign show {id}`.",
	},
	"fix-unwritable": {
		exit: 1,
		what: "the smaller copy cannot be written to {folder}: {detail}",
		fix: "Give this user the right to write there (and to [images] hosted_folder), or make room. The original is as it was.",
	},
	"campaign-refused": {
		exit: 3,
		what: 'campaign "{name}" was not started: {count} of its checks failed',
		fix: "Mend what is listed above, see `wellsent campaign check {id}`, and start it again. Nothing was sent.",
	},
	"identity-unknown": {
		exit: 2,
		what: "the identity {identity} may not send: no [[identity]] in the config allows it",
		fix: 'Add an [[identity]] with from = "{identity}" (or "@{domain}" for the whole domain), or correct `identity` in campaign.toml.',
	},
	"schedule-refused": {
		exit: 3,
		what: 'campaign "{name}" was not scheduled: {count} of its checks failed',
		fix: "Mend what is listed above, see `wellsent campaign check {id}`, and schedule it again. Nothing was changed.",
	},
	"time-unreadable": {
		exit: 2,
		what: "{typed} is no time",
		fix: 'Write day and time, e.g. "2026-12-01 09:00", also with seconds or an offset: "2026-12-01 09:00:30+09:00".',
	},
	"time-past": { exit: 2, what: "{typed} in {zone} is past: it is {now} there now", fix: "Write a later time." },
	"time-missing": {
		exit: 2,
		what: "{typed} does not exist in {zone}: the clocks are set forward past it",
		fix: 'Write the time that is meant: "{first}" or "{second}".',
	},
	"time-twice": {
		exit: 2,
		what: "{typed} comes twice in {zone}, when the clocks are set back: {first} and {second}",
		fix: 'Say which: --first or --second, or write the offset with it: "{first}".',
	},
	"time-offset": {
		exit: 2,
		what: "{typed}: the clocks of {zone} are not at {offset} then",
		fix: 'Leave the offset out, or write the right one: "{right}".',
	},
	"zone-unknown": { exit: 2, what: "there is no time zone {zone}", fix: "{hint}" },
	"cron-invalid": { exit: 2, what: "{detail}", fix: "{hint}" },
	"series-unknown": { exit: 2, what: "there is no series {name}", fix: "See `wellsent series list`. {hint}" },
	"series-exists": {
		exit: 2,
		what: "there is a series {name} already",
		fix: "Give the new one another name with --name, or remove the old one.",
	},
	"series-ended": { exit: 3, what: "the series {name} was removed", fix: "Add it again with `wellsent series add`." },
	"address-invalid": { exit: 2, what: "{address} is not an address that mail can be sent to: {problem}", fix: "Correct it." },
	// cli
	usage: { exit: 2, what: "{detail}", fix: "See `{command} --help`." },
	"file-exists": {
		exit: 2,
		what: "{file} is there already",
		fix: "Move it away, name another file, or say --force to replace it.",
	},
	"file-unwritable": {
		exit: 1,
		what: "{file} cannot be written: {detail}",
		fix: "Name a place that the user running Wellsent may write to.",
	},
	"port-in-use": {
		exit: 1,
		what: "the dashboard cannot listen on {address}: {detail}",
		fix: "Stop what holds it (another `wellsent serve`?), or set [web] listen in wellsent.toml to another port.",
	},
	"campaign-unfinished": {
		exit: 3,
		what: 'campaign {id} "{name}" is going from this folder to this list already, and is {state}',
		fix: "Go on with it: `{resume}`. To send to everybody once more nevertheless: --again. Nothing was sent.",
	},
	"nobody-to-preview": {
		exit: 1,
		what: "campaign {id} has no reader that a message could be made for",
		fix: "Import readers into its list, see `wellsent campaign check {id}`, or name one with --to.",
	},
	// api/, web/
	unauthorized: {
		exit: 2,
		what: "this needs the token of [web] token, and none or a wrong one was given",
		fix: "Send it as `Authorization: Bearer TOKEN`, or sign in at /login with a browser.",
	},
	"cross-site": {
		exit: 3,
		what: "the request came from another web site ({origin}) and was refused",
		fix: "Open the dashboard itself and try again. If you typed the address, use the one of [web] listen.",
	},
	"request-invalid": {
		exit: 2,
		what: "the request is not understood: {detail}",
		fix: "See /api/v1/openapi.json for what it takes.",
	},
	"suppression-unknown": {
		exit: 2,
		what: "{subject} is not suppressed",
		fix: "See `wellsent suppress list`; a domain is written @example.com.",
	},
	"route-unknown": { exit: 2, what: "there is nothing at {path}", fix: "See /api/v1/openapi.json for what there is." },
	// deliver/
	"already-running": {
		exit: 1,
		what: "another Wellsent ({role}, process {pid} on {host}) is sending from this database",
		fix: "Give commands to it (they work beside it), or stop it first: two senders would spend every limit twice.",
	},
	// alerts/
	"incident-unknown": { exit: 2, what: "there is no incident {id}", fix: "See `wellsent alerts` for their numbers." },
	"incident-over": {
		exit: 2,
		what: "incident {id} is over since {at}",
		fix: "There is nothing to acknowledge: see `wellsent alerts` for what is open.",
	},
	"mute-unknown": { exit: 2, what: "no mute {id} is in force", fix: "See `wellsent alerts` for what is muted." },
	// jobs/
	"job-unknown": { exit: 2, what: "there is no job {name}", fix: "{hint} See `wellsent jobs list`." },
	"job-running": {
		exit: 1,
		what: "the job {name} is being run by another process right now",
		fix: "Wait for it: `wellsent jobs list` shows when it ends.",
	},
	"job-failed": {
		exit: 1,
		what: "the job {name} failed: {detail}",
		fix: "Remove the cause and run it again; it is tried again at its next time anyway.",
	},
	// inbound
	"inbound-port-taken": {
		exit: 1,
		what: "bounces and complaints cannot be listened for on {address}: {detail}",
		fix: "Stop what holds the port (`ss -ltnp` names it; often the machine's own mail server), or set [inbound] listen to another address or port and let the mail server hand bounces on. Without [inbound] listen nothing is listened for, and bounces are not counted.",
	},
	"inbound-port-forbidden": {
		exit: 1,
		what: "bounces and complaints cannot be listened for on {address}: this user may not open port {port}",
		fix: "Ports below 1024 need a right: in the systemd unit AmbientCapabilities=CAP_NET_BIND_SERVICE, or `sudo setcap cap_net_bind_service=+ep $(readlink -f $(which node))`, or listen on a high port and let the firewall redirect port 25 to it.",
	},
	"inbound-certificate": {
		exit: 2,
		what: "[inbound] {key} cannot be read from {file}: {detail}",
		fix: "Name PEM files that the user running Wellsent may read, both cert and key, or leave both away: then STARTTLS is not offered.",
	},
} as const satisfies Record<string, ErrorEntry>;

// What people and scripts are shown of a check of blacklists: what is listed and how to get off it, what is unknown and why, and how much is clean.
import { type BlacklistRow, rowJson } from "../../reputation/blacklist-view.ts";
import type { Severity } from "../../reputation/zones/zone.ts";
import type { Colours, Output } from "../output.ts";
import { text } from "../printable.ts";
import { localTime, several } from "../words.ts";

const PAINT: Readonly<Record<BlacklistRow["state"], (c: Colours) => (text: string) => string>> = {
	listed: (c) => c.red,
	clean: (c) => c.green,
	unknown: (c) => c.yellow,
};

export async function tellRows(
	out: Output,
	rows: readonly BlacklistRow[],
	of: { readonly all: boolean; readonly skipped: readonly { readonly subject: string; readonly why: string }[] },
): Promise<void> {
	for (const { subject, why } of of.skipped) out.note(text`not watched: ${subject} is ${why}`);
	if (out.json) {
		await out.value(rows.map(rowJson));
		return;
	}
	const listed = rows.filter((row) => row.state === "listed" || (row.confirmed && row.clearedAt === null));
	const shown = of.all ? rows : listed;
	if (shown.length > 0)
		await out.table(
			[
				{ title: "subject", value: (row) => row.subject },
				{ title: "zone", value: (row) => row.zone },
				{ title: "state", value: stateOf, style: (shownText, row, c) => PAINT[row.state](c)(shownText) },
				{ title: "severity", value: (row) => row.severity, style: paintSeverity },
				{ title: "codes", value: (row) => row.codes.join(" ") },
				{ title: "because", value: (row) => (row.state === "unknown" ? row.why : row.meaning), shrinks: true },
				{ title: "since", value: (row) => (row.firstSeen === null ? "" : localTime(row.firstSeen)) },
			],
			shown,
		);
	if (listed.length > 0) await sayHowToGetOff(out, listed);
	// Before the first check all is unknown, and that is one sentence of the caller's.
	if (!of.all && rows.some((row) => row.checkedAt !== null)) await sayUnknown(out, rows);
	const clean = rows.filter((row) => row.state === "clean").length;
	if (!of.all && clean > 0) await out.say(out.colours.green(`${several(clean, "answer")} clean`));
}

function stateOf(row: BlacklistRow): string {
	if (row.state === "listed") return row.confirmed ? "listed" : "listed (first look)";
	return row.state === "unknown" && row.confirmed ? "unknown (was listed)" : row.state;
}

function paintSeverity(shown: string, row: BlacklistRow, c: Colours): string {
	const paint: Readonly<Record<Severity, (text: string) => string>> = {
		critical: c.red,
		serious: c.yellow,
		minor: c.dim,
		info: c.dim,
	};
	return row.severity === null ? shown : paint[row.severity](shown);
}

async function sayHowToGetOff(out: Output, listed: readonly BlacklistRow[]): Promise<void> {
	const { zoneNamed } = await import("../../reputation/zones/all.ts");
	for (const zone of new Set(listed.map((row) => row.zone))) {
		const { title, removal } = zoneNamed(zone);
		const words = listed.find((row) => row.zone === zone && row.text !== "")?.text ?? "";
		out.note(text`${title}: ${removal.how} ${removal.url}${words === "" ? "" : ` It says: "${words}".`}`);
	}
}

/** Unknown answers have one reason for a whole zone mostly. */
async function sayUnknown(out: Output, rows: readonly BlacklistRow[]): Promise<void> {
	const groups = new Map<string, { readonly zone: string; readonly why: string; n: number }>();
	for (const { state, zone, why } of rows) {
		if (state !== "unknown") continue;
		const group = groups.get(`${zone} ${why}`) ?? { zone, why, n: 0 };
		groups.set(`${zone} ${why}`, group);
		group.n++;
	}
	for (const { zone, why, n } of groups.values())
		await out.say(out.colours.yellow(text`unknown: ${zone} (${several(n, "subject")}): ${why}`));
}

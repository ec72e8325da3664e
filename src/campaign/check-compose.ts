// The part of the check that asks whether messages can be composed at all: the folder, the identity with its keys, and whether readers have the fields that
// the templates need. What they measure then is check.ts' work.
import { requiredFields } from "../compose/compile.ts";
import type { CompiledCampaign } from "../compose/compiled.ts";
import type { Db } from "../db/db.ts";
import { WellsentError } from "../errors.ts";
import type { Campaign } from "./campaign.store.ts";
import type { Add, CheckDeps } from "./check.ts";
import { prepareCampaign } from "./prepare.ts";
import { attributeNames, readersWithout } from "./reader.store.ts";

export interface Composable {
	/** Null: nothing can be measured, and it is said why. */
	readonly compiled: CompiledCampaign | null;
	/** For fields that nobody has and the templates need: with these a message can be measured nevertheless. */
	readonly standIns: Readonly<Record<string, string>>;
}

/** One letter: what the field would hold is not known, and the rest of the message is worth knowing today. */
const STAND_IN = "?";

export async function composable(deps: CheckDeps, campaign: Campaign, add: Add): Promise<Composable> {
	const exact = await compile(deps, campaign, true, add);
	// A field that no list has forbids the start, and is no reason to be silent about sizes: whoever mends it would learn of the next mistake only then.
	const compiled = exact ?? (await compile(deps, campaign, false, () => undefined));
	if (compiled === null) return { compiled, standIns: {} };
	const standIns = exact === null ? await standInsFor(deps.db, campaign.id, compiled) : {};
	await checkFields(deps, campaign, compiled, Object.keys(standIns), add);
	return { compiled, standIns };
}

/** For the fields that no reader of the campaign's lists has and its templates cannot do without. */
export async function standInsFor(db: Db, campaign: number, compiled: CompiledCampaign): Promise<Composable["standIns"]> {
	const known = ["name", ...(await attributeNames(db, campaign))];
	const missing = requiredFields(compiled).filter((field) => !known.includes(field));
	return Object.fromEntries(missing.map((field) => [field, STAND_IN]));
}

async function compile(deps: CheckDeps, campaign: Campaign, strict: boolean, add: Add): Promise<CompiledCampaign | null> {
	try {
		const compiled = await prepareCampaign(deps, campaign, { strict });
		const { identity } = compiled.parts.options;
		add(
			"ok",
			"identity",
			identity.from,
			`may send as ${campaign.identity}${identity.dkim.length > 0 ? `, signs with ${identity.dkim.length} DKIM key${identity.dkim.length > 1 ? "s" : ""}` : ""}`,
		);
		if (identity.dkim.length === 0)
			add(
				"warn",
				"dkim-missing",
				identity.from,
				"the messages will not be signed: Gmail, Yahoo and Naver refuse or defer unsigned bulk mail",
				"Make a key with `wellsent init` and name it in dkim of the [[identity]].",
			);
		if (identity.unsubscribe === null && campaign.kind === "marketing")
			add(
				"warn",
				"one-click-missing",
				identity.from,
				"no one-click unsubscribe link (RFC 8058), which Gmail and Yahoo ask of bulk senders",
				'Set unsubscribe = "https://…" of the [[identity]].',
			);
		return compiled;
	} catch (error) {
		if (!(error instanceof WellsentError)) throw error;
		if (error.findings.length === 0) add("fail", error.code, campaign.name, error.what, error.fix);
		for (const finding of error.findings) add("fail", error.code, finding.where, finding.what, finding.fix ?? error.fix);
		return null;
	}
}

async function checkFields(
	deps: CheckDeps,
	campaign: Campaign,
	compiled: CompiledCampaign,
	told: readonly string[],
	add: Add,
): Promise<void> {
	for (const field of requiredFields(compiled)) {
		if (told.includes(field)) continue;
		const { readers, example } = await readersWithout(deps.db, campaign.id, field);
		if (readers === 0) continue;
		const use = compiled.uses.find((one) => one.path === `contact.${field}` && one.required);
		add(
			"fail",
			"field-missing",
			use === undefined ? "template" : `${use.file}:${use.line}`,
			`{{ contact.${field} }} is empty for ${readers} reader${readers === 1 ? "" : "s"}, e.g. ${example}`,
			`Give it a fall-back: {{ contact.${field} | default: "…" }}, or fill the field.`,
		);
	}
}

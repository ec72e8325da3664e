// `wellsent rules …`: which rule matches a reply, what it does, and the replies that none knows.
import type { Command } from "commander";
import type { Stage } from "../../replies/outcome.ts";
import type { RuleSet } from "../../replies/rule-set.ts";
import { countOption, whenOption } from "../arguments.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import { count, iso, localTime } from "../words.ts";

interface TestOptions {
	readonly site?: string;
	readonly host?: string;
	readonly stage: string;
}

interface UnknownOptions {
	readonly site?: string;
	readonly since?: string;
	readonly limit: number;
	readonly toml?: true;
}

export function rules(program: Command, host: Host): void {
	const group = program.command("rules").description("how replies of mail servers are understood").helpCommand(false);
	testRule(group, host);
	unknownOnes(group, host);
}

function testRule(group: Command, host: Host): void {
	group
		.command("test")
		.description("which rule matches a reply, and what Wellsent does about it; your own rules first")
		.argument("<reply>", 'as the server wrote it: "550 5.7.1 …"')
		.option("--site <name>", 'as if a host of that site had said it: "google", "naver" …')
		.option("--host <name>", "as if that MX host had said it")
		.option("--stage <name>", "as the answer at that stage", "rcpt")
		.action((typed: string, options: TestOptions, command: Command) =>
			host.run(command, async (run) => {
				const { STAGES } = await import("../../replies/outcome.ts");
				const { parseReply } = await import("../../replies/reply.ts");
				const { classify } = await import("../../replies/classify.ts");
				const { explainRule } = await import("../../replies/rule-set.ts");
				const { CLASSES } = await import("../../replies/classes.ts");
				const { SITES } = await import("../../sites/site-of.ts");
				const stage = STAGES.find((one): one is Stage => one === options.stage);
				if (stage === undefined)
					return run.misuse(`there is no stage ${JSON.stringify(options.stage)}; there are: ${STAGES.join(", ")}`);
				const site = options.site === undefined ? undefined : SITES.find((one) => one.name === options.site);
				if (options.site !== undefined && site === undefined)
					return run.misuse(
						`there is no data for a site ${JSON.stringify(options.site)}; there is for: ${SITES.map((one) => one.name).join(", ")}`,
					);
				const reply = parseReply(typed.replaceAll("\\n", "\n"));
				if (reply.code === 0) return run.misuse('a reply begins with three digits, e.g. "550 5.1.1 no such user"');
				const mxHost = options.host ?? site?.suffixes[0] ?? "";
				const set = await ruleSetOf(run);
				const outcome = classify(
					{
						stage,
						reply,
						trouble: null,
						detail: "",
						inDoubt: false,
						acceptedBefore: 0,
						mxHost,
						site: site?.name ?? "",
					},
					set,
				);
				const rule = explainRule(outcome.rule, set);
				const facts = CLASSES[outcome.class];
				const { out } = run;
				await out.answer(
					() => ({
						reply,
						stage,
						mxHost,
						...outcome,
						meaning: facts.meaning.en,
						advice: facts.advice.en,
						meaningKo: facts.meaning.ko,
						adviceKo: facts.advice.ko,
						evidence: rule?.evidence ?? null,
						source: rule?.source ?? null,
					}),
					() =>
						out.say(
							[
								`${out.colours.bold(outcome.class)}: ${facts.meaning.en}`,
								`  about    ${outcome.scope}`,
								`  action   ${outcome.action}`,
								text`  rule     ${outcome.rule}${rule === null ? " (no text matched: by code and stage)" : ""}`,
								...(rule === null ? [] : [text`  seen     ${rule.evidence}`, text`  source   ${rule.source}`]),
								`  advice   ${facts.advice.en}`,
								`  뜻       ${facts.meaning.ko}`,
								`  할 일    ${facts.advice.ko}`,
							].join("\n"),
						),
				);
				return 0;
			}),
		);
}

/** The rules in force, without opening the database. */
async function ruleSetOf(run: Run): Promise<RuleSet> {
	const { loadRules } = await import("../../replies/rules.file.ts");
	const { ruleSet } = await import("../../replies/rule-set.ts");
	const { config, extraRules } = await run.settings();
	return ruleSet([...(await loadRules(config.replies.rulesFile)), ...extraRules]);
}

function unknownOnes(group: Command, host: Host): void {
	group
		.command("unknown")
		.description("replies that no rule knows, the most frequent first; with --toml a rule to begin with for each of them")
		.option("--site <name>", "of one site")
		.option("--since <when>", "heard since then")
		.option("--limit <n>", "how many at most", countOption, 30)
		.option("--toml", "as [[rule]] tables for a rules file of your own ([replies] rules); say for each what it means")
		.action((options: UnknownOptions, command: Command) =>
			host.run(command, async (run) => {
				const { unknownReplies } = await import("../../log/unknown.store.ts");
				const { proposeRule } = await import("../../replies/propose.ts");
				const since = whenOption(run, "--since", options.since);
				const app = await run.app();
				const rows = await unknownReplies(app.db, {
					limit: options.limit,
					...(options.site === undefined ? {} : { site: options.site }),
					...(since === undefined ? {} : { since }),
				});
				const proposals = rows.map((row, index) => proposeRule({ ...row, stage: row.stage as Stage }, index + 1));
				if (run.out.json) {
					await run.out.value(
						rows.map((row, index) => ({
							...row,
							firstAt: iso(row.firstAt),
							lastAt: iso(row.lastAt),
							proposal: proposals[index],
						})),
					);
					return 0;
				}
				if (rows.length === 0) {
					run.out.note("Every reply was recognised by a rule.");
					return 0;
				}
				if (options.toml === true) {
					await run.out.say(proposals.join("\n\n"));
					return 0;
				}
				await run.out.table(
					[
						{ title: "times", value: (row) => count(row.n), align: "right" },
						{ title: "stage", value: (row) => row.stage },
						{ title: "code", value: (row) => row.code },
						{ title: "words", value: (row) => row.text, shrinks: true },
						{ title: "host", value: (row) => row.mxHost, shrinks: true },
						{ title: "last", value: (row) => localTime(row.lastAt) },
					],
					rows,
				);
				run.out.note("A rule to begin with for each of them: wellsent rules unknown --toml");
				return 0;
			}),
		);
}

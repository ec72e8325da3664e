// `wellsent rules test`: which rule matches a reply, and what it does.
import type { Command } from "commander";
import type { Stage } from "../../replies/outcome.ts";
import { text } from "../printable.ts";
import type { Host } from "../run.ts";

interface Options {
	readonly site?: string;
	readonly host?: string;
	readonly stage: string;
}

export function rules(program: Command, host: Host): void {
	const group = program.command("rules").description("how replies of mail servers are understood").helpCommand(false);
	group
		.command("test")
		.description("which rule matches a reply, and what Wellsent does about it")
		.argument("<reply>", 'as the server wrote it: "550 5.7.1 …"')
		.option("--site <name>", 'as if a host of that site had said it: "google", "naver" …')
		.option("--host <name>", "as if that MX host had said it")
		.option("--stage <name>", "as the answer at that stage", "rcpt")
		.action((typed: string, options: Options, command: Command) =>
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
				const outcome = classify({
					stage,
					reply,
					trouble: null,
					detail: "",
					inDoubt: false,
					acceptedBefore: 0,
					mxHost,
					site: site?.name ?? "",
				});
				const rule = explainRule(outcome.rule);
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
							].join("\n"),
						),
				);
				return 0;
			}),
		);
}

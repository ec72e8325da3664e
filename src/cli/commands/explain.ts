// `wellsent explain ADDR`: why a mail to that address did not arrive, or not yet.
import type { Command } from "commander";
import { text } from "../printable.ts";
import type { Host } from "../run.ts";
import { localTime } from "../words.ts";

export function explain(program: Command, host: Host): void {
	program
		.command("explain")
		.summary("why mail to an address waits or failed, and until when")
		.description("site, MX hosts, route, lane limits and holds for an address, and why its mail waits, until when")
		.argument("<address>", "a reader's address")
		.action((address: string, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { explainAddress, explanationJson } = await import("../../deliver/explain.ts");
				const app = await run.app();
				const told = await explainAddress(app, address);
				const { out } = run;
				const c = out.colours;
				await out.answer(
					() => explanationJson(told),
					async () => {
						const limits = told.lane?.limits;
						const lines = [
							text`${told.to}`,
							`  ${c.bold(text`${told.because}`)}`,
							...(told.nextAttemptAt === null ? [] : [`  next try    ${localTime(told.nextAttemptAt)}`]),
							text`  site        ${told.site} (${app.siteFacts(told.site).title})`,
							text`  lists       ${told.lists.length === 0 ? "none" : told.lists.join(", ")}`,
							text`  route       ${told.route ?? "none"}${told.source ? `, from ${told.source}` : ""}`,
							...(limits === undefined || told.lane === null
								? []
								: [
										text`  lane        ${told.lane.key}: ${limits.connections} connections, ${limits.connectionsPerHour ?? "any number of"} an hour, ${limits.messagesPerConnection} messages each, ${limits.rates.map((rate) => rate.text).join(" ") || "no rate"} (${limits.origin.rates})`,
										...told.lane.now.uses.map((use) => text`    used      ${use.used} of ${use.text}`),
									]),
							...told.mx.map(
								(one) =>
									text`  mx ${String(one.preference).padStart(5)}    ${one.host} ${one.addresses.join(", ")}${one.mark === null ? "" : `  last: ${one.mark.class} ${localTime(one.mark.at)} ${one.mark.text}`}`,
							),
							...told.holds.map(
								(hold) =>
									text`  hold        ${hold.kind} ${hold.subject}: ${hold.reason}${hold.until === null ? "" : `, until ${localTime(hold.until)}`}`,
							),
						];
						await out.say(lines.join("\n"));
					},
				);
				return 0;
			}),
		);
}

// Joins the reply trigger to the watch: what an engine hears is looked at, and a check that changes something wakes it.
import { textOf } from "../errors.ts";
import type { ResponseRow } from "../log/response.ts";
import { type BlacklistDeps, checkSources } from "./blacklist.ts";
import { ReplyTrigger } from "./reply-trigger.ts";

interface RepliesDeps extends BlacklistDeps {
	readonly log: { error(facts: Readonly<Record<string, unknown>>, words: string): void };
}

/** `heard` is to be called with what was settled; `wake` is called when a listing began or ended. */
export function watchReplies(deps: RepliesDeps, wake: () => void) {
	const trigger = new ReplyTrigger({
		clock: deps.clock,
		async check(sources) {
			if (await checkSources(deps, sources)) wake();
		},
		trouble: (error) => deps.log.error({ error: textOf(error) }, "blacklists could not be checked after a refusal"),
	});
	return {
		heard: (settlements: readonly { readonly rows: readonly ResponseRow[] }[]): void => {
			for (const { rows } of settlements) trigger.heard(rows);
		},
		stop: () => trigger.stop(),
	};
}

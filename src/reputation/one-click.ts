// What the answer of a one-click link means (RFC 8058; asked for by Google and Yahoo). Pure.
import { isLoopback } from "../config/values.ts";
import type { AddFinding } from "./preflight-finding.ts";
import { DNS_FIX } from "./spf-judge.ts";

export type OneClickAnswer =
	| { readonly kind: "status"; readonly status: number }
	/** `detail`: why DNS did not answer; "": there is no such name. */
	| { readonly kind: "no-host"; readonly detail: string }
	| { readonly kind: "trouble"; readonly code: string; readonly detail: string };

const REFUSED = /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ECONNRESET)$/;

/** `base`: as in unsubscribe of the [[identity]]; null: none. `answer`: null when it was not asked. */
export function judgeOneClick(base: string | null, answer: OneClickAnswer | null, add: AddFinding): undefined {
	if (base === null)
		return add(
			"warn",
			"one-click-missing",
			"there is no https link for one-click unsubscribe, which Google and Yahoo require of marketing mail",
			'Set unsubscribe = "https://…" of the [[identity]] to where the world reaches [web].',
		);
	const url = new URL(base);
	if (url.protocol !== "https:" && isLoopback(url.hostname.replace(/^\[|\]$/g, "")))
		add(
			"warn",
			"one-click-loopback",
			`${base} is http on this machine: good for trying, and no reader can reach it`,
			'Set unsubscribe = "https://…" before real mail is sent.',
		);
	else if (url.protocol !== "https:")
		return add("fail", "one-click-not-https", `${base} is not https`, "RFC 8058 wants https: serve it with a certificate.");
	if (answer === null) return;
	const serve = "Is `wellsent serve` running, and does the proxy before it pass on /u/?";
	switch (answer.kind) {
		case "status":
			if (answer.status >= 200 && answer.status < 300) add("ok", "one-click", `${base} answers POST`);
			else if (answer.status >= 300 && answer.status < 400)
				add(
					"fail",
					"one-click-failed",
					`${base} answers POST with a redirect (${answer.status}), which RFC 8058 forbids`,
					"Name the address that it leads to in unsubscribe.",
				);
			else add("fail", "one-click-failed", `${base} answers POST with ${answer.status}`, serve);
			return;
		case "no-host":
			if (answer.detail !== "") add("unknown", "one-click", `the host of ${base} could not be asked: ${answer.detail}`, DNS_FIX);
			else
				add(
					"fail",
					"one-click-failed",
					`the host of ${base} does not exist in DNS`,
					"Publish its address, or correct unsubscribe of the [[identity]].",
				);
			return;
		case "trouble":
			// Behind some routers a machine cannot reach itself by its public address: silence proves nothing.
			if (answer.code === "ETIMEDOUT")
				add("unknown", "one-click", `${base} does not answer from this machine`, "Try it from another network.");
			else if (REFUSED.test(answer.code)) add("fail", "one-click-failed", `${base} cannot be reached: ${answer.detail}`, serve);
			else
				add(
					"fail",
					"one-click-failed",
					`${base} cannot be used: ${answer.detail}`,
					"See that its certificate is valid and complete for that name.",
				);
	}
}

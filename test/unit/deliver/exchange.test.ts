import { expect, test } from "vitest";
import { readReply, type SessionTarget, setupProblem } from "../../../src/deliver/exchange.ts";
import { Transcript } from "../../../src/deliver/transcript.ts";

const problem = { trouble: "closed", detail: "the connection was closed" } as const;
const after = (lines: readonly string[]) => {
	const transcript = new Transcript();
	for (const line of lines) {
		if (line.startsWith("> ")) transcript.sent(line.slice(2));
		else transcript.received(line);
	}
	return transcript;
};

test.each<[string, readonly string[], SessionTarget["tls"], object]>([
	["nothing was said", [], "opportunistic", { stage: "greeting", trouble: "closed", reply: null }],
	["the greeting refused", ["554 no"], "opportunistic", { stage: "greeting", trouble: null, reply: { code: 554 } }],
	["closed after EHLO", ["220 hi", "> EHLO us"], "opportunistic", { stage: "ehlo", trouble: "closed" }],
	[
		"the handshake broke",
		["220 hi", "> EHLO us", "250-mx\n250 STARTTLS", "> STARTTLS", "220 go"],
		"opportunistic",
		{ stage: "tls", trouble: "tls-failed" },
	],
	[
		"TLS required and not offered",
		["220 hi", "> EHLO us", "250 mx"],
		"required",
		{ stage: "starttls", trouble: "tls-not-offered" },
	],
	[
		"TLS required and refused",
		["220 hi", "> EHLO us", "250-mx\n250 STARTTLS", "> STARTTLS", "454 not now"],
		"required",
		{ stage: "starttls", reply: { code: 454 } },
	],
	["TLS from the first byte failed", [], "implicit", { stage: "tls", trouble: "tls-failed" }],
	[
		"a login refused",
		["220 hi", "> EHLO us", "250 mx", "> AUTH PLAIN x", "535 no"],
		"required",
		{ stage: "auth", reply: { code: 535 } },
	],
])("setting up fails because %s", (_, lines, mode, expected) => {
	expect(
		setupProblem(
			after(lines),
			{ tls: mode, login: null },
			mode === "required" && lines.some((line) => line.includes("AUTH")),
			problem,
		),
	).toMatchObject(expected);
});

test.each([
	["550 5.1.1 no such user", "no such user"],
	["550 \xbe\xc8\xb3\xe7", "안녕"],
	["550 안녕", "안녕"],
	["550 utilisateur supprim\xe9", "utilisateur supprimé"],
])("the words of %j are read in their code", (raw, text) => {
	expect(readReply(raw)).toMatchObject({ code: 550, text });
});

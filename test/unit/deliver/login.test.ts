import { describe, expect, it } from "vitest";
import { beginLogin, challengeOf, mechanismsFor, noMechanismWords } from "../../../src/deliver/login.ts";

const AT = { host: "server.example.com", port: 587 };
const password = { kind: "password", user: "tim", password: "tanstaaftanstaaf" } as const;
const token = { kind: "token", user: "user@example.com", token: "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==" } as const;
const plain = (base64: string) => Buffer.from(base64, "base64").toString();

describe("a login", () => {
	it.each([
		{ offered: ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"], login: password, order: ["CRAM-MD5", "PLAIN", "LOGIN"] },
		{ offered: ["login", "plain"], login: password, order: ["PLAIN", "LOGIN"] },
		{ offered: ["XOAUTH2", "OAUTHBEARER", "PLAIN"], login: token, order: ["OAUTHBEARER", "XOAUTH2"] },
		{ offered: ["GSSAPI"], login: password, order: [] },
	])("takes of $offered the strongest first", ({ offered, login, order }) => {
		expect(mechanismsFor(login, offered)).toEqual(order);
	});

	it("answers the challenge of RFC 2195 as its example does", () => {
		const dialogue = beginLogin("CRAM-MD5", password, AT);
		expect(dialogue.command).toBe("AUTH CRAM-MD5");
		const challenge = challengeOf("334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+");
		expect(plain(dialogue.answer(challenge))).toBe("tim b913a602c7eda7a495b4e6e7334d3890");
	});

	it("says the initial response of RFC 7628's example", () => {
		const { command } = beginLogin("OAUTHBEARER", token, AT);
		expect(plain(command.slice("AUTH OAUTHBEARER ".length))).toBe(
			"n,a=user@example.com,\x01host=server.example.com\x01port=587\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01",
		);
	});

	it("escapes a comma in the user of OAUTHBEARER", () => {
		const { command } = beginLogin("OAUTHBEARER", { ...token, user: "a,b=c" }, AT);
		expect(plain(command.slice("AUTH OAUTHBEARER ".length))).toContain("n,a=a=2Cb=3Dc,");
	});

	it("gives LOGIN the user first, whatever the challenges say", () => {
		const dialogue = beginLogin("LOGIN", password, AT);
		expect([dialogue.answer(""), dialogue.answer("")].map(plain)).toEqual(["tim", "tanstaaftanstaaf"]);
	});

	it("says why there is no way in", () => {
		expect(noMechanismWords(password, [])).toBe("the server offers no login on this port");
		expect(noMechanismWords(password, ["XOAUTH2"])).toMatch(/no passwords, only OAuth 2/);
		expect(noMechanismWords(token, ["PLAIN"])).toMatch(/none of which .* with an access token/);
	});
});

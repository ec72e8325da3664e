import { expect, test } from "vitest";
import { withoutSecrets } from "../../../src/config/secrets.ts";

const SECRET = "hunter2 & more";
const base64 = (text: string) => Buffer.from(text).toString("base64");

test.each([
	["as it is", `no such password: ${SECRET}!`, "no such password: ••••!"],
	["in a form", `refresh_token=hunter2+%26+more&x=1`, "refresh_token=••••&x=1"],
	["percent-encoded", `?t=${encodeURIComponent(SECRET)}`, "?t=••••"],
	["in AUTH PLAIN", `unknown command AUTH PLAIN ${base64(`\0kim\0${SECRET}`)}`, "unknown command AUTH PLAIN ••••"],
	["in XOAUTH2", `bad ${base64(`user=kim\x01auth=Bearer ${SECRET}\x01\x01`)}.`, "bad ••••."],
])("a secret %s is masked in somebody else's words", (_, text, clean) => {
	expect(withoutSecrets(text, [null, SECRET])).toBe(clean);
});

test("words without a secret stay as they are, and a secret of three letters takes none of them away", () => {
	const text = "535 5.7.8 authentication failed for kim@example.test (aGVsbG8gd29ybGQ=)";
	expect(withoutSecrets(text, [SECRET, "for", null])).toBe(text);
});

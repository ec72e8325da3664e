import { expect, test } from "vitest";
import { registrableDomain } from "../../../src/address/registrable.ts";

test.each<[string, string | null]>([
	["mx1.mail.example.co.uk", "example.co.uk"],
	["mx.daum.co.kr", "daum.co.kr"],
	["aspmx.l.google.com", "google.com"],
	["a.b.test", "b.test"],
	["mx.wellsent.invalid", "wellsent.invalid"],
	["someone.github.io", "github.io"],
	["MX.Example.TEST", "example.test"],
	["co.kr", null],
	["test", null],
	["192.0.2.1", null],
	["", null],
])("%j belongs to %j", (host, domain) => {
	expect(registrableDomain(host)).toBe(domain);
});

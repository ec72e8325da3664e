import { expect, it } from "vitest";
import { entryFor } from "../../../src/sandbox/spam-trap.ts";

it("mail to a spam trap earns its source an entry on the blacklist; other mail, and refused mail, does not", () => {
	const row = { accepted: true, to: "spamtrap@gmail.test", client: "127.1.0.2" };
	expect(entryFor(row)?.name).toBe("2.0.1.127.zen.spamhaus.org");
	expect(entryFor({ ...row, to: "spamtrap+a@gmail.test" })?.zoneText).toContain("A 127.0.0.3");
	expect(entryFor({ ...row, to: "kim@gmail.test" })).toBeNull();
	expect(entryFor({ ...row, accepted: false })).toBeNull();
});

// A lane's last worker says QUIT to a host that never answers it, which takes two seconds; mail for the lane comes meanwhile.
import { expect, test } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";

test("mail that comes while the lane's last connection is being closed is sent all the same", async () => {
	await using r = await rehearse({
		zones: "slow.test MX 10 mx1.slow.test",
		hosts: { "mx1.slow.test": { manners: { quit: "silent" } } },
		readers: ["greylist@slow.test"],
		limits: { connections: 1 },
		// Due again after the quarter of a second that a connection is kept for more mail, and well before the farewell has ended.
		config: (config) => ({ ...config, retry: { waitsMs: [900], giveUpMs: 60_000 } }),
	});
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ total: 1, delivered: 1 });
	expect(r.sandbox.arrivals.acceptedByRecipient().get("greylist@slow.test")).toBe(1);
});

import { describe, expect, it } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";

describe("a greylisted delivery", () => {
	it("comes back from the source that was greylisted, though another one is free", async () => {
		await using r = await rehearse({
			zones: "$ORIGIN grey.test.\n@ 60 MX 10 mx1\nmx1 60 A 127.66.9.1",
			hosts: { "mx1.grey.test": { manners: { greylistMs: 100 } } },
			sources: [
				{ name: "mta1", address: "127.66.0.1", ehlo: "mta1.sender.test" },
				{ name: "mta2", address: "127.66.0.2", ehlo: "mta2.sender.test" },
			],
			readers: Array.from({ length: 60 }, (_, n) => `r${n}@grey.test`),
		});
		await r.run("finished");
		expect(await r.counts()).toMatchObject({ delivered: 60, failed: 0 });
		const rows = await r.rows();
		for (let n = 0; n < 60; n++) {
			const mine = rows.filter((row) => row.to === `r${n}@grey.test`);
			// A try may come before the host's time is over: then it is greylisted once more, and only the last one is accepted.
			expect(mine.at(0)?.class).toBe("greylisted");
			expect(mine.findIndex((row) => row.class !== "greylisted")).toBe(mine.length - 1);
			expect(mine.at(-1)?.class).toBe("accepted");
			expect(new Set(mine.map((row) => row.source)).size).toBe(1);
		}
		expect(new Set(rows.map((row) => row.source))).toEqual(new Set(["mta1", "mta2"]));
	});
});

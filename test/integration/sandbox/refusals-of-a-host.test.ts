import { describe, expect, it } from "vitest";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../../src/sandbox/world.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { Dialogue } from "./dialogue.ts";
import { ADDRESS, oneHost } from "./one-host.ts";

const SPAMHAUS =
	"554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org; https://check.spamhaus.org/query/ip/{ip}";

describe("what a host refuses", () => {
	it("one source with a Spamhaus text at the greeting, while another is greeted", async () => {
		await using sandbox = await oneHost({ refuse: [{ source: "127.1.0.2", reply: SPAMHAUS }] });
		const good = await Dialogue.open(ADDRESS, sandbox.smtpPort, { from: "127.1.0.1" });
		expect(await good.read()).toMatch(/^220 mx\.good\.test /);
		const bad = await Dialogue.open(ADDRESS, sandbox.smtpPort, { from: "127.1.0.2" });
		expect(await bad.read()).toContain("Client host [127.1.0.2] blocked using zen.spamhaus.org");
		expect(await bad.read()).toBe("(closed)");
		expect(sandbox.arrivals.connections({ client: "127.1.0.2" })).toMatchObject([
			{ refused: expect.stringContaining("127.1.0.2") },
		]);
		good.close();
	});

	it.each(["mail", "rcpt"] as const)("one source at %s, the connection stays", async (at) => {
		await using sandbox = await oneHost({ refuse: [{ source: "127.1.0.2", at, reply: SPAMHAUS }] });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort, { from: "127.1.0.2" });
		const replies = await client.send("a@b.test", "x@good.test");
		expect(replies).toHaveLength(at === "mail" ? 1 : 2);
		expect(replies.at(-1)).toMatch(/^554 5\.7\.1 .*\[127\.1\.0\.2\]/);
		expect(await client.say("NOOP")).toMatch(/^250/);
		expect(sandbox.arrivals.rows()).toMatchObject([{ stage: at, accepted: false, client: "127.1.0.2" }]);
		client.close();
	});

	it("everybody at one host's greeting while its sibling accepts", async () => {
		const world = defineWorld({
			zones: "$ORIGIN two.test.\n@ MX 10 mx1\n@ MX 20 mx2\nmx1 A 127.66.2.1\nmx2 A 127.66.2.2",
			hosts: { "mx1.two.test": { manners: { replyAt: { greeting: "554 no service here" } } } },
		});
		await using sandbox = await startSandbox({ world });
		expect(await (await Dialogue.open("127.66.2.1", sandbox.smtpPort)).read()).toBe("554 no service here");
		const second = await Dialogue.greeted("127.66.2.2", sandbox.smtpPort);
		expect((await second.send("a@b.test", "x@two.test")).at(-1)).toMatch(/^250/);
		second.close();
	});

	it("the first try of each triple, until the time is over", async () => {
		const clock = new ManualClock(1_800_000_000_000);
		await using sandbox = await oneHost({ greylistMs: 60_000 }, { clock });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		const attempt = async (from: string, to: string) => {
			const reply = (await client.send(from, to)).at(-1)!.slice(0, 3);
			if (reply !== "250") await client.say("RSET");
			return reply;
		};
		expect(await attempt("a@b.test", "x@good.test")).toBe("451");
		expect(await attempt("a@b.test", "x@good.test")).toBe("451");
		clock.advance(60_000);
		expect(await attempt("a@b.test", "x@good.test")).toBe("250");
		expect(await attempt("c@b.test", "x@good.test")).toBe("451");
		client.close();
	});

	it.each(["ehlo", "mail", "rcpt", "data", "body"] as const)("421 at %s ends the connection", async (stage) => {
		await using sandbox = await oneHost({ replyAt: { [stage]: "421 4.3.2 shutting down" } });
		const client = await Dialogue.open(ADDRESS, sandbox.smtpPort);
		await client.read();
		const hello = await client.say("EHLO c.test");
		const last = stage === "ehlo" ? hello : (await client.send("a@b.test", "x@good.test")).at(-1);
		expect(last).toBe("421 4.3.2 shutting down");
		expect(await client.read()).toBe("(closed)");
		expect(sandbox.arrivals.totals().accepted).toBe(0);
	});

	it("EHLO, so that HELO is needed", async () => {
		await using sandbox = await oneHost({ ehlo: false });
		const client = await Dialogue.open(ADDRESS, sandbox.smtpPort);
		await client.read();
		expect(await client.say("EHLO c.test")).toMatch(/^502/);
		expect(await client.say("MAIL FROM:<a@b.test>")).toMatch(/^503/);
		expect(await client.say("HELO c.test")).toBe("250 mx.good.test");
		expect((await client.send("a@b.test", "x@good.test")).at(-1)).toMatch(/^250/);
		client.close();
	});

	it("a domain it does not serve", async () => {
		await using sandbox = await oneHost({ domains: ["good.test"] });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		expect((await client.send("a@b.test", "x@other.test")).at(-1)).toBe("554 5.7.1 <x@other.test>: Relay access denied");
		client.close();
	});

	it("manners can be changed while it runs", async () => {
		await using sandbox = await oneHost();
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		sandbox.setManners("mx.good.test", { replyAt: { mail: "451 4.3.0 not now" } });
		expect(await client.say("MAIL FROM:<a@b.test>")).toBe("451 4.3.0 not now");
		sandbox.setManners("mx.good.test", {}, { replace: true });
		expect(await client.say("MAIL FROM:<a@b.test>")).toMatch(/^250/);
		expect(() => sandbox.setManners("nobody.test", {})).toThrow("there is no host nobody.test");
		client.close();
	});
});

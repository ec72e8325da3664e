import { describe, expect, it } from "vitest";
import { judgeBounce } from "../../../src/inbound/judge-bounce.ts";
import { type Mail, readMail } from "../../../src/inbound/mail.ts";
import { read } from "../../../src/inbound/read.ts";
import { BUILT_IN } from "../../../src/replies/rule-set.ts";
import { COMPLAINT_SAMPLES, OTHER_SAMPLES } from "./feedback-samples.ts";
import { fill, plain, READER } from "./mail-forms.ts";
import { STATUS_SAMPLES } from "./status-samples.ts";
import { TEXT_SAMPLES } from "./text-samples.ts";

async function parsed(sample: string): Promise<Mail> {
	const mail = await readMail(Buffer.from(fill(sample)));
	if (mail === null) throw new Error("not a message");
	return mail;
}

async function bounceIn(sample: string, nullSender = true) {
	const reading = read(await parsed(sample), nullSender);
	if (reading.kind !== "bounce") throw new Error(`taken for: ${reading.kind}`);
	return reading.bounce;
}

describe("bounces", () => {
	it.each([...STATUS_SAMPLES, ...TEXT_SAMPLES])("$name", async (sample) => {
		const bounce = await bounceIn(sample.mail);
		const verdict = judgeBounce(bounce, { reader: READER, site: "corp.test" }, BUILT_IN);
		expect({
			failed: bounce.failed,
			code: bounce.reply.code,
			class: verdict?.outcome.class,
			host: bounce.host,
			suppress: verdict?.suppress,
		}).toEqual({
			failed: sample.failed,
			code: sample.code,
			class: sample.class,
			host: sample.host,
			suppress: sample.suppress,
		});
		expect(verdict?.outcome.rule).toMatch(/^dsn:/);
	});

	it("a mailbox that does not exist behind a forward, a full and an inactive one count softly", async () => {
		const soft = async (name: string) => {
			const sample = [...STATUS_SAMPLES, ...TEXT_SAMPLES].find((one) => one.name.includes(name));
			return judgeBounce(await bounceIn(sample?.mail ?? ""), { reader: READER, site: "" }, BUILT_IN)?.soft;
		};
		expect(await soft("forwards his mail")).toBe("inactive-mailbox");
		expect(await soft("given up on a full mailbox")).toBe("mailbox-full");
		expect(await soft("account disabled")).toBe("inactive-mailbox");
		expect(await soft("refused by a blacklist")).toBe(null);
	});

	it("words that no rule knows, without a report around them, mean nothing", async () => {
		const bounce = await bounceIn(
			plain("From: postmaster@corp.test\nSubject: Undeliverable", "The moon is in the wrong quarter."),
		);
		expect(judgeBounce(bounce, { reader: READER, site: "" }, BUILT_IN)).toBe(null);
	});
});

describe("complaints", () => {
	it.each(COMPLAINT_SAMPLES)("$name", async ({ mail, type, by }) => {
		expect(read(await parsed(mail), false)).toEqual({ kind: "complaint", type, by });
	});
});

describe("what is neither", () => {
	it.each(OTHER_SAMPLES)("$name", async ({ mail, nullSender, kind }) => {
		expect(read(await parsed(mail), nullSender).kind).toBe(kind);
	});
});

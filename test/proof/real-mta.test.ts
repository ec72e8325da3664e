// The main job against servers that share no code with us: 1,000 messages to a real Postfix and a real Exim, into mailboxes, read back and judged
// by an independent parser and an independent DKIM verifier. Mailbox, log and campaign have to agree to the last message.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import PostalMime, { type Email } from "postal-mime";
import { describe, expect, onTestFinished, test } from "vitest";
import { decodeVerp } from "../../src/address/verp.ts";
import { startEngine } from "../../src/app.ts";
import { countDeliveries, getCampaign } from "../../src/campaign/campaign.store.ts";
import { systemClock } from "../../src/clock.ts";
import { loadDkimKeys } from "../../src/compose/dkim-keys.file.ts";
import { dkimDnsRecord } from "../../src/compose/dkim-record.ts";
import type { Config } from "../../src/config/types.ts";
import { setting } from "../../src/db/setting.store.ts";
import { EXAMPLE } from "../../src/sandbox/demo.file.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../src/sandbox/world.ts";
import { beginCampaign, officeConfig, openOffice, testFolder, WIDE } from "../support/processes/office.ts";
import { startExim } from "../support/real-mta/exim.ts";
import type { DeliveredMail, RealMta } from "../support/real-mta/instance.ts";
import { type MtaInstallation, realMtaAvailability } from "../support/real-mta/packages.ts";
import { startPostfix } from "../support/real-mta/postfix.ts";

const found = await realMtaAvailability();
const EACH = 500;
const POSTFIX = { address: "127.0.0.41", domain: "postfix.test" };
const EXIM = { address: "127.0.0.42", domain: "exim.test" };
const NAMES = ["김민수", "Zoë Müller", "이서연", "Owen O’Brien", "박 하늘 🌸", "Søren Åkesson", "", '최,유진 "유"'];
const CITIES = ["서울", "Gent", "부산 🌊", "London", ""];

describe.skipIf(!found.available)(
	found.available ? "a real Postfix and a real Exim" : `real mail servers: ${found.reason}`,
	() => {
		test("a thousand newsletters are in the mailboxes, whole, signed and counted alike by everybody", {
			timeout: 120_000,
		}, async () => {
			if (!found.available) throw new Error(found.reason);
			const { postfix, exim } = await startBoth(found.installation);
			const folder = await testFolder();
			const zones = [POSTFIX, EXIM].map(({ domain, address }) => `${domain} MX 10 mx.${domain}\nmx.${domain} A ${address}`);
			// The sandbox is only the DNS here: the MX hosts of its zones have addresses that belong to the real servers, so it must not serve them.
			await using dns = await startSandbox({ world: { ...defineWorld({ zones: zones.join("\n") }), hosts: [] } });
			const config = await officeConfig({
				folder,
				dns: dns.dns,
				smtpPort: postfix.port,
				domain: "wellsent.test",
				sign: ["rsa", "ed25519"],
				lanes: [POSTFIX, EXIM].map(({ domain }) => ({ site: domain, ...WIDE, connections: 5, messagesPerConnection: 50 })),
			});
			const app = await openOffice(config);
			const readers = [POSTFIX, EXIM].flatMap(({ domain }) =>
				Array.from({ length: EACH }, (_, n) => ({
					email: `reader.${n}@${domain}`,
					name: NAMES[n % NAMES.length] ?? "",
					city: CITIES[n % CITIES.length] ?? "",
					plan: n % 2 === 0 ? "free" : "pro",
				})),
			);
			const { id } = await beginCampaign(app, { folder, readers, letter: EXAMPLE.campaign() });
			const engine = await startEngine(app, "send");
			try {
				while ((await getCampaign(app.db, id)).state !== "finished") await sleep(100);
			} finally {
				await engine.stop();
			}
			expect(app.troubles).toEqual([]);

			const boxes = [
				{ server: postfix, mails: await postfix.waitForMail(EACH), domain: POSTFIX.domain },
				{ server: exim, mails: await exim.waitForMail(EACH), domain: EXIM.domain },
			];
			// Campaign, log and mailbox: each reader exactly once in each of them.
			expect(await countDeliveries(app.db, id)).toMatchObject({ total: 2 * EACH, delivered: 2 * EACH });
			const rows = await app.db.response.findMany({ where: { campaignId: id } });
			const wanted = readers.map((reader) => reader.email).sort();
			expect(rows.map((row) => row.email).sort()).toEqual(wanted);
			expect(boxes.flatMap(({ mails }) => mails.map((mail) => mail.to)).sort()).toEqual(wanted);
			for (const { domain } of boxes) {
				const own = rows.filter((row) => row.mxHost === `mx.${domain}`);
				expect(own).toHaveLength(EACH);
				for (const row of own)
					expect(row).toMatchObject({
						stage: "body",
						code: 250,
						class: "accepted",
						action: "done",
						site: domain,
						tlsVersion: "TLSv1.3",
					});
			}

			const secret = await setting(app.db, "secret", systemClock);
			const idOf = new Map((await app.db.delivery.findMany({ where: { campaignId: id } })).map((one) => [one.id, one.email]));
			const judge = await judgeFor(config);
			const messageIds = new Set<string>();
			for (const mail of boxes.flatMap(({ mails }) => mails)) {
				const email = await judge(mail, readers.find((reader) => reader.email === mail.to)?.name ?? "");
				messageIds.add(email.messageId ?? "");
				const returned = decodeVerp(/^Return-path: <([^>]*)>/im.exec(mail.raw.toString("latin1"))?.[1] ?? "", secret);
				expect(idOf.get(returned?.deliveryId ?? 0), `return path of ${mail.to}`).toBe(mail.to);
			}
			expect(messageIds.size).toBe(2 * EACH);
			expect(messageIds).not.toContain("");
		});
	},
);

/** Both on one port, since a sender has one port for all MX hosts. A free port of the one may be taken on the other's address: then again. */
async function startBoth(installation: MtaInstallation): Promise<{ postfix: RealMta; exim: RealMta }> {
	for (let left = 3; ; left -= 1) {
		const postfix = await startPostfix({ installation, domains: [POSTFIX.domain], address: POSTFIX.address });
		onTestFinished(() => postfix.stop());
		try {
			const exim = await startExim({ installation, domains: [EXIM.domain], address: EXIM.address, port: postfix.port });
			onTestFinished(() => exim.stop());
			return { postfix, exim };
		} catch (error) {
			if (left === 0) throw error;
		}
	}
}

/** Reads one message as a mail program would, and says what is wrong with it. */
async function judgeFor(config: Config): Promise<(mail: DeliveredMail, name: string) => Promise<Email>> {
	const { keys } = await loadDkimKeys(config.identities[0]?.dkim ?? []);
	const published = new Map(keys.map((key) => dkimDnsRecord(key)).map((record) => [record.name, record.value]));
	const resolver = async (name: string, type: string) => {
		const value = published.get(name);
		if (type !== "TXT" || value === undefined) throw Object.assign(new Error(`no ${type} of ${name}`), { code: "ENOTFOUND" });
		return [[value]];
	};
	const pdf = await digestOf(path.join(EXAMPLE.campaign(), "attachments/발송자-점검표-2026-겨울.pdf"));
	return async (mail, name) => {
		const text = mail.raw.toString("latin1");
		const at = text.indexOf("\n\n");
		expect(text.slice(0, at), `header of ${mail.to} is ASCII`).toMatch(/^[\t\n\x20-\x7e]+$/);
		expect(Math.max(...text.split("\n").map((line) => line.length)), `longest line of ${mail.to}`).toBeLessThanOrEqual(998);

		const email = await PostalMime.parse(mail.raw);
		expect(email.subject).toBe(`${name || "독자"}님께 보내는 12월의 편지 ✉️ A letter for December`);
		expect(email.to).toEqual([{ address: mail.to, name }]);
		expect(email.from).toMatchObject({ address: "news@wellsent.test" });
		const words = `${email.subject}${email.html}${email.text}`;
		expect(words, `${mail.to}: nothing undecoded, nothing damaged, no field left open`).not.toMatch(
			/=\?utf-8|\ufffd|\{\{|=C3=|=EC=/i,
		);
		expect(email.html).toContain("</html>");
		expect(email.text?.length).toBeGreaterThan(500);
		if (name !== "") expect(email.text).toContain(name);
		const attached = email.attachments.filter((one) => one.disposition === "attachment");
		expect(attached.map((one) => one.filename)).toEqual(["발송자-점검표-2026-겨울.pdf"]);
		expect(attached.map((one) => sha256(one.content))).toEqual([pdf]);
		const pictures = email.attachments.filter((one) => one.related);
		expect(pictures).toHaveLength(4);
		for (const { contentId } of pictures) expect(email.html).toContain(`cid:${contentId?.slice(1, -1)}`);

		// The servers store lines with LF; what was signed has CRLF.
		const { results } = await dkimVerify(Buffer.from(text.replaceAll("\n", "\r\n"), "latin1"), { resolver });
		expect(results.map((one) => `${one.selector} ${one.status.result}`).sort(), mail.to).toEqual(["e1 pass", "r1 pass"]);
		return email;
	};
}

async function digestOf(file: string): Promise<string> {
	return sha256(await readFile(file));
}

function sha256(content: ArrayBuffer | Uint8Array | string): string {
	return createHash("sha256")
		.update(content instanceof ArrayBuffer ? new Uint8Array(content) : content)
		.digest("hex");
}

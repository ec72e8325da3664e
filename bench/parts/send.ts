// End to end: a campaign through the engine (queue, lanes, compose, sign, SMTP, journal, log) to one host of the sandbox in another process, against
// nodemailer's pool with the same rendered message, key and number of connections, to the same host in the same rounds.
import { createTransport } from "nodemailer";
import { startEngine } from "../../src/app.ts";
import { countDeliveries, getCampaign } from "../../src/campaign/campaign.store.ts";
import { prepareCampaign } from "../../src/campaign/prepare.ts";
import { startSandboxProcess } from "../../test/support/processes/children.ts";
import { interleaved, type Line, printTable } from "../measure.ts";
import { type BenchOffice, benchOffice, DOMAIN, SITE } from "../office.ts";

const ROUNDS = 3;
const OURS = Number(process.env["BENCH_MESSAGES"] ?? 4_000);
const THEIRS = Math.min(500, OURS);
const CONNECTIONS = 10;
const HOST = "127.0.0.77";

export async function sendBench(): Promise<void> {
	await using sink = await startSandboxProcess({
		world: {
			zones: `${DOMAIN} MX 10 mx.${SITE}\nmx.${SITE} A ${HOST}`,
			// In plain text on both sides: TLS costs both the same, and it is not what is compared.
			hosts: { [`mx.${SITE}`]: { manners: { starttls: "none" } } },
		},
	});
	await using office = await benchOffice({ readers: OURS, dns: sink.dns, smtpPort: sink.smtpPort });
	let campaign = 0;
	const engine = (kind: "signed" | "unsigned") => ({
		name: `Wellsent, ${kind === "signed" ? "RSA-2048" : "unsigned"}`,
		prepare: async () => {
			campaign = await office.begin(kind);
		},
		run: () => ourCampaign(office, campaign),
	});
	const pool = (kind: "signed" | "unsigned") => ({
		name: `nodemailer pool, ${kind === "signed" ? "RSA-2048" : "unsigned"}`,
		run: () => theirPool(office, sink.smtpPort, kind),
	});
	const lines = await interleaved([engine("signed"), pool("signed"), engine("unsigned"), pool("unsigned")], ROUNDS);
	printTable(
		`Send: ${OURS} messages of ours, ${THEIRS} of nodemailer's a round, ${CONNECTIONS} connections, one sink in another process`,
		lines,
	);
	const [signed, theirs, unsigned, theirsUnsigned] = lines;
	const ratio = (what: "wall" | "cpu", a?: Line, b?: Line) => ((b?.[what] ?? Number.NaN) / (a?.[what] ?? Number.NaN)).toFixed(1);
	for (const what of ["wall", "cpu"] as const)
		console.log(
			`RATIO Wellsent / nodemailer pool by ${what === "wall" ? "messages a second" : "CPU a message"}: signed ${ratio(what, signed, theirs)}, unsigned ${ratio(what, unsigned, theirsUnsigned)}`,
		);
}

/** From the start of the engine to the commit of the last settlement, and its stop: queueing all readers, compiling, claiming, farewells included. */
async function ourCampaign({ app }: BenchOffice, id: number): Promise<number> {
	const engine = await startEngine(app, "send");
	try {
		let left = OURS;
		await new Promise<void>((resolve) => {
			engine.onSettled((settlements) => {
				left -= settlements.filter((one) => one.state === "delivered").length;
				if (left <= 0) resolve();
			});
		});
	} finally {
		await engine.stop();
	}
	const { delivered } = await countDeliveries(app.db, id);
	if (delivered !== OURS) throw new Error(`${delivered} of ${OURS} were delivered`);
	return OURS;
}

/** All messages handed to the pool, as many at a time as it asks for. The text is rendered beforehand: that part is a present. */
async function theirPool(office: BenchOffice, port: number, kind: "signed" | "unsigned"): Promise<number> {
	const newest = await office.app.db.campaign.findFirstOrThrow({
		where: { identity: `news@${kind}.test` },
		orderBy: { id: "desc" },
	});
	const campaign = await getCampaign(office.app.db, newest.id);
	const compiled = await prepareCampaign(office.app, campaign, { strict: false });
	const transport = createTransport({
		pool: true,
		host: HOST,
		port,
		name: "mta1.wellsent.test",
		maxConnections: CONNECTIONS,
		maxMessages: Number.POSITIVE_INFINITY,
		ignoreTLS: true,
		...(kind === "signed" ? { dkim: { domainName: "signed.test", keySelector: "r1", privateKey: office.pem } } : {}),
	});
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < THEIRS; index = next++) {
			const email = `reader${index}@${DOMAIN}`;
			const reader = { contactId: index, deliveryId: index, email, name: `김 ${index}`, attributes: {} };
			const { subject, html, text } = compiled.render(reader, { now: Date.now() });
			await transport.sendMail({
				from: `Wellsent <news@${kind}.test>`,
				to: `김 ${index} <${email}>`,
				envelope: { from: `b-${index}@bounces.${kind}.test`, to: [email] },
				subject,
				html,
				text,
			});
		}
	};
	await Promise.all(Array.from({ length: CONNECTIONS * 2 }, worker));
	transport.close();
	return THEIRS;
}

// What the database costs a message: claimed in pieces as a lane asks for them, settled in batches together with a row of the log.
import { expandStep, saveDomainSites } from "../../src/campaign/expand.store.ts";
import { claim, settle } from "../../src/deliver/queue.store.ts";
import type { ClaimedDelivery, Settlement } from "../../src/deliver/settlement.ts";
import type { ResponseRow } from "../../src/log/response.ts";
import { median, printTable } from "../measure.ts";
import { benchOffice, DOMAIN, SITE } from "../office.ts";

const READERS = 20_000;
/** As a lane with ten connections claims. */
const CLAIM = 60;
/** As many as a busy settler finds in line. */
const BATCHES = [50, 400];

export async function recordBench(): Promise<void> {
	await using office = await benchOffice({ readers: READERS });
	const { db } = office.app;
	const claims = { wall: [] as number[], cpu: [] as number[] };
	const settled = BATCHES.map(() => ({ wall: [] as number[], cpu: [] as number[] }));
	await saveDomainSites(db, new Map([[DOMAIN, SITE]]), Date.now());
	const campaign = await office.app.db.campaign.create({
		data: {
			name: "bench",
			state: "running",
			identity: "news@unsigned.test",
			subject: "bench",
			kind: "marketing",
			folder: office.folder,
			createdAt: new Date(),
			lists: { create: [{ listId: (await db.list.findFirstOrThrow()).id }] },
		},
	});
	while (!(await expandStep(db, campaign.id, Date.now())));

	const timed = async <T>(into: { wall: number[]; cpu: number[] }, run: () => Promise<T>, n: (done: T) => number): Promise<T> => {
		const start = process.hrtime.bigint();
		const before = process.cpuUsage();
		const done = await run();
		const { user, system } = process.cpuUsage(before);
		into.wall.push(Number(process.hrtime.bigint() - start) / 1_000 / n(done));
		into.cpu.push((user + system) / n(done));
		return done;
	};
	for (let turn = 0; ; turn += 1) {
		const inHand: ClaimedDelivery[] = [];
		const batch = BATCHES[turn % BATCHES.length] ?? 1;
		while (inHand.length < batch) {
			const limit = Math.min(CLAIM, batch - inHand.length);
			const order = { source: "mta1", campaign: campaign.id, site: SITE, limit, now: Date.now(), runner: "bench" };
			const claimed = await timed(
				limit === CLAIM ? claims : { wall: [], cpu: [] },
				() => claim(db, order),
				(list) => Math.max(1, list.length),
			);
			if (claimed.length === 0) break;
			inHand.push(...claimed);
		}
		if (inHand.length < batch) break;
		const of = settled[turn % BATCHES.length];
		if (of !== undefined)
			await timed(
				of,
				() => settle(db, inHand.map(delivered)),
				() => batch,
			);
	}
	const line = (name: string, { wall, cpu }: { wall: readonly number[]; cpu: readonly number[] }) => ({
		name,
		wall: median(wall),
		cpu: median(cpu),
		rate: 1_000_000 / median(wall),
	});
	printTable(`Database: a queue of ${READERS}`, [
		line(`claim, ${CLAIM} at once`, claims),
		...BATCHES.map((batch, index) => line(`record (state + log row), ${batch} at once`, settled[index] ?? { wall: [], cpu: [] })),
	]);
}

function delivered(delivery: ClaimedDelivery): Settlement {
	const row: ResponseRow = {
		at: Date.now(),
		deliveryId: delivery.id,
		campaign: delivery.campaign,
		to: delivery.email,
		domain: delivery.domain,
		site: delivery.site,
		route: "direct",
		source: "mta1",
		mxHost: `mx.${SITE}`,
		mxAddress: "127.0.0.1",
		port: 25,
		attempt: 1,
		seq: 1,
		stage: "body",
		code: 250,
		enhanced: "2.0.0",
		text: "Ok: queued as 4WxYz1234",
		class: "accepted",
		scope: "recipient",
		action: "done",
		rule: "accepted",
		tls: { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", verified: false },
		durationMs: 12,
		bytes: 24_000,
	};
	return {
		deliveryId: delivery.id,
		tries: delivery.tries,
		state: "delivered",
		at: Date.now(),
		attempts: 1,
		lastClass: "accepted",
		lastText: "250 2.0.0 Ok",
		site: null,
		rows: [row],
		suppress: null,
	};
}

// One round of questions: zones are proved, then asked for their subjects, all zones side by side. A zone that stays silent is given up early, so that
// a dead one costs seconds and not minutes. DNS comes in as an argument; nothing is kept here.
import { type Reading, readAnswer, type Told } from "./decode.ts";
import { questionName } from "./names.ts";
import { judgeResolver, judgeZone, type ResolverVerdict, testSubjects, type ZoneVerdict } from "./proof.ts";
import { askedAt, type SubjectKind, type Zone } from "./zones/zone.ts";

export interface RoundPorts {
	readonly address: (name: string) => Promise<Told>;
	readonly dqsKey: string | null;
	/** A label nobody has: "wellsent-4f7c2a". */
	readonly random: () => string;
}

export interface Answer {
	readonly subject: string;
	readonly zone: Zone;
	readonly reading: Reading;
	/** Seconds that the answer holds by DNS; 0 when there is none. */
	readonly ttl: number;
}

/** Questions of one zone under way at once: few, so that its silence is noticed before all of them wait for it. */
const AT_ONCE = 4;
/** So many in a row without an answer, and the rest is not asked. */
const GIVE_UP_AFTER = 2;

/** Does the resolver say of a name that cannot exist that it does not? */
export async function probeResolver(ports: RoundPorts): Promise<ResolverVerdict> {
	const name = `${ports.random()}.invalid`;
	return judgeResolver(name, await ports.address(name));
}

/** Asks a zone for its two test points. */
export async function proveZone(zone: Zone, kind: SubjectKind, ports: RoundPorts): Promise<ZoneVerdict> {
	const at = askedAt(zone, ports.dqsKey);
	const points = testSubjects(zone, kind, ports.random());
	const [listed, clean] = await Promise.all([
		ports.address(questionName(points.listed, at)),
		ports.address(questionName(points.clean, at)),
	]);
	return judgeZone(zone, { listed, clean });
}

/** Asks one zone for one subject. */
export async function askOnce(zone: Zone, subject: string, ports: RoundPorts): Promise<Answer> {
	const told = await ports.address(questionName(subject, askedAt(zone, ports.dqsKey)));
	return { subject, zone, reading: readAnswer(zone, told), ttl: told.kind === "failed" ? 0 : told.ttl };
}

/** Asks each zone for its subjects. An answer for every one of them: those that were not asked after all are unknown, with the reason. */
export async function askZones(
	wanted: readonly { readonly zone: Zone; readonly subjects: readonly string[] }[],
	ports: RoundPorts,
): Promise<readonly Answer[]> {
	const all = await Promise.all(wanted.map(({ zone, subjects }) => askZone(zone, subjects, ports)));
	return all.flat();
}

async function askZone(zone: Zone, subjects: readonly string[], ports: RoundPorts): Promise<Answer[]> {
	const line = [...subjects];
	const answers: Answer[] = [];
	let silent = 0;
	let why = "";
	const worker = async () => {
		for (let subject = line.shift(); subject !== undefined; subject = line.shift()) {
			if (silent >= GIVE_UP_AFTER) {
				const reading = { state: "unknown", kind: "silent", why: `not asked: the zone gave no answer before (${why})` } as const;
				answers.push({ subject, zone, reading, ttl: 0 });
				continue;
			}
			const answer = await askOnce(zone, subject, ports);
			answers.push(answer);
			if (answer.reading.state === "unknown" && answer.reading.kind === "silent") {
				silent++;
				why = answer.reading.why;
			} else silent = 0;
		}
	};
	await Promise.all(Array.from({ length: Math.min(AT_ONCE, subjects.length) }, worker));
	return answers.sort((a, b) => subjects.indexOf(a.subject) - subjects.indexOf(b.subject));
}

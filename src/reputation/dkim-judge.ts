// Does the DKIM record in DNS belong to the private key that signs (RFC 6376 section 3.6.1, RFC 8463)? Pure: record and key in, findings out.
import { createPublicKey, type KeyObject } from "node:crypto";
import { type DkimDnsRecord, dkimDnsRecord } from "../compose/dkim-record.ts";
import type { AddFinding, DnsAnswer } from "./preflight-finding.ts";
import { DNS_FIX } from "./spf-judge.ts";

export interface DkimFacts {
	readonly selector: string;
	/** d= */
	readonly domain: string;
	/** The private key. */
	readonly key: KeyObject;
	/** TXT at the selector's name. */
	readonly answer: DnsAnswer<string>;
}

/** RFC 8301 section 3.2: signers must use at least 1024 bits and should use 2048. */
const SMALL = 1024;
const GOOD = 2048;

/** True when receivers can verify what that key signs; null: unknown. */
export function judgeDkim(facts: DkimFacts, add: AddFinding): boolean | null {
	const { selector, domain, key, answer } = facts;
	const wanted = dkimDnsRecord({ selector, domain, key });
	const publish = publishing(wanted);
	const name = wanted.name;
	if (answer.kind === "failed") {
		add("unknown", "dkim", `${name} could not be asked: ${answer.detail}`, DNS_FIX);
		return null;
	}
	if (answer.kind === "none") {
		add("fail", "dkim-record-missing", `there is no DKIM record at ${name}, so no receiver can verify the signature`, publish);
		return false;
	}
	const records = answer.values.filter((text) => /(?:^|;)\s*p\s*=/i.test(text));
	const [record] = records;
	if (record === undefined || records.length > 1) {
		const what =
			record === undefined
				? "no DKIM record, only other texts"
				: `${records.length} DKIM records, and receivers take any of them`;
		add("fail", "dkim-record-broken", `at ${name} there is ${what}`, publish);
		return false;
	}
	const tags = tagsOf(record);
	const broken = problemOf(tags, key);
	if (broken !== null) {
		add("fail", broken.id, `the DKIM record at ${name} ${broken.what}`, publish);
		return false;
	}
	const published = publicKeyOf(tags.get("p") ?? "", key.asymmetricKeyType === "ed25519");
	if (published === null) {
		add("fail", "dkim-record-broken", `the public key at ${name} cannot be read (cut off, or not base64)`, publish);
		return false;
	}
	if (!spki(published).equals(spki(createPublicKey(key)))) {
		add(
			"fail",
			"dkim-mismatch",
			`the public key at ${name} does not belong to the private key that signs: every signature fails`,
			publish,
		);
		return false;
	}
	const bits = key.asymmetricKeyType === "rsa" ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : null;
	if (bits !== null && bits < SMALL) {
		add("fail", "dkim-key-small", `the key of ${name} has ${bits} bits; receivers ignore less than ${SMALL} (RFC 8301)`, NEW_KEY);
		return false;
	}
	if (bits !== null && bits < GOOD)
		add("warn", "dkim-key-weak", `the key of ${name} has ${bits} bits; ${GOOD} are asked for (RFC 8301)`, NEW_KEY);
	const flags = (tags.get("t") ?? "").split(":").map((flag) => flag.trim().toLowerCase());
	if (flags.includes("y"))
		add(
			"warn",
			"dkim-testing",
			`the DKIM record at ${name} says t=y (testing): receivers may treat the mail as unsigned`,
			`Publish it without t=y. ${publish}`,
		);
	add("ok", "dkim", `the DKIM record at ${name} matches the key (${bits === null ? "Ed25519" : `RSA ${bits}`})`);
	return true;
}

const NEW_KEY = "Make a key of 2048 bits under a new selector, publish it, and name it in dkim of the [[identity]].";

function publishing(record: DkimDnsRecord): string {
	return `Publish a TXT record at ${record.name}: ${record.value}`;
}

/** The tag-list of RFC 6376 section 3.2; blanks inside values of p= are dropped. The first of two equal tags counts. */
function tagsOf(record: string): ReadonlyMap<string, string> {
	const tags = new Map<string, string>();
	for (const piece of record.split(";")) {
		const at = piece.indexOf("=");
		if (at < 0) continue;
		const name = piece.slice(0, at).trim().toLowerCase();
		const value = piece.slice(at + 1).trim();
		if (!tags.has(name)) tags.set(name, name === "p" ? value.replace(/\s+/g, "") : value);
	}
	return tags;
}

function problemOf(tags: ReadonlyMap<string, string>, key: KeyObject): { readonly id: string; readonly what: string } | null {
	const broken = (what: string) => ({ id: "dkim-record-broken", what });
	if ((tags.get("v") ?? "DKIM1") !== "DKIM1") return broken(`begins with v=${tags.get("v")} instead of v=DKIM1`);
	if (tags.get("p") === "") return { id: "dkim-revoked", what: "is revoked (its p= is empty)" };
	const type = (tags.get("k") ?? "rsa").toLowerCase();
	if (type !== key.asymmetricKeyType)
		return { id: "dkim-mismatch", what: `is for a key of the kind ${type}, and the private key is ${key.asymmetricKeyType}` };
	const hashes = tags.get("h");
	if (
		hashes !== undefined &&
		!hashes
			.toLowerCase()
			.split(":")
			.some((hash) => hash.trim() === "sha256")
	)
		return broken(`allows only h=${hashes}, and signatures use sha256`);
	const services = tags.get("s");
	if (services !== undefined && !services.split(":").some((service) => ["*", "email"].includes(service.trim().toLowerCase())))
		return broken(`is not for mail (s=${services})`);
	return null;
}

/** RSA keys are published as SubjectPublicKeyInfo, by some as the bare RSAPublicKey (RFC 8017); Ed25519 as its 32 bytes. */
function publicKeyOf(base64: string, ed25519: boolean): KeyObject | null {
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
	const bytes = Buffer.from(base64, "base64");
	try {
		if (ed25519) {
			if (bytes.length !== 32) return null;
			return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") }, format: "jwk" });
		}
		try {
			return createPublicKey({ key: bytes, format: "der", type: "spki" });
		} catch {
			return createPublicKey({ key: bytes, format: "der", type: "pkcs1" });
		}
	} catch {
		return null;
	}
}

function spki(key: KeyObject): Buffer {
	return key.export({ type: "spki", format: "der" });
}

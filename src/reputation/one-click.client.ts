// Does a one-click link work: a POST to it as a mail program sends it (RFC 8058 section 3.1), with a token that is about nobody. Trouble is an answer.
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { codeOf, textOf } from "../errors.ts";
import type { OneClickAnswer } from "./one-click.ts";
import type { PreflightDns } from "./preflight-dns.client.ts";

const PATIENCE_MS = 6_000;
const BODY = "List-Unsubscribe=One-Click";

/** Addresses come from our own resolver. Redirects are not followed: RFC 8058 forbids them, and mail programs do not. */
export async function postOneClick(url: string, dns: PreflightDns): Promise<OneClickAnswer> {
	const target = new URL(url);
	const host = target.hostname.replace(/^\[|\]$/g, "");
	const addresses = isIP(host) === 0 ? await addressesOf(host, dns) : [host];
	if (typeof addresses === "string") return { kind: "no-host", detail: addresses };
	const [address] = addresses;
	if (address === undefined) return { kind: "no-host", detail: "" };
	return await post(target, host, address);
}

async function addressesOf(host: string, dns: PreflightDns): Promise<readonly string[] | string> {
	if (host === "localhost") return ["127.0.0.1"];
	const both = await Promise.all([dns.addresses(host, 4), dns.addresses(host, 6)]);
	const found = both.flatMap((answer) => (answer.kind === "found" ? answer.values : []));
	const failed = both.find((answer) => answer.kind === "failed");
	return found.length === 0 && failed?.kind === "failed" ? failed.detail : found;
}

function post(target: URL, host: string, address: string): Promise<OneClickAnswer> {
	return new Promise((resolve) => {
		const secure = target.protocol === "https:";
		const request = (secure ? https : http).request({
			method: "POST",
			host: address,
			port: target.port === "" ? (secure ? 443 : 80) : Number(target.port),
			path: target.pathname,
			...(secure && isIP(host) === 0 ? { servername: host } : {}),
			headers: {
				host: target.host,
				"content-type": "application/x-www-form-urlencoded",
				"content-length": BODY.length,
				"user-agent": "Wellsent preflight",
			},
			agent: false,
		});
		const timer = setTimeout(
			() => request.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" })),
			PATIENCE_MS,
		);
		request.once("response", (response) => {
			clearTimeout(timer);
			response.resume();
			resolve({ kind: "status", status: response.statusCode ?? 0 });
			response.destroy();
		});
		request.on("error", (error) => {
			clearTimeout(timer);
			resolve({ kind: "trouble", code: codeOf(error), detail: textOf(error) });
		});
		request.end(BODY);
	});
}

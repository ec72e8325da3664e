// Links of a message as filters and readers see them: broken, shortened, by address, under a false name; and the way out, seen or hidden. Pure.
import { isIP } from "node:net";
import { registrableDomain } from "../address/registrable.ts";
import type { LintFinding } from "./lint.ts";

export interface MessageLink {
	readonly href: string;
	/** What a reader sees of it, blanks made single; the alt text of a picture. */
	readonly text: string;
	/** The opening tag. */
	readonly tag: string;
}

/** Services that hide where a link leads: most blacklists know all of them, for what others did with them. */
const SHORTENERS: ReadonlySet<string> = new Set(
	`bit.ly bitly.com tinyurl.com t.co goo.gl ow.ly is.gd v.gd buff.ly rebrand.ly cutt.ly rb.gy t.ly shorturl.at bit.do tiny.cc lnkd.in soo.gd s.id shorte.st
	adf.ly clck.ru dwz.cn url.cn naver.me me2.do me2.kr han.gl vo.la url.kr zrr.kr buly.kr c11.kr abit.ly kko.to muz.so asq.kr`.split(
		/\s+/,
	),
);
const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:", "sms:", "cid:"]);
/** Examples that are named; the rest is counted. */
const NAMED = 3;

/** The links of an HTML part, in their order. */
export function linksOf(html: string): readonly MessageLink[] {
	const bare = html.replace(/<!--[\s\S]*?-->/g, "");
	return [...bare.matchAll(/(<a\b[^>]*>)([\s\S]*?)<\/a\s*>/gi)].flatMap(([, tag = "", inner = ""]) => {
		const href = attribute(tag, "href");
		if (href === null) return [];
		const alt = attribute(inner, "alt") ?? "";
		const text = decode(inner.replace(/<[^>]*>/g, " "))
			.replace(/\s+/g, " ")
			.trim();
		return [{ href: decode(href).trim(), text: text === "" ? alt.trim() : text, tag }];
	});
}

/** Hosts that links and pictures lead to by http or https, each once; no addresses. */
export function hostsOf(html: string): readonly string[] {
	const pictures = [...html.matchAll(/<(?:img|link|source|video)\b[^>]*>/gi)].flatMap(
		([tag]) => attribute(tag, "src") ?? attribute(tag, "href") ?? [],
	);
	const hosts = [...linksOf(html).map((link) => link.href), ...pictures].flatMap((href) => {
		const url = read(decode(href).trim());
		return url !== null && /^https?:$/.test(url.protocol) && isIP(bareHost(url)) === 0 ? [url.hostname] : [];
	});
	return [...new Set(hosts)];
}

/** `html`: what one reader gets; `template`: the HTML as written, in which the unsubscribe link is known by its variable. */
export function lintLinks(html: string, template: string): readonly LintFinding[] {
	const findings: LintFinding[] = [];
	const links = linksOf(html);
	const tell = (
		level: LintFinding["level"],
		id: string,
		some: readonly string[],
		what: (names: string) => string,
		fix: string,
	) => {
		const names = [...new Set(some)];
		if (names.length === 0) return;
		const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
		findings.push({ id, level, what: what(`${names.slice(0, NAMED).join(", ")}${more}`), fix });
	};
	const parsed = links.map((link) => ({ link, url: read(link.href) }));
	const shown = ({ href, text }: MessageLink) => (href === "" ? `"${text}" (empty)` : href.slice(0, 80));
	tell(
		"fail",
		"link-broken",
		parsed
			.filter(({ link, url }) => !link.href.startsWith("#") && (url === null || !SCHEMES.has(url.protocol)))
			.map(({ link }) => shown(link)),
		(names) => `links that lead nowhere: ${names}`,
		"Write the whole address, https://…",
	);
	tell(
		"warn",
		"link-empty",
		links.filter((link) => link.href === "#").map((link) => `"${link.text}"`),
		(names) => `links to "#" stay where they are: ${names}`,
		"Give them an address, or make them plain text.",
	);
	const web = parsed.flatMap(({ link, url }) => (url !== null && /^https?:$/.test(url.protocol) ? [{ link, url }] : []));
	tell(
		"warn",
		"link-shortened",
		web.filter(({ url }) => SHORTENERS.has(url.hostname.replace(/^www\./, ""))).map(({ link }) => shown(link)),
		(names) => `shortened links hide where they lead, and blacklists know the shorteners: ${names}`,
		"Link to the page itself.",
	);
	// Loopback is told as "link-dead", or is the try-out's own unsubscribe link.
	tell(
		"warn",
		"link-ip",
		web.filter(({ url }) => isIP(bareHost(url)) !== 0 && !/^(?:127\.|::1$)/.test(bareHost(url))).map(({ link }) => shown(link)),
		(names) => `links to an IP address look like phishing: ${names}`,
		"Link to a name.",
	);
	tell(
		"warn",
		"link-text-differs",
		web.flatMap(({ link, url }) => {
			const named = domainNamed(link.text);
			return named === null || sameOwner(named, url.hostname) ? [] : [`"${link.text.slice(0, 60)}" leads to ${url.hostname}`];
		}),
		(names) => `links whose text names another domain look like phishing: ${names}`,
		"Let the text name the domain that it leads to, or no domain.",
	);
	const hidden = linksOf(template).filter(
		(link) => link.href.includes("unsubscribe_url") && (link.text === "" || isHidden(link.tag)),
	);
	if (hidden.length > 0 && linksOf(template).filter((link) => link.href.includes("unsubscribe_url")).length === hidden.length)
		findings.push({
			id: "unsubscribe-hidden",
			level: "fail",
			what: "the unsubscribe link of the HTML part cannot be seen",
			fix: "Give it a text of readable size. Providers and laws want it visible, beside the one-click button.",
		});
	return findings;
}

/**
 * The mark of Korean advertising: "(광고)", exactly so, at the beginning of the subject, and no other spelling of it (정보통신망법 시행령 별표 6).
 * `subject`: as the reader gets it.
 */
export function lintAdvertMark(
	subject: string,
	of: { readonly advertKr: boolean; readonly marketing: boolean },
): LintFinding | null {
	const marked = subject.startsWith("(광고)");
	const rest = marked ? subject.slice("(광고)".length) : subject;
	const disguised = /[([{<【［〔「『]\s*\S{0,4}?\s*광[\s./·•_\-*~]*고\s*[)\]}>】］〕」』]|광[./·•_\-*~]고/.exec(rest)?.[0];
	if (disguised !== undefined)
		return {
			id: "advert-kr-mark",
			level: "warn",
			what: `the subject spells the mark of advertising as "${disguised}"; the law wants (광고), exactly so, at the beginning`,
			fix: "Remove it and set advert_kr = true in campaign.toml: the mark is then put before the subject.",
		};
	if (marked && !of.advertKr && of.marketing)
		return {
			id: "advert-kr-unset",
			level: "warn",
			what: "the subject is marked (광고), but advert_kr is not set: the other duties of Korean advertising are not checked",
			fix: "Set advert_kr = true in campaign.toml.",
		};
	return null;
}

function attribute(tag: string, name: string): string | null {
	const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i").exec(tag);
	return match === null ? null : (match[1] ?? match[2] ?? match[3] ?? "");
}

function read(href: string): URL | null {
	if (!/^[a-z][a-z0-9+.-]*:/i.test(href) || /^https?:(?!\/\/[^/])/i.test(href)) return null;
	try {
		return new URL(href);
	} catch {
		return null;
	}
}

function bareHost(url: URL): string {
	return url.hostname.replace(/^\[|\]$/g, "");
}

/** The domain that a text looks like, or null: "www.example.com", "https://example.com/page"; not "3.5", "index.html" or an address of mail. */
function domainNamed(text: string): string | null {
	const match = /^(?:https?:\/\/)?((?:[a-z0-9\u0080-\uffff](?:[a-z0-9\u0080-\uffff-]*)\.)+[a-z]{2,})(?=[/?#:]|\s|$)/i.exec(
		text.trim(),
	);
	const named = match?.[1]?.toLowerCase() ?? null;
	return named === null || /\.(?:html?|pdf|png|jpe?g|gif|js|ts|txt|zip|docx?|xlsx?|pptx?|hwp)$/.test(named) ? null : named;
}

function sameOwner(a: string, b: string): boolean {
	return a === b || (registrableDomain(a) ?? a) === (registrableDomain(b) ?? b);
}

function isHidden(tag: string): boolean {
	return /(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*[01](?:px|pt|em|%)?\s*[;"']|opacity\s*:\s*0\s*[;"'])/i.test(
		tag,
	);
}

function decode(text: string): string {
	return text
		.replace(/&amp;/gi, "&")
		.replace(/&nbsp;/gi, " ")
		.replace(/&#x2F;/gi, "/")
		.replace(/&lt;/gi, "<")
		.replace(/&gt;/gi, ">")
		.replace(/&quot;/gi, '"');
}

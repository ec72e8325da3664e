// The frame of every page. Pure.
import { html } from "hono/html";
import type { Html, View } from "./parts.ts";

export const PAGES = [
	"overview",
	"calendar",
	"alerts",
	"log",
	"hosts",
	"lanes",
	"blacklists",
	"identities",
	"gateways",
	"jobs",
	"explain",
] as const;
export type PageName = (typeof PAGES)[number];

export interface Frame extends View {
	readonly title: string;
	/** Which entry of the navigation it belongs to. */
	readonly page: PageName | null;
	readonly sending: boolean;
	readonly sandbox: boolean;
	/** A button to sign out. */
	readonly locked: boolean;
	/** Seconds after which the page fetches itself again; 0: never. */
	readonly live: number;
}

/** The address of a page of the navigation. */
export const pathOf = (page: PageName): string => (page === "overview" ? "/" : `/${page}`);

export function layout(frame: Frame, body: Html): Html {
	const { words, live } = frame;
	const links = PAGES.map((page) => {
		const current = frame.page === page ? html` aria-current="page"` : "";
		return html`<a href="${pathOf(page)}"${current}>${words[page]}</a>`;
	});
	return html`<!doctype html>
<html lang="${frame.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${frame.title} · Wellsent</title>
<link rel="stylesheet" href="/style.css">
${live > 0 ? html`<script src="/live.js" defer></script><noscript><meta http-equiv="refresh" content="${Math.max(10, live)}"></noscript>` : ""}
</head>
<body>
${frame.sandbox ? html`<div class="strip">${words.sandboxNote}</div>` : ""}
<header class="top"><div>
<a class="brand" href="/">Wellsent</a>
<nav>${links}</nav>
<span class="status"><span class="dot${frame.sending ? " on" : ""}"></span>${frame.sending ? words.sending : words.notSending}</span>
${frame.locked ? html`<form method="post" action="/logout"><button>${words.signOut}</button></form>` : ""}
</div></header>
<main${live > 0 ? html` data-live="${live}"` : ""}>
${body}
</main>
</body>
</html>`;
}

/** A page with one card and no navigation: signing in, unsubscribing. */
export function plainPage(of: { readonly language: string; readonly title: string; readonly style: string }, body: Html): Html {
	return html`<!doctype html>
<html lang="${of.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${of.title}</title>
<link rel="stylesheet" href="${of.style}">
</head>
<body><main class="narrow"><div class="card">
${body}
</div></main></body>
</html>`;
}

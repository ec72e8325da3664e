// /u/TOKEN: the link in every newsletter. GET only shows a page, because scanners of mail servers follow every link; POST acts, whether it comes
// from the page's button or from a mail program (RFC 8058: "List-Unsubscribe=One-Click" in the body). No sign-in: the token is the right.
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { setting } from "../db/setting.store.ts";
import { textOf } from "../errors.ts";
import { readerOf, unsubscribe } from "../inbound/unsubscribe.store.ts";
import { plainPage } from "./layout.ts";
import type { Html } from "./parts.ts";
import { STYLE } from "./style.ts";
import { languageOf, type Words, wordsOf } from "./words.ts";

export interface UnsubscribeDeps {
	readonly db: Db;
	readonly clock: Clock;
	readonly log?: { error(facts: Readonly<Record<string, unknown>>, words: string): void };
}

/** The app with /u/:token. Its style is under /u/ too, so that a proxy may show the world nothing else. */
export function createUnsubscribe(deps: UnsubscribeDeps): Hono {
	const app = new Hono();
	const secret = () => setting(deps.db, "secret", deps.clock);
	app.use("/u/*", secureHeaders({ contentSecurityPolicy: UNSUBSCRIBE_POLICY, referrerPolicy: "no-referrer" }));
	app.get("/u/style.css", (context) => context.body(STYLE, 200, { "content-type": "text/css; charset=utf-8" }));
	app.get("/u/:token", async (context) => {
		const reader = await readerOf(deps.db, context.req.param("token"), await secret());
		if (reader === null) return unknown(context);
		return page(context, 200, (words) => ({
			title: words.unsubscribeTitle,
			body: html`<h1>${words.unsubscribeTitle}</h1><p>${words.unsubscribeAsk}<br><b>${masked(reader.email)}</b></p>
<form method="post"><button class="main">${words.unsubscribeButton}</button></form>`,
		}));
	});
	app.post("/u/:token", async (context) => {
		const answer = await unsubscribe(deps.db, context.req.param("token"), await secret(), deps.clock);
		if (answer.kind === "unknown") return unknown(context);
		if (answer.kind === "probe") return context.text("This link works. It is about nobody, and nothing was changed.\n");
		return page(context, 200, (words) => ({
			title: words.unsubscribeTitle,
			body: html`<h1>${words.unsubscribeTitle}</h1><p>${answer.kind === "done" ? words.unsubscribeDone : words.unsubscribeAlready}<br><b>${masked(answer.email)}</b></p>
<p class="soft small">${answer.kind === "done" ? words.unsubscribeInFlight : ""}</p>`,
		}));
	});
	app.onError((error, context) => {
		deps.log?.error({ error: textOf(error) }, "an unsubscribe link could not be served");
		// 503 and not 200: a mail program shall try again, and a person shall not believe that it is done.
		return context.text("This could not be done just now. Please try again in a minute.\n", 503, { "retry-after": "60" });
	});
	return app;
}

const UNSUBSCRIBE_POLICY = {
	defaultSrc: ["'none'"],
	styleSrc: ["'self'"],
	formAction: ["'self'"],
	frameAncestors: ["'none'"],
	baseUri: ["'none'"],
};

function unknown(context: Context): Response | Promise<Response> {
	return page(context, 404, (words) => ({
		title: words.unsubscribeTitle,
		body: html`<h1>${words.unsubscribeUnknown}</h1><p class="soft">${words.unsubscribeUnknownHint}</p>`,
	}));
}

function page(context: Context, status: 200 | 404, make: (words: Words) => { title: string; body: Html }) {
	const language = languageOf(context.req.header("accept-language"));
	const { title, body } = make(wordsOf(language));
	context.header("cache-control", "no-store");
	context.header("vary", "Accept-Language");
	return context.html(plainPage({ language, title, style: "/u/style.css" }, body), status);
}

/** "k•••@example.com": enough for the reader to know it, too little for whoever was sent the mail on. */
function masked(email: string): string {
	const at = email.lastIndexOf("@");
	return `${[...email.slice(0, at)][0] ?? ""}•••${email.slice(at)}`;
}

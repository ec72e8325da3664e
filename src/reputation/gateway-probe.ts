// What a test of a gateway found: facts of one conversation, before anybody judges them. Types only.
import type { TalkTrouble } from "./smtp-talk.client.ts";

export type GatewayProbe =
	| { readonly at: "dns"; readonly detail: string }
	| { readonly at: "connect"; readonly address: string; readonly trouble: TalkTrouble }
	/** Connected, and no greeting came; `speaksTls`: it answers TLS from the first byte. */
	| { readonly at: "greeting-silent"; readonly speaksTls: boolean; readonly seconds: number }
	/** It let us connect and closed without a word. */
	| { readonly at: "greeting-closed" }
	| { readonly at: "greeting"; readonly reply: string }
	| { readonly at: "not-smtp"; readonly detail: string }
	/** `greetsInPlain`: in answer to TLS from the first byte it greeted unencrypted. */
	| { readonly at: "tls"; readonly trouble: TalkTrouble; readonly greetsInPlain: boolean }
	| { readonly at: "no-starttls"; readonly reply: string }
	| { readonly at: "starttls"; readonly reply: string }
	/** There is no access token to log in with. */
	| { readonly at: "token"; readonly refused: boolean; readonly why: string }
	/** The server offers no mechanism that we can use. */
	| { readonly at: "no-mechanism"; readonly words: string; readonly oauth2Only: boolean }
	| { readonly at: "auth"; readonly reply: string; readonly mechanism: string }
	/** MAIL or RCPT for one of its senders was refused. */
	| { readonly at: "sender"; readonly sender: string; readonly from: string; readonly reply: string }
	| { readonly at: "lost"; readonly stage: string; readonly trouble: TalkTrouble }
	| {
			readonly at: "done";
			readonly tls: string;
			/** Instant at which the certificate ends. */
			readonly certificateUntil: number;
			/** Null: it lets us in without a login. */
			readonly mechanism: string | null;
			/** SIZE it announces, bytes; null: none. */
			readonly size: number | null;
			readonly senders: number;
	  };

/** A sender that the gateway is asked about: its return path and its From address. */
export interface ProbeSender {
	readonly from: string;
	readonly mailFrom: string;
}

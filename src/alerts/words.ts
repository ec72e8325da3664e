// What Wellsent does and what a person should do, for kinds whose rows do not say it themselves. Pure.
import type { AlertKind } from "../log/alert-kinds.ts";

interface Advice {
	readonly did?: string;
	readonly todo?: string;
}

const ADVICE: Readonly<Partial<Record<AlertKind, Advice>>> = {
	"host-refusing": {
		did: "Mail goes to its sibling hosts; this one is probed with single messages.",
		todo: "Write to the provider's postmaster: `wellsent evidence HOST` has the text. When they say it is done: `wellsent hosts delisted SITE --source S`.",
	},
	"invalid-burst": {
		did: "The readers it names are quarantined, not suppressed.",
		todo: "Look at them and decide: `wellsent suppress review`.",
	},
	"identity-held": {
		did: "Nothing more is sent as that identity; what is queued waits.",
		todo: "Check SPF, DKIM and DMARC of the identity: `wellsent check`. Then `wellsent holds` and `wellsent holds release ID`.",
	},
	"campaign-site-held": {
		did: "The campaign waits at that site; the other sites go on.",
		todo: "Read what the site says of the newsletter: `wellsent failures`. Change it, or let the hold pass.",
	},
	"lane-held": {
		did: "Nothing more leaves through that lane until then; what is queued waits.",
		todo: "See what the site says: `wellsent lanes`, `wellsent log --site SITE`. A lane released too early is refused for longer.",
	},
	"campaign-blocked": { todo: "See why: `wellsent campaign check ID`." },
	"campaign-overdue": {
		did: "It was not started by itself.",
		todo: "Start it, or give it another time: `wellsent campaign schedule ID`.",
	},
	"gateway-failing": { todo: "Try it by hand: `wellsent gateways test NAME`." },
};

/** What the row says, else what holds for its kind. */
export function adviceOf(kind: AlertKind, row: { readonly did?: string; readonly todo?: string }): { did: string; todo: string } {
	const advice = ADVICE[kind] ?? {};
	return { did: row.did || (advice.did ?? ""), todo: row.todo || (advice.todo ?? "") };
}

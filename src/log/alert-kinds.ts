// Every kind of alert: what begins it, what ends it, how bad it is. Producers append rows (alert.store.ts); alerts/ turns them into incidents and tells people.
// A kind with `ends` is the good end of another one: its row closes what that one opened on the same subject. Pure.

export type AlertLevel = "critical" | "warning" | "info";

interface KindFacts {
	readonly level: AlertLevel;
	/** The kind that this one ends. */
	readonly ends?: string;
	/** Told once and closed at once: an event, not a state. */
	readonly event?: true;
	/** A few words, for headings: "host refuses". */
	readonly title: string;
}

export const ALERT_KINDS = {
	"host-refusing": { level: "warning", title: "mail server refuses us" },
	"host-recovered": { level: "info", title: "mail server accepts again", ends: "host-refusing" },
	"invalid-burst": { level: "warning", title: "burst of unknown recipients", event: true },
	"identity-held": { level: "critical", title: "identity on hold" },
	"identity-released": { level: "info", title: "identity sends again", ends: "identity-held" },
	"campaign-site-held": { level: "warning", title: "campaign on hold at a site" },
	"campaign-site-released": { level: "info", title: "campaign goes on at a site", ends: "campaign-site-held" },
	"lane-held": { level: "warning", title: "lane on hold" },
	"lane-released": { level: "info", title: "lane sends again", ends: "lane-held" },
	"delisting-host": { level: "info", title: "mail server accepts after de-listing", event: true },
	"delisting-done": { level: "info", title: "de-listing complete", event: true },
	"blacklist-listed": { level: "critical", title: "on a blacklist" },
	"blacklist-cleared": { level: "info", title: "off a blacklist", ends: "blacklist-listed" },
	"zone-broken": { level: "warning", title: "blacklist cannot be asked" },
	"zone-mended": { level: "info", title: "blacklist answers again", ends: "zone-broken" },
	"resolver-broken": { level: "warning", title: "resolver is not to be believed" },
	"resolver-mended": { level: "info", title: "resolver is to be believed again", ends: "resolver-broken" },
	"preflight-failed": { level: "warning", title: "preflight failed" },
	"preflight-passed": { level: "info", title: "preflight passes again", ends: "preflight-failed" },
	"bounce-rate-high": { level: "warning", title: "many bounces" },
	"bounce-rate-normal": { level: "info", title: "bounces as usual", ends: "bounce-rate-high" },
	"complaint-rate-high": { level: "warning", title: "many complaints" },
	"complaint-rate-normal": { level: "info", title: "complaints as usual", ends: "complaint-rate-high" },
	"campaign-blocked": { level: "critical", title: "campaign is blocked" },
	"campaign-unblocked": { level: "info", title: "campaign is as planned again", ends: "campaign-blocked" },
	"campaign-overdue": { level: "critical", title: "campaign missed its time" },
	"campaign-on-time": { level: "info", title: "overdue campaign was dealt with", ends: "campaign-overdue" },
	"campaign-stalled": { level: "warning", title: "campaign does not move" },
	"campaign-moving": { level: "info", title: "campaign moves again", ends: "campaign-stalled" },
	"series-failed": { level: "warning", title: "series made no campaign" },
	"series-made": { level: "info", title: "series makes campaigns again", ends: "series-failed" },
	"gateway-failing": { level: "critical", title: "gateway does not let us in" },
	"gateway-working": { level: "info", title: "gateway works again", ends: "gateway-failing" },
	"disk-low": { level: "critical", title: "disk nearly full" },
	"disk-ok": { level: "info", title: "disk has room again", ends: "disk-low" },
	"job-failing": { level: "warning", title: "job fails" },
	"job-working": { level: "info", title: "job works again", ends: "job-failing" },
} as const satisfies Readonly<Record<string, KindFacts>>;

export type AlertKind = keyof typeof ALERT_KINDS;

export function kindFacts(kind: AlertKind): KindFacts {
	return ALERT_KINDS[kind];
}

export function isAlertKind(text: string): text is AlertKind {
	return Object.hasOwn(ALERT_KINDS, text);
}

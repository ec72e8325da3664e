// Blacklists that are dead, or that nobody should ask: named in config they are refused with the reason. A zone that was given up is worse than
// none: many end by listing the whole world, and then every source would be "listed". Found in check_rbl's NEWS, dnsbl.com, mailcow postfix.sh.

/** Zone (and all below it) → what became of it. */
export const DEAD_ZONES: Readonly<Record<string, string>> = {
	"sorbs.net": "SORBS was closed on 2024-06-05 and its zones emptied",
	"ix.dnsbl.manitu.net": "NiX Spam was closed in January 2025",
	"spam.dnsbl.anonmails.de": "closed in November 2024; it listed at random in the end",
	"cidr.bl.mcafee.com": "McAfee gave it up",
	"spamtrap.drbl.drand.net": "it listed everything in March 2024",
	"dnsbl.madavi.de": "closed in March 2025",
	"sbl.spamdown.org": "closed in March 2026",
	"dnsbl.inps.de": "closed on 2020-05-25",
	"bl.spamcannibal.org": "its domain was parked in 2018 and lists everything",
	"ahbl.org": "AHBL lists the whole world since January 2015",
	"dnsbl.njabl.org": "closed in 2013",
	"rfc-ignorant.org": "closed in 2012",
	"dul.ru": "it lists everything since 2015",
	"list.dsbl.org": "closed in 2008",
	"dynip.rothen.com": "given up",
	"bl.emailbasura.org": "given up",
	"rbl.megarbl.net": "given up",
	"rbl.suresupport.com": "given up",
	"bad.psky.me": "its domain was parked",
	"ubl.unsubscore.com": "offline",
	"ubl.lashback.com": "offline",
	"dnsbl.burnt-tech.com": "given up",
	"dnsbl.anticaptcha.net": "given up",
	"dnsbl6.anticaptcha.net": "given up",
	"sa-trusted.bondedsender.org": "a welcome list that was retired",
	"rbl.lugh.ch": "given up",
	"dnsbl.cyberlogic.net": "given up",
	"anti-spam.org.cn": "not kept any more",
	"rbl.jp": "closed",
	"tor.dnsbl.sectoor.de": "its domain was parked",
	"combined.abuse.ch": "abuse.ch retired its DNS lists",
	"dnsbl.justspam.org": "nobody knows whether it lives",
	"cbl.abuseat.org": "the CBL is part of zen.spamhaus.org (code 127.0.0.4)",
	"sbl.spamhaus.org": "it is part of zen.spamhaus.org, and a listing would count twice",
	"xbl.spamhaus.org": "it is part of zen.spamhaus.org, and a listing would count twice",
	"pbl.spamhaus.org": "it is part of zen.spamhaus.org, and a listing would count twice",
	"sbl-xbl.spamhaus.org": "it is part of zen.spamhaus.org, and a listing would count twice",
};

/** Why that zone is not asked; null: nothing is against it. */
export function deadBecause(zone: string): string | null {
	for (let at = zone.toLowerCase(); at !== ""; at = at.includes(".") ? at.slice(at.indexOf(".") + 1) : "") {
		const reason = DEAD_ZONES[at];
		if (reason !== undefined) return reason;
	}
	return null;
}

// The part of a host name that somebody registered: MX hosts and recipient domains of one owner have it in common.
// Uses the public suffix list inside tldts (no download).
import { getDomain } from "tldts";

/**
 * "mx1.mail.example.co.uk" → "example.co.uk"; "a.b.test" → "b.test" (an unknown ending counts as a suffix of one label).
 * Null for an IP address, for a suffix itself ("co.kr", "test") and for what is no host name.
 * Private suffixes are off: all of github.io belongs to one mail operator, which is what matters here.
 */
export function registrableDomain(host: string): string | null {
	return getDomain(host, { allowPrivateDomains: false });
}

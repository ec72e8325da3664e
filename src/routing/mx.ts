// Types of the MX look-up: what DNS said about where a domain's mail goes.

/** One host that takes mail for a domain. */
export interface MxHost {
	/** Lower case, without a dot at the end. */
	readonly name: string;
	readonly preference: number;
}

/** Where a domain's mail goes. Trouble is an answer, not an exception (RFC 5321 section 5.1, RFC 7505). */
export type MxAnswer =
	| {
			readonly kind: "hosts";
			readonly hosts: readonly MxHost[] /** True: no MX record, the domain's own address is used. */;
			readonly implicit: boolean;
			readonly until: number;
	  }
	| { readonly kind: "null-mx"; readonly until: number }
	| { readonly kind: "no-such-domain"; readonly until: number }
	| { readonly kind: "failed" /** SERVFAIL, TIMEOUT, REFUSED … */; readonly detail: string; readonly until: number };

/** Addresses of an MX host. */
export type AddressAnswer =
	| { readonly kind: "addresses"; readonly v4: readonly string[]; readonly v6: readonly string[]; readonly until: number }
	| { readonly kind: "none"; readonly until: number }
	| { readonly kind: "failed"; readonly detail: string; readonly until: number };

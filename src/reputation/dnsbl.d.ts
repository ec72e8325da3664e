// The dnsbl package comes without types. Only what is used of it.
declare module "dnsbl" {
	/** True: there was an answer, whatever it said. False: none, or any error. Throws for what is no IP address. */
	export function lookup(
		address: string,
		zone: string,
		options: { readonly servers: readonly string[]; readonly timeout: number; readonly includeTxt: false },
	): Promise<boolean>;
}

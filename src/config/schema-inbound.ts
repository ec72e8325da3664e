// [inbound] of wellsent.toml: where bounces and complaints arrive. Defaults and meanings, as in schema.ts.
import { z } from "zod";
import { about, text } from "./parts.ts";
import { type Parsed, right, wrong } from "./units.ts";
import { parseListen, parseMailbox } from "./values.ts";

const tls = z.strictObject({
	cert: text(parsePem).meta(about("The certificate with its chain, PEM.", '"file:tls/fullchain.pem"')),
	key: text(parsePem).meta(about("Its private key, PEM.", '"file:tls/privkey.pem"')),
});

export const inbound = z
	.strictObject({
		listen: text(parseListen)
			.optional()
			.meta(
				about(
					"Address and port where bounces and complaints arrive by SMTP. Other servers deliver to port 25 only. docs/inbound.md tells what is taken.",
					'"0.0.0.0:25"',
					{ otherwise: "off" },
				),
			),
		complaints: z
			.array(text(parseMailbox))
			.prefault([])
			.meta(
				about(
					"Addresses that were told to the feedback loops of mailbox providers, besides postmaster@ and abuse@ of the return-path domains.",
					'["fbl@example.com"]',
				),
			),
		tls: tls.optional().meta(
			about("Offers STARTTLS with this certificate.", '{ cert = "file:tls/fullchain.pem", key = "file:tls/privkey.pem" }', {
				otherwise: "no TLS",
			}),
		),
	})
	.prefault({})
	.meta(about("The listener for bounces and complaints.", 'listen = "0.0.0.0:25"'));

function parsePem(written: string): Parsed<string> {
	const path = /^file:(?!\/\/)(.+)$/.exec(written)?.[1];
	return path === undefined ? wrong("does not name a file", 'write "file:tls/fullchain.pem"') : right(path);
}

// What wellsent.toml says about files that are better fetched than carried: [images]. Values and shapes only.
import { z } from "zod";
import { about, text } from "./parts.ts";
import { type Parsed, right, wrong } from "./units.ts";
import { parseLine } from "./values.ts";

/** An https address without query and fragment, its slash at the end taken away. http only on loopback. */
export function parseHostedUrl(typed: string): Parsed<string> {
	const example = 'write the address where readers find the files, e.g. "https://news.example.com/files"';
	const url = URL.canParse(typed) ? new URL(typed) : null;
	if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
		return wrong(`"${typed}" is not a web address`, example);
	const loopback = /^(?:localhost|127\..*|\[::1\])$/.test(url.hostname);
	if (url.protocol === "http:" && !loopback)
		return wrong(`"${typed}" is not https, and mail programs hide such pictures`, example);
	if (url.search !== "" || url.hash !== "" || url.username !== "")
		return wrong(`"${typed}" has more than an address and a path`, example);
	return right(url.href.replace(/\/+$/, ""));
}

export const imagesTable = z
	.strictObject({
		hosted_folder: text(parseLine)
			.optional()
			.meta(
				about(
					"Folder that a web server publishes: `campaign check ID --fix` writes pictures and large files into it.",
					'"/srv/www/files"',
					{
						otherwise: "they are written beside the mended campaign, to be uploaded",
					},
				),
			),
		hosted_url: text(parseHostedUrl)
			.optional()
			.meta(
				about("Address at which that folder is found.", '"https://news.example.com/files"', {
					otherwise: "nothing is hosted unless --hosted-url says where",
				}),
			),
	})
	.prefault({})
	.meta(
		about("Pictures and files that messages link to instead of carrying them.", 'hosted_url = "https://news.example.com/files"'),
	);

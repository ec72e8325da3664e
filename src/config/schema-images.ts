// What wellsent.toml says about pictures, and files that are better fetched than carried: [images]. Values and shapes only.
import { z } from "zod";
import { about, text, whole } from "./parts.ts";
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
		quality: whole(40, 100)
			.prefault(82)
			.meta(
				about(
					"How well `campaign check ID --fix` keeps pictures that it recompresses, on the scale of JPEG (40 to 100). 100: only what changes no pixel is done.",
					"82",
				),
			),
		max_width: whole(300, 8_000)
			.prefault(1_200)
			.meta(
				about(
					"Pixels: wider pictures are scaled down to it by --fix, or to twice the width at which the HTML shows them when that is less.",
					"1200",
				),
			),
	})
	.prefault({})
	.meta(
		about(
			"Pictures: how they are made smaller, and where those are found that messages link to instead of carrying them.",
			'hosted_url = "https://news.example.com/files"',
		),
	);

// The message of the benchmark: a personalised newsletter of about 24 KB, text and HTML together.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

const latin = (index: number) =>
	`<tr><td style="padding:8px 12px;font-size:15px">Paragraph ${index}: a few words about the month that passed, for ${index % 10 === 0 ? '{{ contact.name | default: "reader" }}' : "all of our readers"}.</td></tr>\n`;
const korean = (index: number) =>
	`<tr><td style="padding:8px 12px">${index}번째 소식: 지난 한 달의 이야기를 ${index % 10 === 0 ? '{{ contact.name | default: "독자" }}' : "모든 독자"}님께 전합니다.</td></tr>\n`;
const page = (row: (index: number) => string, rows: number) =>
	`<!doctype html><html><head><meta charset="utf-8"></head><body><table>${Array.from({ length: rows }, (_, index) => row(index)).join("")}</table><p><a href="{{ unsubscribe_url }}">unsubscribe</a></p></body></html>`;

export const SUBJECT = "{{ contact.name }}, news of December ✉️";

export function letterPage(language: "latin" | "korean"): string {
	return language === "latin" ? page(latin, 120) : page(korean, 125);
}

/** The letter as a campaign's folder, sent by `identity`. */
export async function letterFolder(folder: string, identity: string): Promise<string> {
	const dir = path.join(folder, `letter-${identity}`);
	await mkdir(dir, { recursive: true });
	await writeFile(
		path.join(dir, "campaign.toml"),
		`name = "bench"\nsubject = '${SUBJECT}'\nidentity = "${identity}"\nkind = "marketing"\n`,
	);
	await writeFile(path.join(dir, "body.html"), letterPage("latin"));
	return dir;
}

// The copy of a campaign's folder that is sent. Made at the start, so that neither an edit nor a crash changes a newsletter half-way through its readers.
import { cp, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/** Copies `folder` to `<data>/campaigns/<id>` and answers that path. The copy appears whole or not at all. */
export async function freezeFolder(folder: string, data: string, id: number): Promise<string> {
	const target = path.join(data, "campaigns", String(id));
	const draft = `${target}.new`;
	await mkdir(path.dirname(target), { recursive: true });
	await rm(draft, { recursive: true, force: true });
	// Symbolic links were judged by the check (attachments only from the folder): what is copied is what they point to.
	await cp(folder, draft, { recursive: true, dereference: true });
	await rm(target, { recursive: true, force: true });
	await rename(draft, target);
	return target;
}

// Readers to whom no message is written, because what is stored of them would break its header. Pure.
import { fail } from "../errors.ts";
import type { Reader } from "./compiled.ts";
import { hasControl } from "./text.ts";

/** Throws `reader-refused` for a name or address that could end a header, or another's address. */
export function refuseUnsafe(reader: Reader): void {
	if (reader.name !== null && hasControl(reader.name)) refuse(reader, "the name holds a line break or control character");
	if (reader.email === "" || /[\s<>(),;:"\\[\]]/.test(reader.email) || hasControl(reader.email))
		refuse(reader, "the address holds a character that no address may hold");
}

/** Throws `reader-refused`. */
export function refuse(reader: Reader, detail: string): never {
	// Quoted: the address may be what is wrong.
	const email = JSON.stringify(reader.email);
	return fail("reader-refused", { email, detail }, { findings: [{ where: email, what: detail }] });
}

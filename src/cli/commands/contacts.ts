// `wellsent contacts …`: lists of readers.
import type { Command } from "commander";
import type { Host } from "../run.ts";
import { contactsExport } from "./contacts-export.ts";
import { contactsImport } from "./contacts-import.ts";
import { contactsLists, contactsRemove, contactsShow } from "./contacts-lists.ts";

export function contacts(program: Command, host: Host): void {
	const group = program.command("contacts").description("lists of readers").helpCommand(false);
	for (const register of [contactsImport, contactsLists, contactsShow, contactsExport, contactsRemove]) register(group, host);
}

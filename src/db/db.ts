// The one type that the program is written against: SQLite's client, the narrower of the two databases'.
import type { PrismaClient } from "./generated/client.ts";

export type Db = PrismaClient;
export { Prisma } from "./generated/client.ts";

/** A moment of the database as milliseconds; null stays null. Raw queries answer Date, text or number, as the driver likes. */
export function instant(value: unknown): number | null {
	if (value === null || value === undefined) return null;
	if (value instanceof Date) return value.getTime();
	if (typeof value === "number") return value;
	if (typeof value === "bigint") return Number(value);
	const text = String(value);
	return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
}

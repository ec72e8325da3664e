import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { EucKrDecoder } from "../../../src/contacts/euc-kr.ts";

const decode = (hex: string) => new EucKrDecoder().decode(Buffer.from(hex.replaceAll(" ", ""), "hex"), true);

test("the whole table is code page 949 as Python's codec has it", () => {
	let text = "";
	for (let lead = 0x81; lead < 0xff; lead++)
		for (let trail = 0x41; trail < 0xff; trail++) text += new EucKrDecoder().decode(Uint8Array.of(lead, trail), true) ?? "";
	// python3: "".join of bytes([lead, trail]).decode("cp949") over the same range, where it decodes
	expect(text).toHaveLength(17_048);
	expect(createHash("sha256").update(text).digest("hex")).toBe(
		"f49bf642f090c1ce9815815ce783022b6deebb12346af361db70c72d9d7bb59d",
	);
});

test.each([
	["c8ab b1e6 b5bf", "홍길동"],
	["8c63 b9e6 b0a2 c7cf", "똠방각하"],
	["bbd8 bc84 c652", "쀼펲힣"],
	["41 2c 0d 0a", "A,\r\n"],
	["a2e6 a2e7", "€®"],
	["", ""],
])("%s is %j", (hex, text) => {
	expect(decode(hex)).toBe(text);
});

test.each(["80", "ff", "c8", "41 c8", "c8 0a", "c9a1", "a1 40", "c653", "ec9db4eba994"])("%s means nothing", (hex) => {
	expect(decode(hex)).toBeNull();
});

test("a character may lie across two pieces", () => {
	const decoder = new EucKrDecoder();
	expect(decoder.decode(Uint8Array.of(0xc8, 0xab, 0xb1), false)).toBe("홍");
	expect(decoder.decode(Uint8Array.of(0xe6), false)).toBe("길");
	expect(decoder.decode(new Uint8Array(), true)).toBe("");
});

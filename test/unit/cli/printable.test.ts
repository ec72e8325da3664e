import { expect, test } from "vitest";
import { printable, printableLines, text } from "../../../src/cli/printable.ts";

test.each([
	["plain text and Hangul stay", "550 없는 사용자 é", "550 없는 사용자 é"],
	["an emoji with a joiner stays one", "👩‍💻✉️", "👩‍💻✉️"],
	["a sequence that clears the screen is seen", "ok\x1b[2J", "ok\\x1b[2J"],
	["a window title is seen", "\x1b]0;mine\x07", "\\x1b]0;mine\\x07"],
	["C1 controls are seen", "\x9b2J", "\\x9b2J"],
	["line breaks and tabs are seen in one line", "a\r\nb\tc", "a\\r\\nb\\tc"],
	["marks that turn text around are seen", "gnp\u202efdp.exe", "gnp\\u{202e}fdp.exe"],
	["invisible characters are seen", "a\u200bb\ufeff", "a\\u{200b}b\\u{feff}"],
	["half a surrogate is seen", "\ud83d!", "\\u{d83d}!"],
])("%s", (_, given, shown) => {
	expect(printable(given)).toBe(shown);
});

test("several lines keep their line feeds and tabs, and nothing else that acts", () => {
	expect(printableLines("a\tb\n\x1b[31mred\x1b[39m\r")).toBe("a\tb\n\\x1b[31mred\\x1b[39m\\r");
});

test("with colours only sequences that set colours get through", () => {
	expect(printableLines("\x1b[31mred\x1b[39m \x1b[2J \x1b]8;;x\x07", true)).toBe("\x1b[31mred\x1b[39m \\x1b[2J \\x1b]8;;x\\x07");
});

test("a template makes its values printable and leaves its own text", () => {
	expect(text`a\n${"b\n\x1b"} ${3}`).toBe("a\nb\\n\\x1b 3");
});

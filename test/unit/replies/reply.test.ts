import { describe, expect, test } from "vitest";
import { MAX_REPLY_TEXT, parseReply } from "../../../src/replies/reply.ts";

describe("parseReply", () => {
	test.each([
		{ name: "a plain reply", raw: "250 OK\r\n", code: 250, enhanced: null, text: "OK" },
		{ name: "a code alone", raw: "354", code: 354, enhanced: null, text: "" },
		{ name: "an enhanced code", raw: "550 5.1.1 User unknown", code: 550, enhanced: "5.1.1", text: "User unknown" },
		{
			name: "many lines, each with its code",
			raw: "421-4.7.28 too\r\n421-4.7.28 fast\r\n421 4.7.28 gsmtp\r\n",
			code: 421,
			enhanced: "4.7.28",
			text: "too\nfast\ngsmtp",
		},
		{
			name: "an enhanced code on the second line only",
			raw: "550-Sorry\r\n550 5.7.1 no",
			code: 550,
			enhanced: "5.7.1",
			text: "Sorry\nno",
		},
		{
			name: "an enhanced code with a number sign (IronPort)",
			raw: "550 #5.1.0 Address rejected",
			code: 550,
			enhanced: "5.1.0",
			text: "Address rejected",
		},
		{
			name: "an enhanced code at the end (qmail)",
			raw: "553 sorry (#5.7.1)",
			code: 553,
			enhanced: "5.7.1",
			text: "sorry (#5.7.1)",
		},
		{
			name: "an IP address that only looks like an enhanced code",
			raw: "550 5.1.1.1 is banned",
			code: 550,
			enhanced: null,
			text: "5.1.1.1 is banned",
		},
		{
			name: "a continuation without its code",
			raw: "550-one\r\ntwo\r\n550 three",
			code: 550,
			enhanced: null,
			text: "one\ntwo\nthree",
		},
		{ name: "bare line feeds", raw: "220-a\n220 b\n", code: 220, enhanced: null, text: "a\nb" },
		{ name: "a code that SMTP does not have", raw: "999 whatever", code: 0, enhanced: null, text: "999 whatever" },
		{
			name: "another protocol",
			raw: "HTTP/1.1 400 Bad Request\r\n\r\n",
			code: 0,
			enhanced: null,
			text: "HTTP/1.1 400 Bad Request",
		},
		{ name: "four digits", raw: "2500 hello", code: 0, enhanced: null, text: "2500 hello" },
		{ name: "nothing", raw: "", code: 0, enhanced: null, text: "" },
		{
			name: "terminal sequences and controls",
			raw: "550 \x1b[31mred\x1b[0m\x07 \x1b]0;title\x07x\x00y",
			code: 550,
			enhanced: null,
			text: "red xy",
		},
		{ name: "marks that reorder text on a screen", raw: "550 a\u202eb\u200bc", code: 550, enhanced: null, text: "abc" },
	])("reads $name", ({ raw, code, enhanced, text }) => {
		expect(parseReply(raw)).toEqual({ code, enhanced, text });
	});

	test("keeps at most 2,000 characters and cuts no character in two", () => {
		expect(parseReply(`550 ${"x".repeat(9000)}`).text).toHaveLength(MAX_REPLY_TEXT);
		expect(parseReply(`550 x${"😀".repeat(2000)}`).text).toMatch(/😀$/u);
	});

	test.each([
		{ name: "EUC-KR", bytes: [0xbe, 0xf8, 0xb4, 0xc2, 0x20, 0xb0, 0xe8, 0xc1, 0xa4], text: "없는 계정" },
		{ name: "GBK", bytes: [0xd3, 0xca, 0xcf, 0xe4, 0xd2, 0xd1, 0xc2, 0xfa], text: "邮箱已满" },
		{ name: "Latin-1", bytes: [0x62, 0x6f, 0xee, 0x74, 0x65, 0x20, 0x70, 0x6c, 0x65, 0x69, 0x6e, 0x65], text: "boîte pleine" },
		{ name: "UTF-8", bytes: [...Buffer.from("메일함")], text: "메일함" },
	])("reads $name bytes", ({ bytes, text }) => {
		expect(parseReply(Buffer.from([0x35, 0x35, 0x30, 0x20, ...bytes, 0x0d, 0x0a]))).toEqual({ code: 550, enhanced: null, text });
	});
});

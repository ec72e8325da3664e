import { describe, expect, test } from "vitest";
import { hostsOf, linksOf, lintAdvertMark, lintLinks } from "../../../src/compose/lint-links.ts";

const ids = (html: string, template = "") => lintLinks(html, template).map(({ id }) => id);

describe("links", () => {
	test.each<[string, string[]]>([
		['<a href="https://example.com/x?a=1&amp;b=2">read on</a>', []],
		['<a href="mailto:a@example.com">write</a> <a href="tel:+8221234567">call</a> <a href="#top">up</a>', []],
		['<!-- <a href="htp://x">old</a> -->', []],
		['<a name="top"></a>', []],
		['<a href="">empty</a>', ["link-broken"]],
		['<a href="example.com/page">no scheme</a>', ["link-broken"]],
		['<a href="htp://example.com">typo</a>', ["link-broken"]],
		['<a href="http//example.com">typo</a>', ["link-broken"]],
		['<a href="https:/example.com">one slash</a>', ["link-broken"]],
		['<a href="https://">nothing</a>', ["link-broken"]],
		['<a href="#">stay</a>', ["link-empty"]],
		['<a href="https://bit.ly/abc">offer</a>', ["link-shortened"]],
		['<a href="https://www.tinyurl.com/abc">offer</a>', ["link-shortened"]],
		['<a href="http://me2.kr/abc">할인</a>', ["link-shortened"]],
		['<a href="https://habit.ly/abc">no shortener</a>', []],
		['<a href="http://203.0.113.7/x">offer</a>', ["link-ip"]],
		['<a href="http://[2001:db8::7]/x">offer</a>', ["link-ip"]],
		['<a href="http://0xcb007107/x">an address in disguise</a>', ["link-ip"]],
		['<a href="https://evil.example/x">www.bank.example.com</a>', ["link-text-differs"]],
		['<a href="https://track.esp.example/x"><b>https://bank.example.com/</b> now</a>', ["link-text-differs"]],
		['<a href="https://www.example.co.kr/x">example.co.kr</a>', []],
		['<a href="https://other.co.kr/x">example.co.kr</a>', ["link-text-differs"]],
		['<a href="https://example.com/x">report.pdf</a>', []],
		['<a href="https://example.com/x">version 3.5</a>', []],
		['<a href="https://example.com/x">a@bank.example.org</a>', []],
	])("%s: %s", (html, expected) => expect(ids(html)).toEqual(expected));

	test("many of a kind are one finding with three examples", () => {
		const [finding] = lintLinks([1, 2, 3, 4, 5].map((n) => `<a href="https://bit.ly/${n}">x</a>`).join(""), "");
		expect(finding?.what).toMatch(/bit\.ly\/1, https:\/\/bit\.ly\/2, https:\/\/bit\.ly\/3 and 2 more$/);
	});

	test.each<[string, boolean]>([
		['<a href="{{ unsubscribe_url }}">수신거부</a>', false],
		['<a href="{{ unsubscribe_url }}"><img src="x.png" alt="Unsubscribe"></a>', false],
		['<a href="{{ unsubscribe_url }}"></a>', true],
		['<a style="display:none" href="{{ unsubscribe_url }}">Unsubscribe</a>', true],
		['<a style="font-size:0px" href="{{ unsubscribe_url }}">Unsubscribe</a>', true],
		['<a style="font-size:10px" href="{{ unsubscribe_url }}">Unsubscribe</a>', false],
		['<a href="{{ unsubscribe_url }}"></a><a href="{{ unsubscribe_url }}">Unsubscribe</a>', false],
	])("%s hides the way out: %s", (template, hidden) => expect(ids("", template)).toEqual(hidden ? ["unsubscribe-hidden"] : []));

	test("hosts of links and pictures, each once, without addresses", () => {
		const html =
			'<a href="https://a.test/1">x</a><a href="https://a.test/2">x</a><img src="https://b.test/i.png"><img src="cid:1"><a href="http://127.0.0.1/">x</a>';
		expect(hostsOf(html)).toEqual(["a.test", "b.test"]);
	});

	test("the text of a link is what a reader sees", () => {
		expect(linksOf("<a class=\"b\" href='https://a.test/?x=1&amp;y=2'> <b>Read</b>\n more&nbsp;</a>")).toMatchObject([
			{ href: "https://a.test/?x=1&y=2", text: "Read more" },
		]);
	});
});

describe("the mark of Korean advertising", () => {
	test.each([
		["(광고) 12월 소식", true, null],
		["12월 소식", false, null],
		["광고 없는 저녁", false, null],
		["이번 달 광고(사진)전", false, null],
		["(광고) 12월 소식", false, "advert-kr-unset"],
		["[광고] 12월 소식", false, "advert-kr-mark"],
		["(광 고) 12월 소식", false, "advert-kr-mark"],
		["(광/고) 12월 소식", false, "advert-kr-mark"],
		["광.고 12월 소식", false, "advert-kr-mark"],
		["(대출광고) 소식", false, "advert-kr-mark"],
		["12월 소식 (광고)", false, "advert-kr-mark"],
		["(광고) [광고] 12월 소식", true, "advert-kr-mark"],
	])("%s with advert_kr = %s: %s", (subject, advertKr, expected) => {
		expect(lintAdvertMark(subject, { advertKr, marketing: true })?.id ?? null).toBe(expected);
	});
});

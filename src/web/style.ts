// The one style sheet. No colours without a meaning: green went, amber waits, red failed, violet is in doubt. Light and dark by the system's choice.

export const STYLE = `
:root { color-scheme: light dark;
	--bg: #f6f7f9; --card: #fff; --ink: #1c2330; --soft: #5c6675; --faint: #8b94a3; --line: #e3e7ed; --hover: #f0f3f7;
	--accent: #1f5fae; --ok: #1d8a55; --wait: #b7791f; --bad: #c0392b; --doubt: #7b4bb7; --rest: #c9d0da;
	--ok-bg: #e5f4ec; --wait-bg: #fbf1dd; --bad-bg: #fbe8e6; --doubt-bg: #f0e9f9; --rest-bg: #eceff3; }
@media (prefers-color-scheme: dark) { :root {
	--bg: #12161c; --card: #1a2029; --ink: #dfe5ee; --soft: #9aa5b4; --faint: #717c8b; --line: #2a323d; --hover: #212935;
	--accent: #7db3f0; --ok: #4cc38a; --wait: #e0a94a; --bad: #ef7a6d; --doubt: #b592e6; --rest: #46505e;
	--ok-bg: #17322a; --wait-bg: #372d18; --bad-bg: #3a2022; --doubt-bg: #2d2440; --rest-bg: #262d37; } }
* { box-sizing: border-box; }
html { font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", sans-serif; }
body { margin: 0; background: var(--bg); color: var(--ink); font-variant-numeric: tabular-nums; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
header.top { background: var(--card); border-bottom: 1px solid var(--line); }
header.top > div, main, footer { max-width: 1240px; margin: 0 auto; padding: 0 24px; }
header.top > div { display: flex; align-items: center; gap: 28px; min-height: 52px; flex-wrap: wrap; }
.brand { font-weight: 700; font-size: 16px; color: var(--ink); letter-spacing: -.01em; } .brand:hover { text-decoration: none; }
nav { display: flex; gap: 4px; flex: 1; flex-wrap: wrap; }
nav a { padding: 6px 10px; border-radius: 6px; color: var(--soft); } nav a:hover { background: var(--hover); text-decoration: none; }
nav a[aria-current] { color: var(--ink); background: var(--rest-bg); font-weight: 600; }
.status { color: var(--soft); display: flex; align-items: center; gap: 7px; white-space: nowrap; }
.dot { width: 8px; height: 8px; border-radius: 50%; background: var(--rest); display: inline-block; } .dot.on { background: var(--ok); }
.strip { background: var(--wait-bg); color: var(--wait); text-align: center; padding: 4px 12px; font-size: 13px; }
main { padding-top: 24px; padding-bottom: 56px; }
h1 { font-size: 22px; line-height: 1.25; margin: 0; letter-spacing: -.015em; } h2 { font-size: 15px; margin: 28px 0 10px; }
.head { display: flex; gap: 12px 16px; align-items: center; flex-wrap: wrap; margin-bottom: 18px; }
.head .grow { flex: 1; min-width: 240px; } .head > h2 { margin: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 20px; margin-bottom: 14px; }
.card.flush { padding: 0; overflow-x: auto; }
.card > h2:first-child, .card > h3:first-child { margin-top: 0; }
.soft { color: var(--soft); } .faint { color: var(--faint); } .small { font-size: 12.5px; }
.num, th.num { text-align: right; white-space: nowrap; } .nowrap { white-space: nowrap; }
.mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono CJK KR", monospace; font-size: 12.5px; overflow-wrap: anywhere; }
.break { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; font-size: 12px; color: var(--soft); padding: 9px 12px; border-bottom: 1px solid var(--line); white-space: nowrap; }
td { padding: 8px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > td { border-bottom: 0; } tr.bare > td { border-bottom: 0; } tr.bare + tr > td { padding-top: 0; } tbody tr:hover > td { background: var(--hover); }
th:first-child, td:first-child { padding-left: 20px; } th:last-child, td:last-child { padding-right: 20px; }
.card:not(.flush) :is(th, td):first-child { padding-left: 0; } .card:not(.flush) td:last-child { padding-right: 0; } .card:not(.flush) tbody tr:hover > td { background: none; }
th::first-letter { text-transform: uppercase; } td.who { overflow-wrap: anywhere; min-width: 212px; }
.figures + table { margin-top: 12px; }
.tight td { padding-top: 5px; padding-bottom: 5px; vertical-align: middle; }
.badge { display: inline-block; padding: 1px 8px; border-radius: 999px; font-size: 12px; font-weight: 600; white-space: nowrap; background: var(--rest-bg); color: var(--soft); }
.badge.ok { background: var(--ok-bg); color: var(--ok); } .badge.wait { background: var(--wait-bg); color: var(--wait); }
.badge.bad { background: var(--bad-bg); color: var(--bad); } .badge.doubt { background: var(--doubt-bg); color: var(--doubt); }
.bar { display: block; width: 100%; height: 8px; border-radius: 4px; background: var(--rest-bg); overflow: hidden; } .bar.big { height: 12px; border-radius: 6px; }
.bar .ok { fill: var(--ok); } .bar .wait { fill: var(--wait); } .bar .bad { fill: var(--bad); } .bar .doubt { fill: var(--doubt); } .bar .rest { fill: var(--rest); }
.bar.use { height: 5px; width: 90px; display: inline-block; vertical-align: middle; margin-right: 8px; } .bar.use .fill { fill: var(--accent); }
td.barcell { min-width: 160px; width: 34%; }
.figures { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 14px 0 2px; }
.figures > div { min-width: 72px; } .figures b { display: block; font-size: 20px; line-height: 1.2; font-weight: 650; }
.figures span { font-size: 12.5px; color: var(--soft); }
.figures .ok b { color: var(--ok); } .figures .wait b { color: var(--wait); } .figures .bad b { color: var(--bad); } .figures .doubt b { color: var(--doubt); }
.notices { list-style: none; margin: 0 0 22px; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.notices li { padding: 10px 20px; border-bottom: 1px solid var(--line); display: flex; gap: 12px; align-items: baseline; } .notices li:last-child { border: 0; }
.notices li .badge { flex: none; min-width: 84px; text-align: center; }
form.filters { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px 12px; align-items: end; }
label.wide { grid-column: span 2; } label { font-size: 12px; color: var(--soft); display: block; } label.inline { display: flex; gap: 6px; align-items: center; font-size: 13px; padding-bottom: 7px; }
input:not([type=checkbox]), select { font: inherit; width: 100%; margin-top: 3px; padding: 5px 9px; border: 1px solid var(--line); border-radius: 6px; background: var(--bg); color: var(--ink); min-height: 32px; }
button, .button { font: inherit; font-weight: 600; padding: 5px 14px; min-height: 32px; border-radius: 6px; border: 1px solid var(--line); background: var(--card); color: var(--ink); cursor: pointer; display: inline-block; text-align: center; }
button:hover, .button:hover { background: var(--hover); text-decoration: none; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--card); } button.main:hover { filter: brightness(1.08); }
button.danger { color: var(--bad); }
.actions { display: flex; gap: 8px; flex-wrap: wrap; align-items: flex-start; } .actions form { margin: 0; }
details.sure { position: relative; } details.sure > summary { list-style: none; } details.sure > summary::-webkit-details-marker { display: none; }
details.sure > div { position: absolute; right: 0; z-index: 2; width: 270px; margin-top: 6px; padding: 12px 14px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 6px 24px #0003; }
details.sure p { margin: 0 0 10px; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 7px 20px; margin: 0; } dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.why { font-size: 16px; line-height: 1.5; margin: 0 0 4px; }
.tip { color: var(--soft); font-size: 12.5px; margin-top: 2px; max-width: 100ch; } .tip b { font-weight: 600; color: var(--ink); }
.pager { display: flex; gap: 10px; margin-top: 12px; align-items: center; }
.empty { padding: 28px 20px; color: var(--soft); text-align: center; }
main.narrow { max-width: 520px; padding-top: 12vh; } main.narrow .card { padding: 28px 32px; } main.narrow h1 { margin-bottom: 10px; }
main.narrow form { margin-top: 18px; } main.narrow button { width: 100%; margin-top: 12px; min-height: 40px; }
@media (max-width: 720px) { header.top > div, main, footer { padding-left: 14px; padding-right: 14px; } .hide-small { display: none; } td.barcell { min-width: 90px; } }
`;

/** Keeps a page fresh: fetches it again and puts the new <main> in place, unless somebody is using a field or a menu in it. */
export const SCRIPT = `
const every = Number(document.querySelector("main[data-live]")?.dataset.live ?? 0);
async function refresh() {
	const main = document.querySelector("main[data-live]");
	const busy = document.hidden || main === null || main.querySelector("details[open]") !== null || main.contains(document.activeElement);
	if (!busy) {
		try {
			const answer = await fetch(location.href, { headers: { accept: "text/html" } });
			const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
			const next = fresh.querySelector("main[data-live]");
			if (answer.ok && next !== null) {
				main.replaceWith(next);
				document.querySelector(".status")?.replaceWith(fresh.querySelector(".status") ?? "");
			}
		} catch {}
	}
	setTimeout(refresh, every * 1000);
}
if (every > 0) setTimeout(refresh, every * 1000);
`;

/** The style sheet of a report: light and dark, wide and narrow, screen and paper. */
export const styles = `
:root {
  color-scheme: light dark;
  --text: #1b1f24; --muted: #57606a; --back: #fff; --raised: #f6f8fa; --line: #d5dbe1;
  --accent: #0b5cad; --truth: #c9efd3; --truth-line: #1a7f37; --detected: #ffe3b3;
  --detected-line: #9a5b00; --both: #dfe3ff; --shade: 11, 92, 173;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6e9ed; --muted: #a0a9b4; --back: #14171b; --raised: #1c2127; --line: #39414a;
    --accent: #7db7f5; --truth: #173f26; --truth-line: #56d37c; --detected: #4c3508;
    --detected-line: #eab04d; --both: #32356b; --shade: 90, 160, 235;
  }
}
* { box-sizing: border-box; }
html { font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Open Sans', sans-serif; }
body { margin: 0; background: var(--back); color: var(--text); overflow-wrap: anywhere; }
header, main { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.75rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .6rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
p { margin: .4rem 0; }
.meta, caption, .place, .left-out, .interval, .tag, .legend { color: var(--muted); }
.meta { margin: 0; }
.meta code { font-size: .85em; }
.empty { color: var(--muted); font-style: italic; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[hidden] { display: none !important; }

.headline { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; }
.headline div { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem; }
.headline dt { color: var(--muted); }
.headline dd { margin: 0; font-size: 1.6rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.headline dd.interval, .headline dd.base { font-size: .9rem; color: var(--muted); }
.notes { margin: 0; padding-left: 1.2rem; max-width: 60rem; }
.notes li { margin: .2rem 0; }
.facts { display: flex; flex-wrap: wrap; gap: .3rem 1.75rem; margin: .75rem 0 0; }
.facts div { display: flex; gap: .45rem; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
caption { caption-side: bottom; text-align: left; padding-top: .5rem; font-size: .9rem; }
caption span { display: block; position: sticky; left: 0; max-width: min(60rem, calc(100vw - 2rem)); }
th, td { padding: .3rem .75rem; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
th:first-child { padding-left: 0; }
thead th { font-weight: 600; white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 400; min-width: 11rem; max-width: 22rem; overflow-wrap: anywhere; }
.totals { border-top: 2px solid var(--line); }
.totals tr:first-child > * { font-weight: 600; }
.totals .interval { font-weight: 400; }
.number { text-align: right; }
.figure { white-space: nowrap; }
abbr { text-decoration: none; }
.tag { font-size: .8rem; border: 1px solid var(--line); border-radius: 99px; padding: 0 .45rem; white-space: nowrap; }
.too-few td { color: var(--muted); }

.confusion th { white-space: normal; }
.confusion th, .confusion td { padding: .3rem .5rem; }
.confusion th:first-child { padding-left: 0; }
.confusion thead th { text-align: right; font-size: .9rem; min-width: 7.2rem; max-width: 10rem; overflow-wrap: anywhere; font-weight: 400; }
.confusion td { border: 1px solid var(--line); }
.confusion thead td { border: 0; }
.confusion thead .sum { min-width: 0; }
.confusion .sum { border: 0; color: var(--muted); }
.confusion tbody th, .confusion thead th { border: 0; }
.confusion .hit { outline: 2px solid var(--accent); outline-offset: -2px; }
.shade-0 { color: var(--muted); }
.shade-1 { background: rgba(var(--shade), .08); }
.shade-2 { background: rgba(var(--shade), .15); }
.shade-3 { background: rgba(var(--shade), .22); }
.shade-4 { background: rgba(var(--shade), .29); }
.shade-5 { background: rgba(var(--shade), .36); }

.plot { display: block; font-size: 13px; }
.plot text { fill: var(--text); dominant-baseline: central; font-variant-numeric: tabular-nums; }
.plot .tick, .plot .metric, .plot .note { fill: var(--muted); }
.plot .tick, .plot .note { font-size: 12px; font-weight: 400; }
.plot .name { font-weight: 600; }
.plot .grid { stroke: var(--line); }
.plot .interval { stroke: var(--accent); stroke-width: 2; fill: none; }
.plot .point { fill: var(--accent); }
.plot .total .value { font-weight: 600; }
.plot .too-few .interval { stroke: var(--muted); stroke-width: 1; }
.plot .too-few .point { fill: var(--back); stroke: var(--muted); stroke-width: 1.5; }
.plot .too-few .value { fill: var(--muted); }

.filter { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
.filter label { display: grid; gap: .15rem; color: var(--muted); font-size: .85rem; flex: 1 1 11rem; min-width: 0; }
.filter select, .filter input, .filter button {
  font: inherit; font-size: .95rem; color: var(--text); background: var(--raised); width: 100%;
  border: 1px solid var(--muted); border-radius: 5px; padding: .35rem .55rem; min-height: 2.3rem;
}
.filter button { flex: 0 0 auto; width: auto; cursor: pointer; }
#shown { margin: .75rem 0 0; font-weight: 600; }
.legend { font-size: .9rem; }
.legend mark { color: var(--text); }
.mistakes { list-style: none; margin: .75rem 0 3rem; padding: 0; }
.mistake {
  border-top: 1px solid var(--line); padding: .8rem 0;
  /* A list item has a number: to hide thousands of them, each counted anew, takes seconds. */
  display: block; content-visibility: auto; contain-intrinsic-size: auto none auto 10rem;
}
.head { margin: 0 0 .2rem; }
.kind { margin-right: .5rem; }
.mistake dl { margin: 0; }
.mistake dl div { display: flex; gap: .6rem; }
.mistake dt { color: var(--muted); flex: 0 0 4.5rem; }
.mistake dd { margin: 0; min-width: 0; }
blockquote {
  margin: .5rem 0 0; padding: .5rem .8rem; background: var(--raised); border-radius: 5px;
  max-width: 52rem; white-space: pre-wrap;
}
mark { color: inherit; border-radius: 2px; padding: 0 .1em; }
mark.truth { background: var(--truth); box-shadow: inset 0 -2px var(--truth-line); }
mark.detected { background: var(--detected); text-decoration: underline dashed var(--detected-line) 2px; text-underline-offset: 3px; }
mark.truth.detected { background: var(--both); }
mark:empty::before { content: '^'; font-weight: 700; }

@media (max-width: 40rem) {
  header, main { padding-left: .9rem; padding-right: .9rem; }
  th, td { padding: .3rem .5rem; }
  tbody th { min-width: 8rem; }
  .mistake dl div { display: block; }
}
@media print {
  :root {
    --text: #000; --muted: #444; --back: #fff; --raised: #fff; --line: #bbb; --accent: #0b5cad;
    --truth: #d8f3df; --truth-line: #1a7f37; --detected: #ffe9c4; --detected-line: #9a5b00;
    --both: #e5e8ff; --shade: 11, 92, 173;
  }
  @page { margin: 14mm; }
  html { font-size: 11px; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  header, main { max-width: none; padding: 0; }
  .filter { display: none; }
  .scroll { overflow: visible; }
  .plot { width: 480px; max-width: 100%; height: auto; }
  tr, table, .mistake, .headline div, .plot { break-inside: avoid; }
  thead { display: table-header-group; }
  h2, #shown, .legend { break-after: avoid; }
  .mistake { content-visibility: visible; }
  blockquote { padding: .2rem 0; max-width: none; }
}
`

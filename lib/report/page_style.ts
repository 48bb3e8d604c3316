/** The style of the page: light and dark, narrow and wide. Colors have a contrast of at least 4.5 to the page. */

/** CSS. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --page: #ffffff; --ink: #1c1c1c; --faint: #5c5c5c; --line: #d0d0d0; --soft: #f3f4f6;
  --link: #0b57a4; --series-0: #0a6ab0; --series-1: #b34700; --series-2: #00734f; --series-3: #8f3a84; --series-4: #76600a;
  --series-5: #444fb0; --series-6: #a8324a; --right: #0a6ab0; --wrong: #b34700; }
@media (prefers-color-scheme: dark) { :root { --page: #15171a; --ink: #ececec; --faint: #a9adb3; --line: #3b3f45; --soft: #20242a;
  --link: #7db8f5; --series-0: #6db3f2; --series-1: #f29a5c; --series-2: #4fc79a; --series-3: #df93d3; --series-4: #d4b94a;
  --series-5: #a3abff; --series-6: #ff8fa3; --right: #6db3f2; --wrong: #f29a5c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible, button:focus-visible, summary:focus-visible, input:focus-visible, [tabindex]:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 0.5rem; background: var(--page); padding: 0.5rem; z-index: 2; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); } .faint { color: var(--faint); }
nav ul { columns: 14rem; padding-left: 1.2rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 0.6rem; padding: 0; list-style: none; }
.cards li { background: var(--soft); border-radius: 0.4rem; padding: 0.6rem 0.8rem; } .cards strong { display: block; font-size: 1.4rem; }
.scroll { overflow-x: auto; max-height: 36rem; overflow-y: auto; border: 1px solid var(--line); border-radius: 0.3rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; overflow-wrap: break-word; }
.caption { margin: 1.2rem 0 0.3rem; font-size: 0.9rem; color: var(--faint); }
th, td { padding: 0.3rem 0.6rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: normal; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead th { position: sticky; top: 0; background: var(--soft); }
thead button { all: unset; cursor: pointer; font-weight: 600; } thead button:focus-visible { outline: 3px solid var(--link); }
th[aria-sort=ascending] button::after { content: " ▲"; } th[aria-sort=descending] button::after { content: " ▼"; }
.filter { margin: 0.8rem 0 0.3rem; display: flex; gap: 0.8rem; flex-wrap: wrap; align-items: center; }
input { font: inherit; padding: 0.2rem 0.5rem; border: 1px solid var(--faint); border-radius: 0.3rem; background: var(--page);
  color: var(--ink); max-width: 100%; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1.2rem; }
figure { margin: 0 0 1rem; min-width: 0; } figcaption { font-weight: 600; }
figure svg { display: block; max-width: 100%; height: auto; color: var(--ink); --plot-background: var(--page); }
svg [aria-label*=grid] { stroke: var(--line); stroke-opacity: 1; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; padding: 0; margin: 0.2rem 0; font-size: 0.9rem; }
#tip { position: fixed; z-index: 3; pointer-events: none; background: var(--ink); color: var(--page); padding: 0.2rem 0.5rem;
  border-radius: 0.3rem; font-size: 0.85rem; max-width: 20rem; }
details { margin: 0.4rem 0; } summary { cursor: pointer; } .run:target > summary { background: var(--soft); font-weight: 600; }
dl { display: grid; grid-template-columns: minmax(8rem, 16rem) 1fr; gap: 0.1rem 1rem; font-size: 0.9rem; } dd { margin: 0; } dt { color: var(--faint); }
pre { overflow-x: auto; background: var(--soft); padding: 0.8rem; font-size: 0.85rem; }
.neighbors { display: flex; flex-wrap: wrap; gap: 0.4rem; list-style: none; padding: 0; margin: 0.6rem 0; }
.neighbors li { width: 5.4rem; font-size: 0.75rem; line-height: 1.3; border-top: 3px solid transparent; }
.neighbors span, .neighbors img { display: block; } .neighbors .query { border-color: var(--ink); }
.neighbors .right { border-color: var(--right); } .neighbors .wrong { border-top-style: dashed; border-color: var(--wrong); }
@media (max-width: 40rem) { body { padding: 0.6rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.4rem; } }
@media print { .filter, nav { display: none; } .scroll { max-height: none; } }
`;

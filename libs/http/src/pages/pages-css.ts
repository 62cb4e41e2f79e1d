/** The one style sheet of our pages: system fonts, light or dark as the visitor prefers, nothing loaded from elsewhere. */
export const PAGES_CSS = `:root { color-scheme: light dark; --ink: #1b1b1f; --soft: #55555f; --paper: #fff; --line: #c9c9d1; --link: #0b4f9e; --box: #f3f4f7; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --soft: #b4b4bf; --paper: #17171b; --line: #44444e; --link: #8cbcff; --box: #222229; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 0 1rem 4rem; font: 1rem/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 1rem; padding: 1rem 0; border-bottom: 1px solid var(--line); }
header > a { font-weight: 700; }
nav a { margin-left: 1rem; }
a { color: var(--link); }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); padding: 0.5rem; }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 2rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; }
pre { background: var(--box); border: 1px solid var(--line); padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; font-size: 0.95em; }
dt { font-weight: 600; margin-top: 0.75rem; }
dd { margin-left: 0; }
.soft { color: var(--soft); }
.nowrap { white-space: nowrap; }
.wide { overflow-x: auto; }
.wide:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; min-width: 44rem; font-size: 0.95rem; line-height: 1.45; }
th, td { border: 1px solid var(--line); padding: 0.5rem; text-align: left; vertical-align: top; }
th { background: var(--box); }
fieldset { margin: 1rem 0; padding: 0.5rem 1rem 1rem; border: 1px solid var(--soft); border-radius: 0.25rem; }
legend { font-weight: 600; padding: 0 0.25rem; }
fieldset label { display: inline-block; margin-right: 1.5rem; padding: 0.25rem 0; }
.answers { display: flex; flex-wrap: wrap; gap: 1rem; }
.answers button { flex: 1 1 14rem; }
.notice { white-space: pre-line; }
button, input { font: inherit; padding: 0.4rem 0.8rem; color: inherit; background: var(--box); border: 1px solid var(--soft); border-radius: 0.25rem; }
button { cursor: pointer; }
button:focus-visible, input:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
`;

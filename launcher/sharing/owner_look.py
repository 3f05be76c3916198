"""How the owner's page looks, and the few lines by which it follows what happens."""

STYLE = """<style>
:root { --card: #ffffff; --glow: #eef1ff }
@media (prefers-color-scheme: dark) { :root { --card: #1e2128; --glow: #242a44 } }
body { place-items: start center }
main { width: min(58rem, 100vw); padding: 2.25rem 1.5rem 2rem; text-align: left }
header { margin-bottom: 1.5rem }
header p { max-width: 40rem }
h1 { font-size: 1.6rem; margin: 0 0 .25rem }
h2 { font-size: 1.05rem; margin: 0 0 .5rem }
.card { display: block; background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  padding: 1.25rem; margin: 0 0 1rem }
.two { display: grid; grid-template-columns: minmax(0, 19rem) minmax(0, 1fr); gap: 1.25rem;
  align-items: start }
@media (max-width: 46rem) { .two { grid-template-columns: minmax(0, 1fr) }
  .two:has(.asks) > div { order: -1 } }
.picture { background: #fff; border-radius: 10px; overflow: hidden; max-width: 17rem; margin: 0 auto;
  border: 1px solid var(--line) }
.picture svg { display: block; width: 100%; height: auto }
.link p { font-size: .92rem; margin: .9rem 0 .6rem }
code { display: block; font: 12px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; word-break: break-all;
  color: var(--soft); user-select: all }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .9rem }
.buttons form { margin: 0 }
button { margin: 0 }
.wide { width: 100% }
fieldset { border: 0; padding: 0; margin: 0 0 1.1rem }
legend { font-weight: 600; padding: 0; margin-bottom: .35rem }
.choice { display: flex; gap: .7rem; align-items: start; padding: .6rem .7rem; border-radius: 10px;
  cursor: pointer }
.choice:hover { background: var(--glow) }
.choice:has(:checked) { background: var(--glow); box-shadow: inset 0 0 0 1px var(--accent) }
.choice input { margin: .3rem 0 0; accent-color: var(--accent); width: 1.05rem; height: 1.05rem; flex: none }
small { display: block; color: var(--soft); font-size: .86rem }
.small { font-size: .88rem; margin: .6rem 0 0; max-width: 46rem }
.told { border-left: 3px solid var(--accent); padding: .3rem 0 .3rem .8rem; margin: 0 0 1rem;
  color: var(--ink) }
.asks { background: var(--glow); border-color: var(--accent) }
.asks .quiet { box-shadow: inset 0 0 0 1px var(--accent) }
.asks .who { color: var(--ink); margin: 0 }
.digits { font: 700 2.6rem/1.1 ui-monospace, "DejaVu Sans Mono", monospace; letter-spacing: .16em;
  color: var(--ink); margin: .7rem 0 .2rem }
.devices { list-style: none; margin: 0; padding: 0 }
.devices li { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .6rem 0;
  border-top: 1px solid var(--line) }
.devices li:first-child { border-top: 0 }
.devices li:last-child { padding-bottom: 0 }
.devices form { margin: 0 }
.devices button { padding: .35rem .8rem; font-size: .92rem }
details.small { margin-top: 1rem }
details.small summary { text-align: left }
.back { margin-top: 1.5rem }
a { color: var(--accent) }
input:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
</style>"""

# Whenever something has changed, the part that shows it is given anew, and what had the focus keeps it.
# A page behind others asks for nothing: who asks is taken for somebody who sees the answer.
# Without scripts the page is as good, only not by itself.
SCRIPT = """<script>
const now = document.querySelector("#now"), said = document.querySelector("#said");
let mark = now.dataset.mark;
async function look() {
  if (!document.hidden) try {
    const answer = await fetch(`${now.dataset.state}?${mark}`, {cache: "no-store"});
    const told = await answer.json();
    if (told.html !== undefined) {
      const focus = document.activeElement && document.activeElement.id;
      const isOpen = Boolean(now.querySelector("details[open]"));
      now.innerHTML = told.html;
      mark = told.mark;
      if (isOpen && now.querySelector("details")) now.querySelector("details").open = true;
      if (focus && document.getElementById(focus)) document.getElementById(focus).focus();
      if (said.textContent !== told.said) said.textContent = told.said;
    }
  } catch (error) { /* the app restarts, or has ended with its window */ }
  setTimeout(look, 1000);
}
setTimeout(look, 1000);
now.addEventListener("click", event => {
  if (event.target.id !== "copy") return;
  const range = document.createRange();
  range.selectNodeContents(document.querySelector("#link"));
  const selection = getSelection();
  selection.removeAllRanges(); selection.addRange(range);
  document.execCommand("copy");
  event.target.textContent = "Copied";
});
</script>"""

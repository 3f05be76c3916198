"""The launcher's own pages: starting, failed, and the small one to quit by where there is no window."""

from __future__ import annotations

import base64
import html
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from launcher.serving.guard import answer
from launcher.serving.policy import PREFIX

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTROL = PREFIX + "open"
QUIT = PREFIX + "quit"

LATE = 60  # seconds after which an app that starts is said to take long

STYLE = """
:root { color-scheme: light dark;
  --ink: #1d2330; --soft: #667085; --paper: #fbfbfd; --line: #dfe3ea; --accent: #3d5afe }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceef3; --soft: #9aa3b2; --paper: #16181d; --line: #323743; --accent: #8c9eff } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
main { width: min(44rem, 100vw); padding: 2rem; text-align: center }
img { width: 96px; height: 96px; border-radius: 20px }
h1 { font-size: 1.4rem; font-weight: 600; margin: 1rem 0 .25rem; overflow-wrap: anywhere }
p { color: var(--soft); margin: .5rem 0 }
.dots span { display: inline-block; width: 7px; height: 7px; margin: 1rem 4px;
  border-radius: 50%; background: var(--accent); animation: pulse 1.2s infinite ease-in-out }
.dots span:nth-child(2) { animation-delay: .15s }
.dots span:nth-child(3) { animation-delay: .3s }
@keyframes pulse { 0%, 80%, 100% { opacity: .25 } 40% { opacity: 1 } }
@keyframes show { to { visibility: visible } }
@media (prefers-reduced-motion: reduce) { .dots span { animation: none } }
pre { text-align: left; max-height: 40vh; overflow: auto; padding: 1rem;
  border: 1px solid var(--line); border-radius: 8px;
  font: 12.5px/1.5 ui-monospace, "DejaVu Sans Mono", monospace;
  white-space: pre-wrap; overflow-wrap: anywhere }
button, .button { font: inherit; padding: .55rem 1.2rem; border: 0; border-radius: 8px;
  background: var(--accent); color: var(--paper); cursor: pointer; text-decoration: none;
  display: inline-block; margin: .25rem }
.quiet { background: none; color: var(--ink); box-shadow: inset 0 0 0 1px var(--line) }
button:focus-visible, .button:focus-visible, summary:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px }
details { margin-top: 1.5rem; text-align: left }
summary { cursor: pointer; color: var(--soft); text-align: center }
.place { font-size: .85rem; overflow-wrap: anywhere }
"""

# What is said of an error in the app's own code, before and after it was there.
HAPPENED = {
    False: (
        "There is an error in the app itself; it is nothing that you did.",
        "Start it once more. If that does not help, copy the report and send it to whoever made the app.",
    ),
    True: (
        "An error in the app itself has ended it; it is nothing that you did.",
        "Start it again. If that happens often, copy the report and send it to whoever made the app.",
    ),
}
LABELS = {"restart": "Start again", "open-log": "Open the log folder", "quit": "Quit"}

COPY = """
<script>
document.querySelector("button").addEventListener("click", event => {
  document.querySelector("details").open = true;  // what is folded cannot be selected
  const range = document.createRange();
  range.selectNodeContents(document.querySelector("pre"));
  const selection = getSelection();
  selection.removeAllRanges(); selection.addRange(range);
  document.execCommand("copy");
  event.target.textContent = "Copied";
});
</script>
"""


def page(title: str, body: str, *, head: str = "") -> str:
    """Return a whole page of the launcher's look; `body` and `head`, which may restyle, are HTML."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>{head}</head>'
        f"<body><main>{body}</main></body></html>\n"
    )


def starting_page(name: str, icon: Path | None = None, log: Path | None = None) -> str:
    """Return the page that a window shows until the app answers; where that takes long, it says so."""
    late = f"<style>.late {{ visibility: hidden; animation: show 0s {LATE}s forwards }}</style>"
    return page(name, picture(icon) + _starting(name, _late(log)), head=late)


def _starting(name: str, late: str) -> str:
    return (
        f'<h1>{html.escape(name)}</h1><p role="status">is starting</p>'
        '<div class="dots" aria-hidden="true"><span></span><span></span><span></span></div>'
        f"{late}"
    )


def _late(log: Path | None) -> str:
    return (
        '<div class="late"><p>This takes longer than usual. It may still come; if not, close it, '
        f"start it again, and ask whoever made it.</p>{_log_place(log)}</div>"
    )


def failure_page(
    name: str,
    report: dict[str, str],
    log: Path | None,
    icon: Path | None = None,
    *,
    stopped: bool = False,
    commands: Iterable[str] = (),
    unfolded: bool = False,
) -> str:
    """Return the page that tells that the app could not be started, or that it `stopped`.

    It is read by somebody who never saw Python: what developers need is folded, unless it is they who look.
    `commands` are those of the program's which can be asked for where the page is shown.
    """
    title = f"{name} has stopped" if stopped else f"{name} could not be started"
    text = "\n\n".join(part for part in (report["sentence"], report["todo"], report["details"]) if part)
    said = HAPPENED[stopped] if report["details"] else (report["sentence"], report["todo"])
    opened = " open" if unfolded else ""
    links = "".join(
        f'<a class="button quiet" href="launcher:{command}">{LABELS[command]}</a>' for command in commands
    )
    return page(
        title,
        f"{picture(icon)}<h1>{html.escape(title)}</h1>"
        + "".join(f"<p>{html.escape(sentence)}</p>" for sentence in said if sentence)
        + f"<div><button>Copy the report</button>{links}</div>"
        f"<details{opened}><summary>What the maker of {html.escape(name)} needs to know</summary>"
        f"<pre>{html.escape(text)}</pre>{_log_place(log)}</details>{COPY}",
    )


def question_page(name: str, documents: Sequence[str], icon: Path | None = None) -> str:
    """Return the page that asks whether the app shall start again to open documents."""
    title = f"{name} is open already"
    wanted = " and ".join(documents)
    return page(
        title,
        f"{picture(icon)}<h1>{html.escape(title)}</h1>"
        f"<p>To open {html.escape(wanted)}, it has to start again."
        " What you have not saved in it would be lost.</p>"
        '<div><a class="button" href="launcher:restart">Start again and open it</a>'
        '<a class="button quiet" href="launcher:quit">Leave it as it is</a></div>',
    )


def _log_place(log: Path | None) -> str:
    return f'<p class="place">The whole log is at {html.escape(str(log))}</p>' if log is not None else ""


def starting(name: str, log: Path | None = None) -> WSGIApplication:
    """Make the app that answers until the user's is there: a page which asks again by itself."""
    # The visitor's own address is asked again, so that a deep link survives the waiting.
    again = '<meta http-equiv="refresh" content="1">'
    begin = time.monotonic()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        late = _late(log) if time.monotonic() - begin >= LATE else ""
        body = page(name, _starting(name, late), head=again)
        own = answer(start_response, "503 Service Unavailable", body, [("Retry-After", "1")])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else own

    return app


def control(name: str, share: str = "") -> WSGIApplication:
    """Make the page beside a browser's tab: it opens the app, leads to where it is shared, and ends it."""
    sharing = (
        f'<a class="button quiet" href="{share}" target="_blank">Share on this Wi-Fi</a>' if share else ""
    )
    body = page(
        name,
        f"<h1>{html.escape(name)} is open in this browser</h1>"
        "<p>Closing its tab leaves it running. Come back here to quit it when you are done.</p>"
        f'<form method="post" action="{QUIT}">'
        f'<a class="button" href="/" target="_blank">Open {html.escape(name)}</a>{sharing}'
        f'<button class="quiet">Quit {html.escape(name)}</button></form>',
    )

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return answer(start_response, "200 OK", body)

    return app


def quit_page(name: str, on_quit: Callable[[], None]) -> WSGIApplication:
    """Make the page that the quit button leads to."""
    body = page(name, f"<h1>{html.escape(name)} has ended</h1><p>You can close this tab.</p>")

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return answer(start_response, "405 Method Not Allowed", "", [("Allow", "POST")])
        on_quit()
        return answer(start_response, "200 OK", body)

    return app


def picture(icon: Path | None) -> str:
    """Return an app's icon as HTML that asks nobody for it; nothing where there is none."""
    if icon is None or not icon.is_file():
        return ""
    data = base64.b64encode(icon.read_bytes()).decode("ascii")
    return f'<img alt="" src="data:image/png;base64,{data}">'

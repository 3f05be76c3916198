"""The launcher's own pages: starting, failed, and the small one to quit by where there is no window."""

from __future__ import annotations

import base64
import hmac
import html
import time
from collections.abc import Callable, Iterable
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
main { width: min(40rem, 100vw); padding: 2rem; text-align: center }
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
"""

COPY = """
<script>
document.querySelector("button").addEventListener("click", event => {
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
    """Return a whole page of the launcher's look; `body` and `head` are HTML already."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width">{head}<style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>\n"
    )


def starting_page(name: str, icon: Path | None = None, log: Path | None = None) -> str:
    """Return the page that a window shows until the app answers; where that takes long, it says so."""
    late = f"<style>.late {{ visibility: hidden; animation: show 0s {LATE}s forwards }}</style>"
    return page(name, _picture(icon) + _starting(name, _late(log)), head=late)


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


def failure_page(name: str, report: dict[str, str], log: Path | None, icon: Path | None = None) -> str:
    """Return the page that tells that the app could not be started, or stopped."""
    text = "\n\n".join(part for part in (report["sentence"], report["todo"], report["details"]) if part)
    return page(
        f"{name} could not be started",
        f"{_picture(icon)}<h1>{html.escape(name)} could not be started</h1>"
        f"<p>{html.escape(report['sentence'])}</p><p>{html.escape(report['todo'])}</p>"
        f"<pre>{html.escape(text)}</pre><button>Copy the report</button>"
        f"{_log_place(log)}{COPY}",
    )


def _log_place(log: Path | None) -> str:
    return f"<p>The whole log is at {html.escape(str(log))}</p>" if log is not None else ""


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


def control(name: str) -> WSGIApplication:
    """Make the page beside a browser's tab: it opens the app, and ends it."""
    body = page(
        name,
        f"<h1>{html.escape(name)} is open in this browser</h1>"
        "<p>Closing the tab leaves it running. Quit it here when you are done.</p>"
        f'<a class="button" href="/" target="_blank">Open {html.escape(name)}</a>'
        f'<form method="post" action="{QUIT}"><button>Quit {html.escape(name)}</button></form>',
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


def raise_door(token: str, on_raise: Callable[[], None]) -> WSGIApplication:
    """Make the WSGI door that a second start knocks at."""
    expected = f"Bearer {token}".encode()

    def knock(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_AUTHORIZATION", "").encode("utf-8", "surrogateescape")
        if environ["REQUEST_METHOD"] != "POST" or not hmac.compare_digest(given, expected):
            return answer(start_response, "403 Forbidden", "")
        on_raise()
        start_response("204 No Content", [])
        return []

    return knock


def _picture(icon: Path | None) -> str:
    if icon is None or not icon.is_file():
        return ""
    data = base64.b64encode(icon.read_bytes()).decode("ascii")
    return f'<img alt="" src="data:image/png;base64,{data}">'

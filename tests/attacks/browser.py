"""A real browser that was let into the app, and pages elsewhere that try to use it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.attacks import chromium
from tests.attacks.tickets import ENTER
from tests.attacks.vocabulary import ADDRESS, Attack, Outcome, Target, mark
from tests.support.waiting import until

TECHNIQUES = Path(__file__).with_name("techniques.js").read_text(encoding="utf-8")
NAMES = tuple(re.findall(r'^    "(an? [^"]+)":', TECHNIQUES, re.MULTILINE))
REBOUND = "rebound.example"
# What came of the techniques, by the process that they were tried on: one page tries them all.
_tried: dict[int, dict[str, Outcome]] = {}
NO_BROWSER = Outcome("does not apply", "there is no Chromium on this machine")


class Elsewhere(ThreadingHTTPServer):
    """A server of the attacker's: any page is empty, and who asked is remembered."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((ADDRESS, 0), _Page)
        self.asked: list[tuple[str, str]] = []


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Elsewhere)
        self.server.asked.append((self.path, self.headers.get("Referer", "")))
        body = b"<!doctype html><title>Elsewhere</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Serve pages elsewhere until the end of the block."""
    with Elsewhere() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser in which the app is open."""

    target: Target
    browser: chromium.Chromium
    tab: chromium.Tab


@contextmanager
def visit(target: Target) -> Iterator[Visit]:
    """Open the app in a browser, by a ticket of its own where there are such, and see that it is let in."""
    with (
        _visitable(target) as visited,
        chromium.browsing(f"--host-resolver-rules=MAP {REBOUND} {ADDRESS}") as browser,
    ):
        way = f"{ENTER}?{visited.ticket}" if visited.ticket else "/"
        tab = browser.open(visited.origin + way)
        name = mark()
        told = tab.run(f"fetch('/write/{name}', {{method: 'POST', body: 'a=1'}}).then(a => a.status)")
        assert told == 200 and visited.reached(name), "the app's own page is let in"
        yield Visit(visited, browser, tab)


@contextmanager
def _visitable(target: Target) -> Iterator[Target]:
    if target.system.unentered is None:
        yield target
    else:
        with target.another_unentered() as unentered:
            yield unentered


def technique(name: str, target: Target) -> Outcome:
    """Return what came of one technique."""
    if not chromium.is_there():
        return NO_BROWSER
    if target.pid not in _tried:
        _tried[target.pid] = _try_all(target)
    return _tried[target.pid][name]


def _try_all(target: Target) -> dict[str, Outcome]:
    with visit(target) as there, elsewhere() as other:
        attacker = there.browser.open(f"http://{ADDRESS}:{other.server_address[1]}/")
        marks = {name: mark() for name in NAMES}
        values = f"{json.dumps(there.target.origin)}, {json.dumps(marks)}"
        learnt: dict[str, str] = attacker.run(f"({TECHNIQUES})({values})")
        assert learnt.keys() == marks.keys()
        time.sleep(1)  # for what a page only sets off, and cannot wait for either
        return {name: _judged(there.target, marks[name], learnt[name]) for name in NAMES}


def _judged(target: Target, name: str, learnt: str) -> Outcome:
    reached = target.reached(name)
    if not reached and not learnt:
        return Outcome("held", "not reached, nothing read")
    parts = ("the app was reached" if reached else "", f"the page read: {learnt[:60]}" if learnt else "")
    return Outcome("got through", "; ".join(filter(None, parts)), is_exact=False)


def rebinding(target: Target) -> Outcome:
    """Be a page under a name that leads to this machine by now, and so of one origin with the port."""
    if not chromium.is_there():
        return NO_BROWSER
    names = [mark() for _ in range(3)]
    with visit(target) as there:
        page = there.browser.open(f"http://{REBOUND}:{there.target.port}/write/{names[0]}")
        seen = [page.run("document.body.innerText")]
        for name, method in zip(names[1:], ("GET", "POST"), strict=True):
            asked = f"fetch('/write/{name}', {{method: '{method}', credentials: 'include'}})"
            seen.append(page.run(f"{asked}.then(async a => a.status + ' ' + await a.text())"))
        reached = [one for name in names for one in there.target.reached(name)]
    if reached:
        return Outcome("got through", f"the app was reached; the page read: {seen[1]}", is_exact=False)
    return Outcome("held", seen[1][:3], all(told.startswith("421") for told in seen[1:]))


def references(target: Target) -> Outcome:
    """Look from outside at what a browser tells of the page that it came from."""
    if not chromium.is_there():
        return NO_BROWSER
    with visit(target) as there, elsewhere() as other:
        there.tab.go(f"{there.target.origin}/outside/{other.server_address[1]}")
        there.tab.run("void document.querySelector('a').click()")
        until(lambda: {"/picture", "/link"} <= {path for path, _ in other.asked}, what=lambda: other.asked)
        told = {reference.removeprefix(there.target.origin) for _, reference in other.asked}
    if told <= {"", "/"}:
        return Outcome("held", "at most the address of this machine")
    return Outcome("got through", ", ".join(sorted(told)), is_exact=False)


ATTACKS = (
    *(
        Attack(
            f"A page elsewhere neither reaches nor reads the app by {name}",
            "browser",
            partial(technique, name),
        )
        for name in NAMES
    ),
    Attack("A page under a name that was rebound reads nothing", "browser", rebinding),
    Attack("Servers elsewhere do not learn which page of the app a visitor came from", "browser", references),
)

"""The servers and proxies that are compared, started as people start them, on one core."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.making import HERE
from tests.support import exported, hosted, proxies

ADDRESS = hosted.ADDRESS
NAME = "pages.example"  # under which the pages are served
SERVER_S_CORE = ("taskset", "-c", "0")
PAGES = ("/json", "/page", "/file")
BY_PROXY = "/static/file.bin"
FILE_SIZE = 100_000
FRONTS = ("alone", *proxies.PROXIES)


@dataclass(frozen=True, slots=True)
class Entry:
    """A server to start: its name in the table, how it is started, and for ours the words of `serve`."""

    name: str
    server: str
    is_ours: bool = True
    more: tuple[str, ...] = ()


ENTRIES = (
    Entry("flask run", "flask run", is_ours=False),
    Entry("Waitress, plain", "waitress", is_ours=False),
    Entry("Gunicorn sync, plain", "gunicorn", is_ours=False, more=("--workers", "3")),
    Entry("serve: Waitress", "waitress"),
    Entry("serve: Gunicorn, gthread", "gunicorn"),
    Entry("serve: uWSGI", "uwsgi"),
)


@dataclass(frozen=True, slots=True)
class Contestant:
    """One server with what is in front of it."""

    name: str
    front: str
    port: int
    pids: tuple[int, ...]
    host: str = NAME
    pages: tuple[str, ...] = PAGES
    is_mixed: bool = True

    def url(self, page: str) -> str:
        """Return a page's address."""
        return f"http://{ADDRESS}:{self.port}{page}"


def started(stack: ExitStack, place: Path, only: str | None) -> list[Contestant]:
    """Start everything, in folders of its own, until the stack is closed."""
    found: list[Contestant] = []
    for entry in ENTRIES:
        for front in FRONTS:
            if only and only.lower() not in f"{entry.name} {front}".lower():
                continue
            found.append(_start(stack, place / f"{len(found)}", entry, front))
    return [*found, *_files(found)]


def project(place: Path) -> Path:
    """Lay the pages and the large file into a folder."""
    shutil.copytree(HERE / "pages", place, ignore=shutil.ignore_patterns("__pycache__"))
    (place / "static").mkdir()
    # Not to be compressed: what is compared is who hands it over.
    (place / "static" / "file.bin").write_bytes(bytes(n * n % 251 for n in range(FILE_SIZE)))
    return place


def _start(stack: ExitStack, place: Path, entry: Entry, front: str) -> Contestant:
    place.mkdir()
    pages, port = project(place / "pages"), proxies.free_port()
    command = _command(entry, front, pages, f"{ADDRESS}:{port}")
    server = stack.enter_context(
        hosted.hosted(command, pages, place / "server", port, path="/json", name=NAME, wrapped=_on_its_core)
    )
    if front == "alone":
        return Contestant(entry.name, front, port, (server.pid,))
    asked = proxies.free_port()
    site = exported.site(
        front,
        pages,
        place / "export",
        name=NAME,
        listen=asked,
        upstreams=[f"{ADDRESS}:{port}"],
        server=entry.server if entry.is_ours else "gunicorn",
    )
    proxy = stack.enter_context(
        proxies.proxy(front, site, place / "proxy", asked, address=ADDRESS, wrapped=_on_its_core)
    )
    return Contestant(entry.name, front, asked, (server.pid, proxy.running.process.pid))


def _command(entry: Entry, front: str, pages: Path, bind: str) -> hosted.Words:
    if not entry.is_ours:
        return [*hosted.plain_command(entry.server, bind), *entry.more]
    behind = () if front == "alone" else ("--behind", front)
    return hosted.serve_command(pages, entry.server, bind, NAME, *behind, *entry.more)


def _on_its_core(words: hosted.Words) -> hosted.Words:
    return [*SERVER_S_CORE, *words]


def _files(found: Sequence[Contestant]) -> list[Contestant]:
    """Have each proxy asked once for the file that it hands over itself."""
    made = []
    for front in proxies.PROXIES:
        one = next((one for one in found if one.front == front), None)
        if one is not None:
            made.append(
                Contestant(
                    f"{front} itself", front, one.port, one.pids[1:], pages=(BY_PROXY,), is_mixed=False
                )
            )
    return made

"""Addresses in pages and scripts: what is loaded from elsewhere, and the app's own written out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from launcher.packager.warnings.notice import Notice, Sighting, grouped
from launcher.packager.warnings.reading import PAGES, SCRIPTS, STYLES, Reading

_OUTSIDE = r"(?P<address>(?:https?:)?//[\w.-]+\.\w+[^\s'\"<>)]*)"
_TAG = re.compile(
    r"<(?P<tag>script|link|img|iframe|source|video|audio|embed|track|input)\b(?P<rest>[^>]*)>", re.I
)
_SOURCE = re.compile(rf"""\b(?:src|href|data-src)\s*=\s*['"]?\s*{_OUTSIDE}""", re.I)
_RELATION = re.compile(r"""\brel\s*=\s*['"]?([^'">]+)""", re.I)
# Of all links only these make the browser fetch something for the page.
LOADING = frozenset(("stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"))
_IN_CODE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"""@import\s+(?:url\(\s*)?['"]?{_OUTSIDE}""",
        rf"""\burl\(\s*['"]?{_OUTSIDE}""",
        rf"""(?:\bfrom|\bimport|\bimport\s*\(|\bimportScripts\s*\(|\bWorker\s*\()\s*['"]{_OUTSIDE}""",
    )
)
_LOCAL = re.compile(
    r"(?<![\w.])(?P<address>(?:(?:https?|wss?):)?//(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):\d{2,5})"
)
_COMMENTS = {
    PAGES: re.compile(r"<!--.*?-->|\{#.*?#\}|/\*.*?\*/", re.S),
    SCRIPTS: re.compile(r"/\*.*?\*/|(?:^|(?<=[\s;{}(),]))//[^\n]*", re.S),
    STYLES: re.compile(r"/\*.*?\*/", re.S),
}
# What is only said to somebody, and what a browser may come from.
_ONLY_SAID = re.compile(
    r"(?:^|\.)(?:print|echo|secho|debug|info|warning|error|exception|log|CORS|add_argument)$"
)


def look(reading: Reading) -> Iterator[Notice]:
    """Look at what pages, scripts and style sheets load, and at the app's own address written out."""
    loaded: list[Sighting] = []
    local: list[Sighting] = []
    for kinds, comments in _COMMENTS.items():
        for file, text in reading.texts(kinds):
            if "//" in text:
                plain = comments.sub(_blank, text)
                loaded += _loaded(file, plain, tags=kinds is PAGES)
                local += _local(file, plain)
    local += _local_in_code(reading)
    for host, places, _ in grouped(loaded):
        yield Notice(
            f"Pages load from {host}",
            f"{places}. Without a network, or where {host} is blocked, that part is missing.",
            "Put a copy into static/ and name it with url_for('static', filename=...).",
        )
    for address, places, _ in grouped(local):
        yield Notice(
            f"{address} is written out",
            f"{places}. The packaged app is at an address of its own.",
            "Begin with the path alone (/page), or use url_for or request.host_url. If it is another "
            "program's server, friends need that as well.",
        )


def _loaded(file: str, text: str, *, tags: bool) -> Iterator[Sighting]:
    found = [match for pattern in _IN_CODE for match in pattern.finditer(text)]
    places = [(match["address"], match.start("address")) for match in found]
    for tag in _TAG.finditer(text) if tags else ():
        source = _SOURCE.search(tag["rest"])
        if source and (tag["tag"].lower() != "link" or _is_loading(tag["rest"])):
            places.append((source["address"], tag.start("rest") + source.start("address")))
    for address, start in sorted(places, key=lambda place: place[1]):
        host = urlsplit(address).hostname or ""
        if host and not _LOCAL.match(address) and not _is_this_machine(host):
            yield Sighting(host, file, text.count("\n", 0, start) + 1)


def _is_loading(attributes: str) -> bool:
    relation = _RELATION.search(attributes)
    return relation is not None and not LOADING.isdisjoint(relation[1].lower().split())


def _local(file: str, text: str) -> Iterator[Sighting]:
    for match in _LOCAL.finditer(text):
        yield Sighting(match["address"], file, text.count("\n", 0, match.start()) + 1)


def _local_in_code(reading: Reading) -> Iterator[Sighting]:
    for code in reading.code():
        for text in code.texts:
            match = _LOCAL.search(text.value)
            if match and not _ONLY_SAID.search(text.within) and "origin" not in text.name.lower():
                yield Sighting(match["address"], code.file, text.line)


def _is_this_machine(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "0.0.0.0", "::1")


def _blank(comment: re.Match[str]) -> str:
    """Take a comment away and keep its lines, so that all others keep their numbers."""
    return "\n" * comment[0].count("\n") or " "

"""What a device calls itself, in the words of people: "Chrome on Android"."""

from __future__ import annotations

import re

# The first that is found counts: most browsers claim to be the others as well.
BROWSERS = (
    (r"EdgA?(iOS)?/", "Edge"),
    (r"OPR/|OPT/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Vivaldi/", "Vivaldi"),
    (r"DuckDuckGo/|Ddg/", "DuckDuckGo"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"CriOS/|Chrome/", "Chrome"),
    (r"Version/[0-9.]+ .*Safari/", "Safari"),
    (r"curl/", "curl"),
)
SYSTEMS = (
    (r"iPhone|iPod", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"CrOS", "a Chromebook"),
    (r"Windows", "Windows"),
    (r"Macintosh|Mac OS X", "Mac"),
    (r"Linux|X11", "Linux"),
)
UNKNOWN = "A browser"


def describe(user_agent: str | None) -> str:
    """Return what a device is, as far as its browser says so."""
    text = (user_agent or "")[:512]
    browser, system = _first(BROWSERS, text), _first(SYSTEMS, text)
    return f"{browser or UNKNOWN} on {system}" if system else browser or UNKNOWN


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in table if re.search(pattern, text)), "")

"""Where a page may lead its window, and what it may ask of the machine: one value for all web views."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from urllib.parse import urlsplit

LONGEST = 120  # letters of an address in a log
OUTSIDE_SCHEMES = ("http", "https", "mailto")
# The address that a page of the launcher's own is given: none that a page could lead to.
OWN_PAGE = "launcher:page"
INSIDE = ("about:blank", "about:srcdoc")
# What buttons of the launcher's own pages lead to; a page of the app's cannot.
COMMANDS = {f"launcher:{command}": command for command in ("quit", "open-log", "restart")}


class Lead(Enum):
    """What becomes of an address that a page leads to."""

    STAY = "stays in the window"
    OUTSIDE = "goes to the system's browser"
    COMMAND = "is a button of the launcher's own page"
    REFUSED = "leads nowhere"


class Rules:
    """What the pages of one window may do.

    `origin` is the app's, empty until it answers; `permissions` are those that the project asks for.
    """

    def __init__(self, permissions: Iterable[str] = (), calls: Iterable[str] = ()) -> None:
        self.origin = ""
        self.permissions = frozenset(permissions)
        self.calls = frozenset(calls)

    def admit(self, url: str) -> None:
        """Take the origin of an address that the backend gave for the app's."""
        self.origin = origin_of(url)

    def is_own(self, url: str) -> bool:
        """Tell whether an address is of the app's own origin."""
        return bool(self.origin) and origin_of(url) == self.origin

    def grants(self, name: str, origin: str) -> bool:
        """Tell whether a page of `origin` may have the permission `name`."""
        return name in self.permissions and self.is_own(origin)

    def lead(self, url: str, *, from_own_page: bool = False) -> Lead:
        """Decide about an address; `from_own_page` says that a page of the launcher's own leads there."""
        if self.is_own(url.removeprefix("blob:")) or url in INSIDE:
            return Lead.STAY
        if from_own_page and url in COMMANDS:
            return Lead.COMMAND
        try:
            parts = urlsplit(url)
            named = bool(parts.hostname) or parts.scheme == "mailto"
        except ValueError:
            return Lead.REFUSED
        return Lead.OUTSIDE if parts.scheme in OUTSIDE_SCHEMES and named else Lead.REFUSED


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address as browsers write an origin; nothing where it has none.

    Whole origins are compared, never their beginnings: a name or a port may go on behind one.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            return ""
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def shown(url: str) -> str:
    """Return an address as a log may keep it: short, and without what may be secret in it."""
    scheme, colon, rest = url.partition(":")
    if scheme in ("data", "javascript") or not colon:
        return f"{scheme[:40]}{colon}"
    place = re.split(r"[?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    kept = "".join(letter if letter.isprintable() else "?" for letter in f"{scheme}:{place}")
    return kept if len(kept) <= LONGEST else kept[:LONGEST] + "…"

"""Coming back from a provider: people who signed in elsewhere are shown in the window where they began.

Providers refuse to be shown in the windows of programs, so that signing in happens in the system's browser,
which has no session here. Its way back is accepted without one, at the paths that the project declares: once,
and only with a `state` that the app itself sent out with somebody a while ago. The browser learns nothing by
it; the address is opened in the window, and the app sees it there.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from launcher.serving.tickets import Tickets

LIFETIME = 900.0  # seconds for signing in, with a password to look for and a code to wait for
LONGEST = 2048  # characters of a state
NAMES = ("state", "RelayState")  # of OAuth and OpenID Connect; of SAML


class Callbacks:
    """The states that are on their way, and what is done with one that comes back."""

    def __init__(self, origin: str, show: Callable[[str], None]) -> None:
        self._origin = origin
        self._show = show
        self._states = Tickets(LIFETIME)

    def note(self, location: str) -> None:
        """Remember the state of a redirect that leads elsewhere."""
        parts = urlsplit(location)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self._origin:
            for state in _states(parts.query):
                self._states.remember(state)

    def accept(self, path: str, query: str) -> bool:
        """Show an address that came back in the window; tell whether it was one that was waited for."""
        if not any(self._states.redeem(state) for state in _states(query)):
            return False
        self._show(f"{path}?{query}")
        return True


def _states(query: str) -> list[str]:
    found = parse_qs(query)
    return [value for name in NAMES for value in found.get(name, ()) if len(value) <= LONGEST]

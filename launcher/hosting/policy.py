"""Who may talk to a served app: everybody, by one of its names, and no other site's page in somebody's name.

There is no session of ours here, for the app has its own. The checks and their order, the first failure
deciding: Host, another protocol, what another site's page sends. Reading is allowed from everywhere: links
lead here, pictures are shown elsewhere, programs ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from launcher.hosting import places
from launcher.serving.policy import PASS, WRONG_HOST, WRONG_ORIGIN, WRONG_SITE, Request, Verdict, is_public

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
OWN_SITES = ("same-origin", "none")  # of Sec-Fetch-Site; a neighbour under the same domain is another site
PORTS = {"http": "80", "https": "443"}
NO_UPGRADE = Verdict(501, "upgrade")
HEALTH = Verdict(200, "health")  # asked for by whoever looks whether we live, and by whatever name


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of one served app; `hosts` as `places.host` returns them."""

    hosts: frozenset[str]
    health: str = ""
    callbacks: tuple[str, ...] = ()  # paths that a provider's form is sent to, after somebody signed in there
    public: tuple[str, ...] = ()  # patterns of paths that everybody's pages may use
    origins: frozenset[str] = frozenset()  # other sites whose pages may send something here

    def judge(self, request: Request) -> Verdict:
        """Decide about one request; `upgrades` says that it asks for a WebSocket."""
        if request.path == self.health and request.method in ("GET", "HEAD") and not request.has_body:
            return HEALTH
        if not self.knows(request.host):
            return WRONG_HOST
        if request.upgrades:
            return NO_UPGRADE
        if request.method in SAFE or self._is_open(request):
            return PASS
        return self._judge_sender(request)

    def knows(self, host: str | None) -> bool:
        """Tell whether a Host header is one of the app's names, alone or with any port."""
        if not host:
            return False
        host = host.lower()
        name, port = places.split(host)
        if port is not None and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            return False
        return host in self.hosts or name in self.hosts

    def _is_open(self, request: Request) -> bool:
        is_declared = request.path in self.callbacks or is_public(request.path, self.public)
        return is_declared or (request.origin is not None and request.origin in self.origins)

    def _judge_sender(self, request: Request) -> Verdict:
        """Decide about what changes something, by where browsers say that it comes from.

        Without a word of a browser it is a program's, which has nobody's cookies but its own.
        """
        if request.fetch_site is not None:
            return PASS if request.fetch_site in OWN_SITES else WRONG_SITE
        if request.origin is None or _is_at(request.origin, request.host or ""):
            return PASS
        return WRONG_ORIGIN


def _is_at(origin: str, host: str) -> bool:
    """Tell whether an origin is a page of the host that was asked, by http or https."""
    parts = urlsplit(origin)
    port = PORTS.get(parts.scheme)
    if port is None or origin != f"{parts.scheme}://{parts.netloc}":
        return False
    return _with_port(parts.netloc.lower(), port) == _with_port(host.lower(), port)


def _with_port(netloc: str, usual: str) -> str:
    name, port = places.split(netloc)
    return f"{name}:{port or usual}"

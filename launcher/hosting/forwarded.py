"""What a proxy says about the visitor: believed from the one that is named, and from nobody else.

The address is that of the last hop which is no proxy of ours, read from the right, where each proxy adds
what it has seen itself; what stands further left was written by whoever likes to. The app finds the result
where it would be without a proxy. Of the headers themselves two are left, with nothing but that result, for
apps that read them; an app that counts proxies by itself comes to the same. All others are taken out.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from launcher.hosting.places import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIEnvironment

FOR, SCHEME, HOST = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"
PREFIX = "HTTP_X_FORWARDED"
# What else is read as the word of a proxy by some framework or other.
OTHERS = (
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_CLIENT_IP",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_X_CLUSTER_CLIENT_IP",
    "HTTP_SCRIPT_NAME",
    "HTTP_X_SCRIPT_NAME",
    "HTTP_X_URL_SCHEME",
    "HTTP_X_SCHEME",
    "HTTP_X_ORIGINAL_URL",
    "HTTP_X_REWRITE_URL",
    "HTTP_FRONT_END_HTTPS",
    "HTTP_PROXY",  # of which CGI would make a setting
)
MOST_HOPS = 32


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the headers are believed from."""

    networks: tuple[Network, ...] = ()
    is_behind: bool = False
    is_unix: bool = False  # whoever may open the socket is the proxy
    is_resolved: bool = False  # the proxy has set the variables themselves, as it does by the uwsgi protocol
    is_https: bool = False  # visitors come by https where the proxy does not say how they come

    def settle(self, environ: WSGIEnvironment) -> None:
        """Put the visitor's address, scheme and host where an app looks, and take the rest out."""
        if self.is_unix and not self.is_resolved:
            environ["REMOTE_ADDR"] = ""  # some servers make an address up
        peer = environ.get("REMOTE_ADDR") or ""
        said = {name: environ.get(name) for name in (FOR, SCHEME, HOST)}
        for name in [*environ]:
            if name.startswith(PREFIX) or name in OTHERS:
                del environ[name]
        # uWSGI has believed whoever sent the header already.
        scheme = "https" if self.is_resolved and _is_secure(environ) else "http"
        environ["wsgi.url_scheme"] = scheme
        environ.pop("HTTPS", None)
        if not self.is_behind:
            return
        if self.is_resolved:
            _forward(environ, peer, scheme)
        elif self.is_unix or self._is_ours(peer):
            self._believe(environ, peer, said)

    def _believe(self, environ: WSGIEnvironment, peer: str, said: dict[str, str | None]) -> None:
        visitor = self._visitor(said[FOR] or "", peer)
        scheme = (said[SCHEME] or "").rpartition(",")[2].strip().lower()
        if scheme not in ("http", "https"):
            scheme = "https" if self.is_https else "http"
        if host := said[HOST]:  # whether it is one of the app's names is the policy's affair
            environ["HTTP_HOST"] = host.rpartition(",")[2].strip()
        environ["REMOTE_ADDR"] = visitor
        environ.pop("REMOTE_PORT", None)
        environ.pop("REMOTE_HOST", None)
        environ["wsgi.url_scheme"] = scheme
        _forward(environ, visitor, scheme)

    def _visitor(self, header: str, peer: str) -> str:
        """Return the last hop that is none of ours; the nearest known one where somebody wrote nonsense."""
        known = peer
        for hop in _hops(header):
            address = _address(hop)
            if address is None:
                break
            known = str(address)
            if not self._is_ours(known):
                break
        return known

    def _is_ours(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self.networks)


def _forward(environ: WSGIEnvironment, visitor: str, scheme: str) -> None:
    environ[FOR], environ[SCHEME] = visitor, scheme
    if scheme == "https":
        environ["HTTPS"] = "on"


def _is_secure(environ: WSGIEnvironment) -> bool:
    """Tell whether a proxy that sets the variables itself has set that the visitor came by https."""
    return environ.get("HTTPS", "").lower() in ("on", "1") or environ.get("REQUEST_SCHEME") == "https"


def _hops(header: str) -> Iterator[str]:
    """Yield the hops of a header from the right; of very many, those that can still matter."""
    for hop in reversed(header.rsplit(",", MOST_HOPS)[-MOST_HOPS:]):
        if hop.strip():
            yield hop.strip()


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address, with or without a port; an IPv4 one in the clothes of IPv6 is taken out of them."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped if mapped is not None else found

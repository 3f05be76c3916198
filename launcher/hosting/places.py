"""Places in a network: where a server listens, and the names and addresses that it is told about."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from launcher.errors import ConfigError

UNIX = "unix:"
LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens: a path of a unix socket, or an address and a port."""

    path: str = ""
    address: str = ""
    port: int = 0  # 0 is any free one

    @property
    def is_unix(self) -> bool:
        return bool(self.path)

    @property
    def is_loopback(self) -> bool:
        """Whether nobody from another machine gets here."""
        return self.is_unix or ipaddress.ip_address(self.address).is_loopback

    @property
    def text(self) -> str:
        """The place as it is typed."""
        if self.is_unix:
            return UNIX + self.path
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def place(text: str) -> Place:
    """Read `127.0.0.1:8000`, `[::1]:8000` or `unix:/path`; raises ConfigError."""
    if text.startswith(UNIX) and len(text) > len(UNIX) and "\0" not in text:
        return Place(path=text[len(UNIX) :])
    address, colon, port = text.rpartition(":")
    is_long = address.startswith("[") and address.endswith("]")
    try:
        found = ipaddress.ip_address("127.0.0.1" if address == "localhost" else address.strip("[]"))
        if not colon or is_long != (found.version == 6) or not (_is_port(port) or port == "0"):
            raise ValueError(text)
    except ValueError:
        raise ConfigError(
            f"{text!r} is not a place to listen at.",
            "Write an address and a port, as 127.0.0.1:8000 or [::1]:8000, or unix:/path/of/the/socket.",
        ) from None
    return Place(address=str(found), port=int(port))


def host(text: str) -> str:
    """Return an allowed name as it is compared: in small letters; raises ConfigError for what is none.

    A name stands without a scheme and a path, with a port where only that one is meant.
    """
    name, port = split(text.strip().lower())
    if port is not None and not _is_port(port):
        raise _no_host(text)
    if name.startswith("["):
        try:
            name = f"[{ipaddress.IPv6Address(name.strip('[]'))}]"
        except ValueError:
            raise _no_host(text) from None
    else:
        name = _ascii(name, text)
    return name if port is None else f"{name}:{port}"


def split(text: str) -> tuple[str, str | None]:
    """Split what a Host header holds into the name and the port, which is None where none is given."""
    name, colon, port = text.rpartition(":")
    return (name, port) if colon and not text.endswith("]") else (text, None)


def network(text: str) -> Network:
    """Read an address or a network, as 10.0.0.1 or 10.0.0.0/8; raises ConfigError."""
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        raise ConfigError(
            f"{text!r} is not the address of a proxy.",
            "Write it in digits, as 10.0.0.1, or a network of them, as 10.0.0.0/8.",
        ) from None


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


def _ascii(name: str, text: str) -> str:
    try:
        written = name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        raise _no_host(text) from None
    if len(written) > 253 or not all(LABEL.match(label) for label in written.split(".")):
        raise _no_host(text)
    return written


def _no_host(text: str) -> ConfigError:
    return ConfigError(
        f"{text!r} is not the name of a host.",
        "Write it as it stands in the address bar between // and the next /, as example.org.",
    )

"""The addresses of this machine that an app can be shared at: those of a network at home, at work, at a café.

Never an address that the whole internet reaches, the machine's own loopback, or one that a card has given
itself because nobody else did. An app is shared at one of them, and never at "all".
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ifaddr

NETWORKS = tuple(
    ipaddress.ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
WI_FI, WIRED, INSIDE, OTHER = "Wi-Fi", "cable", "inside this machine", "network"
# How cards are called that lead to machines within this one; nobody outside is there.
VIRTUAL = ("docker", "br-", "virbr", "vmnet", "vbox", "veth", "lxc", "lxd", "cni", "podman", "vethernet")
RADIO, CABLE = ("wl", "wi-fi", "wifi", "wlan", "wireless"), ("eth", "en", "lan", "ethernet")
CARDS = Path("/sys/class/net")  # where Linux says of a card that it is a radio


@dataclass(frozen=True, slots=True)
class Address:
    """One address, the name of the card that has it, and what that leads to."""

    ip: str
    interface: str
    kind: str = OTHER

    @property
    def authority(self) -> str:
        """The address as it stands in a link, before the port."""
        return f"[{self.ip}]" if ":" in self.ip else self.ip


def shareable(adapters: Iterable[Any] | None = None) -> tuple[Address, ...]:
    """List the addresses that can be shared, the likeliest first."""
    found = []
    for adapter in ifaddr.get_adapters() if adapters is None else adapters:
        for one in adapter.ips:
            ip = one.ip if isinstance(one.ip, str) else one.ip[0]
            if _is_private(ip):
                # On Windows a card's own name is a number, and the connection has the name that people see.
                name = one.nice_name if adapter.name.startswith("{") else adapter.name
                found.append(Address(ip, name, _kind(name)))
    order = (WI_FI, OTHER, WIRED, INSIDE)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), ":" in one.ip)))


def is_still_there(address: Address) -> bool:
    """Tell whether this machine still has an address, at the same card."""
    return any((one.ip, one.interface) == (address.ip, address.interface) for one in shareable())


def the_one(addresses: Iterable[Address]) -> Address | None:
    """Return the address that is meant where nobody has named one, if only one can be."""
    outside = [one for one in addresses if one.kind != INSIDE]
    plain = [one for one in outside if ":" not in one.ip] or outside
    return plain[0] if len(plain) == 1 else None


def choose(named: str | None, found: Sequence[Address]) -> tuple[Address | None, str]:
    """Return the address to share at, or why there is none, of those that were found."""
    if not found:
        return None, "This computer is in no network that could be shared in."
    if named is None:
        several = "This computer has several addresses, and none of them was named."
        inside = "This computer is in no network but those inside it, and none of them was named."
        chosen = the_one(found)
        why = inside if all(one.kind == INSIDE for one in found) else several
    else:
        chosen = next((one for one in found if one.ip == named), None)
        why = f"This computer does not have the address {named} in a network that could be shared in."
    return chosen, "" if chosen else why


def local_name() -> str:
    """Return the name under which machines in the same network may know this one."""
    return f"{socket.gethostname().partition('.')[0].lower()}.local"


def _is_private(ip: str) -> bool:
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return False
    return any(address.version == one.version and address in one for one in NETWORKS)


def _kind(name: str) -> str:
    lowered = name.lower()
    if lowered.startswith(VIRTUAL):
        return INSIDE
    if lowered.startswith(RADIO) or (CARDS / name / "wireless").is_dir():
        return WI_FI
    return WIRED if lowered.startswith(CABLE) and not _may_be_radio(lowered) else OTHER


def _may_be_radio(name: str) -> bool:
    # A Mac calls its cards en0, en1, ..., whatever they are.
    return name.removeprefix("en").isdigit()

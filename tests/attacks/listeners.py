"""Who can reach the app at all: the addresses at which its processes listen."""

from __future__ import annotations

import socket
from contextlib import suppress

import psutil

from tests.attacks.vocabulary import ADDRESS, Attack, Outcome, Target


def listening(target: Target) -> set[str]:
    """List the addresses at which a system's processes take connections or datagrams from anybody."""
    found = set()
    for process in target.processes():
        with suppress(psutil.NoSuchProcess):
            for one in process.net_connections("inet"):
                if one.status == psutil.CONN_LISTEN or (one.type == socket.SOCK_DGRAM and not one.raddr):
                    found.add(f"{one.laddr[0]}:{one.laddr[1]}")
    return found


def addresses(target: Target) -> Outcome:
    """Look at the sockets of all its processes."""
    found = listening(target)
    return Outcome("held" if found == {target.host} else "got through", ", ".join(sorted(found)))


def network(target: Target) -> Outcome:
    """Connect as somebody in the same network would."""
    ours = [
        address.address
        for interface in psutil.net_if_addrs().values()
        for address in interface
        if address.family in (socket.AF_INET, socket.AF_INET6) and address.address != ADDRESS
    ]
    open_at = [address for address in [*ours, "127.0.0.2"] if _answers(address, target.port)]
    if open_at:
        return Outcome("got through", f"open at {', '.join(open_at)}", is_exact=False)
    return Outcome("held", f"refused at {len(ours) + 1} other addresses of this machine")


def _answers(address: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((address, port), timeout=3):
        return True
    return False


ATTACKS = (
    Attack("It listens at one address of this machine alone, and nowhere else", "listeners", addresses),
    Attack("Nobody in the network can connect", "listeners", network),
)

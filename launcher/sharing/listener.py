"""The guests' own connections: few in all, fewer of one address, and cut when their device is removed.

The window has a listener and threads of its own, and nothing here takes a connection or a thread from it.
"""

from __future__ import annotations

from typing import Any

from launcher.serving.connections import Connection, Listener
from launcher.serving.policy import Verdict
from launcher.sharing.entrance import Welcome

MOST, OF_AN_ADDRESS = 64, 32
THREADS = MOST  # a stream of events holds one for as long as it lasts; see `turns` for the others


class GuestConnection(Connection):
    """One connection of a guest's, or of somebody who would like to be one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._devices: set[int] = set()  # that it was used by, which is one at the most
        super().__init__(*args, **kwargs)

    def shows_session(self, verdict: Verdict | None) -> bool:
        """Tell whether a request with this verdict came from a device that is in."""
        return isinstance(verdict, Welcome)

    def service(self) -> None:
        """Answer one request, and remember whose it is."""
        self._devices.update(_device_of(self.requests[0]))
        super().service()

    def is_of(self, number: int) -> bool:
        """Tell whether a device has used it, or is about to."""
        coming = (self.request, *list(self.requests))
        return number in self._devices or any(number in _device_of(request) for request in coming)


def _device_of(request: Any) -> tuple[int, ...]:
    verdict = getattr(request, "verdict", None)
    device = verdict.device if isinstance(verdict, Welcome) else None
    return () if device is None else (device.number,)


class GuestListener(Listener):
    """A listener that lets nobody have all the connections there are."""

    channel_class = GuestConnection

    def settle(self, newcomer: Connection) -> None:
        """Let the weakest go where there are too many, in all or of the newcomer's address."""
        same = [one for one in self.active_channels.values() if one.peer == newcomer.peer]
        if len(same) > OF_AN_ADDRESS:
            # Its own others make room; where all of them are busy, it is the newcomer that has to go.
            (self.weakest(one for one in same if one is not newcomer) or newcomer).end()
        else:
            super().settle(newcomer)

    def cut(self, number: int) -> None:
        """Close every connection of a device, whatever it is doing; on the server's own thread."""
        for one in list(self.active_channels.values()):
            if one.is_of(number):
                one.end()

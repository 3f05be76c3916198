"""Socket.IO over our server: by polling, from threads.

Socket.IO takes the first asynchronous library that it finds installed, gevent or eventlet; their queues
and events do not wake the threads in which a request is answered here, so a message would come when
somebody's patience ends. And it offers WebSockets, which there are none of: pages that were offered
nothing stay with polling and miss nothing but speed.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from launcher.recording import after_import

MODE = "threading"
WAYS = {"transports": ["polling"], "allow_upgrades": False}


def provide() -> None:
    """Let every Socket.IO server that is made from now on poll, whatever it was asked to do."""
    after_import({"engineio.server": _patch})


def _patch(module: Any) -> None:
    made = module.Server.__init__

    @wraps(made)
    def make(self: Any, async_mode: Any = None, *more: Any, **named: Any) -> None:
        made(self, MODE, *more, **{**named, **WAYS})

    module.Server.__init__ = make

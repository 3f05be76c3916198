"""Apps that were made for the greenlets of gevent or eventlet: here their requests are answered in threads.

Their monkey patching is not obeyed. Our server has begun before the app is imported, and what it waits
with must not become another thing under it; unpatched code does the same in threads. Greenlets that the app
starts while it is imported belong to the thread that imports it, and run while that one waits their way.

Socket.IO would take the first of those libraries that is installed, and its messages would wait for greenlets
that never run: it uses threads as well. It offers no WebSockets, which there are none of; a page that is
offered none stays with long polling.
"""

from __future__ import annotations

import sys
import threading
from functools import wraps
from typing import Any

from launcher.loading.recording import after_import

TURN = 0.1  # seconds; how often a waiting thread that has greenlets looks up
LIBRARIES = ("gevent", "eventlet")
SOCKET_IO_MODE = "threading"
SOCKET_IO_WAYS = {"transports": ["polling"], "allow_upgrades": False}


def provide() -> None:
    """Let all of them be imported from now on as they can work here."""
    after_import(
        {
            "gevent.monkey": _leave_unpatched,
            "eventlet.patcher": _leave_unpatched,
            "engineio.server": _let_poll,
        }
    )


def wait(event: threading.Event) -> None:
    """Return when the event is set; until then let the greenlets of this thread run."""
    library: Any = next((sys.modules[name] for name in LIBRARIES if name in sys.modules), None)
    while not event.is_set():
        if library is None:
            event.wait()
        else:
            library.sleep(TURN)


def _leave_unpatched(module: Any) -> None:
    # eventlet calls other functions whose names begin so for itself; of gevent's, all are for apps.
    begin = "monkey_patch" if module.__name__.startswith("eventlet") else "patch_"
    for name in [name for name in vars(module) if name.startswith(begin)]:
        setattr(module, name, _do_nothing)


def _do_nothing(*args: Any, **kwargs: Any) -> None:
    return None


def _let_poll(module: Any) -> None:
    made = module.Server.__init__

    @wraps(made)
    def make(self: Any, async_mode: Any = None, *more: Any, **named: Any) -> None:
        made(self, SOCKET_IO_MODE, *more, **{**named, **SOCKET_IO_WAYS})

    module.Server.__init__ = make

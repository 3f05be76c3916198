"""How many processes and threads: what is chosen where nobody has chosen, and why.

    server     processes                     threads each
    waitress   1                             64
    gunicorn   2 for each processor, plus 1   16      at most 9, and 1 for an app that keeps data in SQLite
    uwsgi      the same                      16

A thread is what a slow request holds. With 20 requests of half a second held, another visitor waited 2.5 s
at 4 threads, 0.5 s at 16 and 1 ms at 64; sixty more threads cost 6 MB, and nothing that could be measured in
speed. A process is what a processor is used by, costs the memory of the whole app once more, and has its own
copy of whatever the app keeps in variables. One process therefore is what every app was written for, and
Waitress's; Gunicorn and uWSGI are chosen by people who want several.
"""

from __future__ import annotations

import math
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from launcher.hosting.order import Hosting

QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container
MOST_CHOSEN = 9  # beyond it databases run out of connections sooner than a machine out of work
ALONE_THREADS, SHARED_THREADS = 64, 16


def settled(order: Hosting, *, has_sqlite: bool) -> Hosting:
    """Return an order whose numbers are chosen; several processes share SQLite only where that was asked."""
    workers = order.workers or (1 if order.server == "waitress" or has_sqlite else _processes())
    threads = order.threads or (ALONE_THREADS if workers == 1 else SHARED_THREADS)
    if order.server == "waitress":
        threads = order.threads or ALONE_THREADS
    return replace(order, workers=workers, threads=threads)


def processors() -> int:
    """Return how many processors this process may use; a container's share counts, rounded up."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = QUOTA.read_text(encoding="ascii").split()
        count = min(count, math.ceil(int(quota) / int(period)))  # "max" is no number
    return max(count, 1)


def _processes() -> int:
    return min(2 * processors() + 1, MOST_CHOSEN)

"""Links that lead out of the window: the machine's own browser opens them, as its user would have started it.

What a web view's library and a frozen program need in their environment would be that browser's end: it
would load libraries of ours instead of its own.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import webbrowser
from collections.abc import Mapping

from launcher.environ import clean
from launcher.loading.interpreting import MARK

OPEN = f"import os, sys, webbrowser; os.environ.pop({MARK!r}); webbrowser.open(sys.argv[1])"


def open_with(environ: Mapping[str, str]) -> None:
    """Let `webbrowser.open`, by which web views open links, start browsers with these variables."""
    found = dict(environ)
    clean({}, found)

    def open_link(url: str, new: int = 0, autoraise: bool = True) -> bool:
        # By a process of its own: webbrowser hands on what it has, and a change is every thread's.
        opener = subprocess.Popen(
            [sys.executable, "-I", "-c", OPEN, url],
            env={**found, MARK: sys.executable},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        threading.Thread(target=opener.wait, daemon=True).start()
        return True

    webbrowser.open = open_link

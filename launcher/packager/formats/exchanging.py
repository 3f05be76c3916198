"""Exchanging two names in one step, where the system can: nobody ever finds neither.

Linux has renameat2 since 2014, macOS renamex_np since 2016 (written from its documentation, untried);
Windows has none, nor have some file systems.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from launcher import host

HERE = -100  # AT_FDCWD of Linux
EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


def exchange(one: Path, other: Path) -> bool:
    """Let two files or folders of one disk change names; tell whether that was possible."""
    if host.WINDOWS:
        return False
    library = ctypes.CDLL(None)
    first, second = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        return bool(library.renameat2(HERE, first, HERE, second, EXCHANGE) == 0)
    if hasattr(library, "renamex_np"):
        return bool(library.renamex_np(first, second, EXCHANGE) == 0)
    return False

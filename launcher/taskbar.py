"""The name by which Windows' taskbar tells programs apart: without one of its own, by the path of their file.

The setup writes the same name into the shortcuts, so that a shortcut and the window it opens are one button.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Any


def belong(identifier: str) -> None:
    """Give this process the identifier of its app; to be called before there is a window."""
    library: Any = getattr(ctypes, "windll", None)
    with suppress(AttributeError, OSError):  # decoration: nothing depends on it
        library.shell32.SetCurrentProcessExplicitAppUserModelID(ctypes.c_wchar_p(identifier))

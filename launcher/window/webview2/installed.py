"""Edge's web view on Windows: whether it is there, asked before pywebview is.

Without it pywebview falls back to MSHTML, Internet Explorer's engine, which shows no page of today. What is
asked is what pywebview 6.2 itself asks, and Microsoft documents: the registry, where the installers leave
the versions. Tried with a registry of our own making only, never on Windows.
"""

from __future__ import annotations

import contextlib
import importlib
import re
from typing import Any

from launcher import host

CLIENT = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
OLDEST = (131, 0, 2903, 40)  # the first that asks about all that the rules are about
FRAMEWORK = r"SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full"
OLDEST_FRAMEWORK = 394802  # .NET 4.6.2, by the number of its release


def check() -> None:
    """Raise OSError where WebView2, or the .NET that leads to it, is not installed."""
    if not host.WINDOWS:
        return
    found = version()
    if not found:
        raise OSError("WebView2 is not installed")
    if tuple(int(part) for part in re.findall(r"\d+", found)) < OLDEST:
        raise OSError(f"WebView2 {found} is too old")
    if _framework() < OLDEST_FRAMEWORK:
        raise OSError("WebView2 needs .NET 4.6.2, which is not installed")


def version() -> str:
    """Return the version of WebView2 that is installed; nothing where there is none."""
    registry: Any = importlib.import_module("winreg")
    for root, parent in (
        (registry.HKEY_LOCAL_MACHINE, r"SOFTWARE\WOW6432Node"),
        (registry.HKEY_LOCAL_MACHINE, "SOFTWARE"),
        (registry.HKEY_CURRENT_USER, "SOFTWARE"),
    ):
        found = str(_value(root, rf"{parent}\{CLIENT}", "pv") or "")
        if found not in ("", "0.0.0.0"):
            return found
    return ""


def _framework() -> int:
    registry: Any = importlib.import_module("winreg")
    return int(_value(registry.HKEY_LOCAL_MACHINE, FRAMEWORK, "Release") or 0)


def _value(root: Any, path: str, name: str) -> Any:
    registry: Any = importlib.import_module("winreg")
    with contextlib.suppress(OSError), registry.OpenKey(root, path) as key:
        return registry.QueryValueEx(key, name)[0]
    return None

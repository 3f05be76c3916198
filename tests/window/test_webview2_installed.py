"""WebView2 is asked for before the window is made; the registry is one of our own making."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import pytest

from launcher import host
from launcher.window.webview2 import installed

MACHINE, USER = "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER"
EVERYBODY_S = rf"SOFTWARE\WOW6432Node\{installed.CLIENT}"
ONE_S_OWN = rf"SOFTWARE\{installed.CLIENT}"
NET = {(MACHINE, installed.FRAMEWORK, "Release"): 528040}

Values = Mapping[tuple[str, str, str], Any]
Install = Callable[[Values], None]


class Registry(ModuleType):
    """The part of `winreg` that is asked, over a table."""

    HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER = MACHINE, USER

    def __init__(self, values: Values) -> None:
        super().__init__("winreg")
        self.values = values

    @contextlib.contextmanager
    def OpenKey(self, root: str, path: str) -> Iterator[tuple[str, str]]:
        if not any(key[:2] == (root, path) for key in self.values):
            raise FileNotFoundError(path)
        yield root, path

    def QueryValueEx(self, key: tuple[str, str], name: str) -> tuple[Any, int]:
        try:
            return self.values[key[0], key[1], name], 1
        except KeyError:
            raise FileNotFoundError(name) from None


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that makes this a Windows with that registry."""

    def install(values: Values) -> None:
        monkeypatch.setattr(host, "WINDOWS", True)
        monkeypatch.setitem(sys.modules, "winreg", Registry(values))

    return install


@pytest.mark.parametrize("place", [(MACHINE, EVERYBODY_S, "pv"), (USER, ONE_S_OWN, "pv")])
def test_what_is_installed_will_do(windows: Install, place: tuple[str, str, str]) -> None:
    windows({**NET, place: "131.0.2903.51"})
    assert installed.version() == "131.0.2903.51"
    installed.check()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "WebView2 is not installed"),
        (NET, "WebView2 is not installed"),
        ({**NET, (MACHINE, EVERYBODY_S, "pv"): "0.0.0.0"}, "WebView2 is not installed"),
        ({**NET, (MACHINE, EVERYBODY_S, "pv"): "85.0.564.44"}, "85.0.564.44 is too old"),
        ({**NET, (MACHINE, EVERYBODY_S, "pv"): "130.0.2849.80"}, "130.0.2849.80 is too old"),
        ({(MACHINE, EVERYBODY_S, "pv"): "131.0.2903.51"}, "needs .NET 4.6.2"),
        (
            {(MACHINE, installed.FRAMEWORK, "Release"): 394271, (USER, ONE_S_OWN, "pv"): "131.0.2903.51"},
            "needs .NET 4.6.2",
        ),
    ],
)
def test_what_lacks_is_said_instead_of_showing_internet_explorer(
    windows: Install, values: Values, says: str
) -> None:
    windows(values)
    with pytest.raises(OSError, match=says):
        installed.check()


@pytest.mark.skipif(host.WINDOWS, reason="there it is asked")
def test_elsewhere_nobody_asks() -> None:
    installed.check()

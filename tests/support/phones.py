"""A phone on a machine of a network: a browser of its size that says it is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.attacks.chromium import Tab, browsing
from tests.support.guests import PHONE
from tests.support.networks import Machine
from tests.support.waiting import until

WIDTH, HEIGHT = 390, 844


@contextmanager
def phone(machine: Machine, *, agent: str = PHONE, dark: bool = False) -> Iterator[Tab]:
    """Give a phone's browser until the end of the block."""
    with browsing(before=machine.command(())) as browser:
        tab = browser.open("about:blank#")
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 2, "mobile": True}
        dress(tab, size, dark=dark)
        tab.command("Emulation.setUserAgentOverride", {"userAgent": agent})
        yield tab


def dress(tab: Tab, size: Mapping[str, object], *, dark: bool) -> None:
    """Give a page a screen of a size, and its system's colours."""
    tab.command("Emulation.setDeviceMetricsOverride", {**size})
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    tab.command("Emulation.setEmulatedMedia", {"features": [scheme]})


def press(tab: Tab, text: str) -> None:
    """Press the button that says `text`."""
    wanted = f"[...document.querySelectorAll('button')].find(one => one.textContent.trim() === {text!r})"
    until(lambda: tab.run(f"Boolean({wanted})"), what=lambda: shown(tab))
    tab.run(f"{wanted}.click()")


def shown(tab: Tab) -> str:
    """Return the text that a page shows."""
    return str(tab.run("document.body ? document.body.innerText : ''"))


def sees(tab: Tab, text: str) -> None:
    """Wait until a page shows a text."""
    until(lambda: text in shown(tab), what=lambda: shown(tab))

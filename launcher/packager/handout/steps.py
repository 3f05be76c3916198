"""What a friend does with a file, step by step, and which drawing shows it.

Windows and macOS ask about what they do not know: what they show, and in which words, was written from what
Microsoft and Apple publish of it. macOS asks in its settings since version 15, where a right click was
enough before.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from launcher.packager.handout.offers import Offer
from launcher.packager.platforms import LINUX, MACOS, WINDOWS
from launcher.packager.warnings import machine

# The name of each kind among the words, by the ending of a file's name.
KINDS = {
    "-setup.exe": "kind_setup",
    ".exe": "kind_exe",
    ".zip": "kind_zip",
    ".dmg": "kind_dmg",
    ".deb": "kind_deb",
    ".AppImage": "kind_appimage",
    ".rpm": "kind_rpm",
    ".tar.gz": "kind_tar",
}
# Which systems install which packages.
TAKES = {".deb": ("Debian", "Ubuntu"), ".rpm": ("Fedora", "RHEL")}


def kind_of(offer: Offer) -> str:
    """Return the word for the kind of a file."""
    if offer.platform.system == MACOS and offer.ending == ".zip":
        return "kind_app"
    return KINDS[offer.ending]


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its words, the drawing that shows it, and what is typed where it is done in a terminal."""

    word: str
    drawing: str = ""
    command: str = ""


def steps_of(offer: Offer, *, by_name: bool) -> tuple[Step, ...]:
    """Return the steps for a file; `by_name` says that its publisher is known."""
    after = {WINDOWS: _windows, MACOS: _macos, LINUX: _linux}[offer.platform.system]
    return (Step("step_download"), *after(offer, by_name))


def floor_of(offer: Offer) -> str:
    """Return the oldest system that a file runs on, in words that people have for it."""
    found = re.fullmatch(r"glibc (\d+)\.(\d+)", offer.floor)
    if not found:
        return offer.floor
    names = machine.systems_with((int(found[1]), int(found[2]))).split(", ")
    takes = TAKES.get(offer.ending, ("",))
    return ", ".join(name for name in names if name.startswith(takes)) or offer.floor


def check_of(offer: Offer) -> str:
    """Return the command that prints the checksum of a file."""
    if offer.platform.system == WINDOWS:
        return f"Get-FileHash '{_for_powershell(offer.file)}'"
    tool = "shasum -a 256" if offer.platform.system == MACOS else "sha256sum"
    return f"{tool} {shlex.quote(offer.file)}"


def _windows(offer: Offer, by_name: bool) -> Iterator[Step]:
    yield Step("step_keep")
    if offer.ending == ".zip":
        yield Step("step_unzip", "windows-extract")
        yield Step("step_start_in_folder")
    else:
        yield Step("step_open_setup" if offer.ending == "-setup.exe" else "step_open_exe")
    if offer.signed and by_name:
        yield Step("step_more_signed", "windows-run")
    else:
        yield Step("step_more", "windows-more")
        yield Step("step_run", "windows-run")
    if offer.ending == "-setup.exe":
        yield Step("step_setup")


def _macos(offer: Offer, by_name: bool) -> Iterator[Step]:
    if offer.ending == ".dmg":
        yield Step("step_dmg", "mac-drag")
    else:
        yield Step("step_mac_zip", "mac-drag")
    if offer.signed:
        yield Step("step_mac_known", "mac-open")
        return
    yield Step("step_mac_blocked", "mac-blocked")
    yield Step("step_mac_anyway", "mac-settings")
    yield Step("step_mac_confirm")
    yield Step("step_mac_old")


def _linux(offer: Offer, by_name: bool) -> Iterator[Step]:
    file = shlex.quote(f"./{offer.file}")
    if offer.ending in (".deb", ".rpm"):
        tool = "apt" if offer.ending == ".deb" else "dnf"
        yield Step("step_package", "linux-install", f"sudo {tool} install {file}")
        yield Step("step_in_menu")
    elif offer.ending == ".AppImage":
        yield Step("step_executable", "linux-executable", f"chmod +x {file}")
        yield Step("step_open_appimage")
    else:
        yield Step("step_extract", "linux-extract")
        yield Step("step_start_linux")
        yield Step("step_install_linux", command="sh ./install.sh")


def _for_powershell(text: str) -> str:
    return text.replace("'", "''")

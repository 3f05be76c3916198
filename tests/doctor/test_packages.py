"""The names of packages, held against the packages that own the libraries here."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from launcher import host
from launcher.doctor import libraries, packages, webview
from launcher.packager import debian


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="asks Debian's package database")
def test_every_library_here_is_owned_by_the_package_we_name_for_it() -> None:
    needs = debian.libraries()
    asked = ["dpkg-query", "--search", *(f"*/{need}" for need in needs)]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=60).stdout
    wrong = []
    for need in needs:
        # Not the private copies that other packages keep in folders of their own.
        line = rf"^(\S+?)(?::\w+)?: (?:/usr)?/lib/[^/]+-linux-[^/]+/{re.escape(need)}$"
        owners = set(re.findall(line, answer, flags=re.MULTILINE))
        if owners and not owners & set(debian.names_of(need)):
            wrong.append((need, debian.names_of(need), owners))
    assert wrong == []


@pytest.mark.skipif(not host.LINUX, reason="Qt looks for the system's libraries on Linux")
def test_every_library_that_qt_takes_from_the_system_has_a_name_on_debian() -> None:
    found = importlib.util.find_spec("PySide6")
    if found is None or not found.submodule_search_locations:
        pytest.skip("PySide6 has no wheels for this machine")
    folder = Path(found.submodule_search_locations[0])
    directly = {
        name
        for file in webview.qt_files(folder)
        for name, place in libraries.resolved(file).items()
        if folder not in place.parents and folder.parent / "shiboken6" not in place.parents
    }
    # Not what the system's libraries need in their turn: packages bring that by themselves.
    listed = {name for name in directly if packages.candidates("apt-get", name)}
    assert {"libnss3.so", "libEGL.so.1", "libxcb-icccm.so.4", "libxkbcommon-x11.so.0"} <= listed
    assert not {name for name in directly if name.startswith("libxcb")} - listed - {"libxcb.so.1"}


def test_the_newest_name_comes_first() -> None:
    assert packages.candidates("apt-get", "libasound.so.2") == ("libasound2t64", "libasound2")


def test_python_s_library_is_named_by_its_version() -> None:
    names = packages.candidates("apt-get", "libpython3.12.so.1.0")
    assert names == ("libpython3.12t64", "libpython3.12")
    assert packages.candidates("apt-get", "libpython3.13.so.1.0") == ("libpython3.13",)


@pytest.mark.parametrize("manager", ["dnf", "zypper"])
def test_an_rpm_is_asked_for_by_the_library_itself(manager: str) -> None:
    assert packages.candidates(manager, "libEGL.so.1") == ("libEGL.so.1()(64bit)",)


def test_what_is_not_known_gets_no_name() -> None:
    assert packages.candidates("apt-get", "libnobody.so.9") == ()
    assert packages.candidates("pacman", "libnobody.so.9") == ()
    assert packages.candidates("emerge", "libEGL.so.1") == ()


def test_the_other_parts_of_xcb_are_one_package_on_arch() -> None:
    assert packages.candidates("pacman", "libxcb-shape.so.0") == ("libxcb",)
    assert packages.candidates("pacman", "libxcb-icccm.so.4") == ("xcb-util-wm",)

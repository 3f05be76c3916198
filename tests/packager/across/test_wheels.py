"""uv installs for another platform, from wheels alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from launcher.errors import BuildError
from launcher.packager.across import wheels
from launcher.packager.across.wheels import Asking
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.packager.progress import Progress

VERSION = (3, 12)
QUIET = Progress(lambda event: None)


@pytest.mark.parametrize(
    ("platform", "compiled"),
    [
        (Platform(WINDOWS, "x86_64"), "_speedups.cp312-win_amd64.pyd"),
        (Platform(MACOS, "arm64"), "_speedups.cpython-312-darwin.so"),
        (Platform(MACOS, "x86_64"), "_speedups.cpython-312-darwin.so"),
        (Platform(LINUX, "x86_64"), "_speedups.cpython-312-x86_64-linux-gnu.so"),
    ],
    ids=lambda value: value.tag if isinstance(value, Platform) else "",
)
def test_what_is_installed_is_of_the_platform(platform: Platform, compiled: str, tmp_path: Path) -> None:
    place = tmp_path / "cache" / "site"
    wheels.install(place, ["markupsafe==3.0.2"], platform, VERSION, QUIET)
    assert (place / "markupsafe" / compiled).is_file()
    assert (place / "markupsafe" / compiled).stat().st_nlink == 1  # uv's cache keeps its own
    assert [path.name for path in place.parent.iterdir()] == ["site"]


def test_a_failure_leaves_nothing_and_says_what_uv_says(tmp_path: Path) -> None:
    place = tmp_path / "site"
    with pytest.raises(BuildError, match=r"uwsgi==2\.0\.30 has no usable wheels"):
        wheels.install(place, ["uwsgi==2.0.30"], Platform(WINDOWS, "x86_64"), VERSION, QUIET)
    assert list(tmp_path.iterdir()) == []


def test_sources_of_python_alone_are_built_here(tmp_path: Path) -> None:
    wheels.install(tmp_path / "site", ["proxy-tools"], Platform(WINDOWS, "x86_64"), VERSION, QUIET)
    assert (tmp_path / "site" / "proxy_tools" / "__init__.py").is_file()


@pytest.mark.parametrize(
    ("requirement", "version"), [("markupsafe==3.0.2", "3.0.2"), ("uwsgi", ""), ("markupsafe==99", "")]
)
def test_one_alone_is_asked_for(requirement: str, version: str, tmp_path: Path) -> None:
    asking = Asking(tmp_path, Path(sys.executable))
    found, said = wheels.resolve(requirement, Platform(WINDOWS, "x86_64"), VERSION, asking)
    assert found == version
    assert bool(said) is not bool(version)

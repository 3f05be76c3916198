"""Libraries outside of distributions that compiled extensions link to."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from launcher import host
from launcher.packager import platforms
from launcher.packager.site import dynamic, linking
from launcher.project import environment
from launcher.project.environment import Distribution
from tests.packager.installed import Installed
from tests.support import compiling

HERE = platforms.here()
pytestmark = pytest.mark.skipif(not host.LINUX, reason="the format of Linux")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder with a library that needs another one in it."""
    folder = tmp_path / "outside"
    folder.mkdir()
    here = ("-L", str(folder), f"-Wl,-rpath,{folder}")
    compiling.library(folder / "libdeep.so.1", "int deep(void) { return 41; }\n")
    (folder / "libdeep.so").symlink_to("libdeep.so.1")
    code = "extern int deep(void);\nint answer(void) { return deep() + 1; }\n"
    compiling.library(folder / "libanswer.so.2", code, *here, "-ldeep")
    (folder / "libanswer.so").symlink_to("libanswer.so.2")
    return folder


@pytest.fixture
def installed(tmp_path: Path, outside: Path) -> Installed:
    """An environment with an extension that was compiled here."""
    made = Installed(tmp_path / "environment")
    made.lay("native", {"_native.so": ""})
    compiling.extension(made.site, "_native", "-L", str(outside), f"-Wl,-rpath,{outside}", "-lanswer", "-lm")
    return made


def distributions(installed: Installed) -> tuple[Distribution, ...]:
    return environment.distributions(environment.choose(installed.folder, installed.folder))


def tag(installed: Installed, text: str) -> None:
    info = next(installed.site.glob("native-*.dist-info"))
    (info / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {text}\n", encoding="utf-8")


def test_what_an_extension_links_to_is_what_readelf_says(installed: Installed, outside: Path) -> None:
    links = dynamic.links_of(installed.site / "_native.so")
    assert links is not None
    assert "libanswer.so.2" in links.needed and links.paths == (str(outside),)
    assert dynamic.links_of(outside / "libdeep.so.1").name == "libdeep.so.1"  # type: ignore[union-attr]
    tool = shutil.which("readelf")
    if tool is not None:
        said = subprocess.run(
            [tool, "-d", installed.site / "_native.so"], capture_output=True, text=True, check=True
        )
        assert all(f"[{name}]" in said.stdout for name in links.needed)


NONE = (b"", b"\x7fELF", b"\x7fELF\x02\x01" + b"\xff" * 80, b"text" * 50)


@pytest.mark.parametrize("data", NONE, ids=range(4))
def test_what_is_no_library_links_to_nothing(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.so").write_bytes(data)
    assert dynamic.links_of(tmp_path / "x.so") is None


def test_a_library_outside_comes_along_after_what_it_needs(
    installed: Installed, outside: Path, tmp_path: Path
) -> None:
    tag(installed, "cp311-cp311-linux_x86_64")
    brought = linking.look(distributions(installed), None, HERE)
    assert list(brought.libraries) == ["libdeep.so.1", "libanswer.so.2"]
    assert brought.wanted_by["libanswer.so.2"] == "native" and brought.unfound == []
    linking.lay(brought, tmp_path / "site")
    assert (tmp_path / "site/.libs/order.txt").read_text(encoding="utf-8").split() == list(brought.libraries)


def test_wheels_that_were_made_to_travel_are_believed(installed: Installed) -> None:
    tag(installed, "cp311-cp311-manylinux_2_17_x86_64")
    assert linking.look(distributions(installed), None, HERE) == linking.Brought()


def test_what_the_player_has_does_not_come_twice(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "player/_internal").mkdir(parents=True)
    (tmp_path / "player/_internal/libdeep.so.1").touch()
    brought = linking.look(distributions(installed), tmp_path / "player", HERE)
    assert list(brought.libraries) == ["libanswer.so.2"]


def test_what_is_not_here_either_is_named(installed: Installed, outside: Path) -> None:
    shutil.rmtree(outside)
    assert linking.look(distributions(installed), None, HERE).unfound == [
        linking.Unfound("native", "_native.so", "libanswer.so.2")
    ]


def test_the_loader_finds_them_when_they_were_loaded_first(
    installed: Installed, outside: Path, tmp_path: Path
) -> None:
    """As the backend of a packaged program does it, on a machine that has none of them."""
    place = tmp_path / "site"
    linking.lay(linking.look(distributions(installed), None, HERE), place)
    shutil.copy2(installed.site / "_native.so", place)
    shutil.rmtree(outside)
    code = (
        "import sys; sys.frozen = True; from launcher.loading import sites\n"
        f"sites.take_in([], [{str(place)!r}]); import _native; print(_native.get(), sys.prefix)"
    )
    python = installed.folder / "bin/python"
    root = Path(linking.__file__).parents[2]
    said = subprocess.run(
        [python, "-c", code], env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True
    )
    assert said.stdout == f"42 {place}\n", said.stderr

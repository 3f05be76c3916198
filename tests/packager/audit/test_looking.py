"""What is in a bundle, or not, is found out from real wheels of every system."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError
from launcher.packager import audit, platforms
from launcher.packager.across import wheels
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.packager.progress import Progress
from launcher.packager.warnings import lacking
from tests.support import compiling

WINDOWS_64, MAC = Platform(WINDOWS, "x86_64"), Platform(MACOS, "arm64")
SITE = "layers/site"
Fetch = Callable[..., Path]


@pytest.fixture(scope="module")
def fetch(tmp_path_factory: pytest.TempPathFactory) -> Fetch:
    """Return a function that fetches a distribution for a platform, once."""
    folder = tmp_path_factory.mktemp("wheels")

    def get(requirement: str, platform: Platform) -> Path:
        place = folder / f"{requirement}-{platform.tag}"
        if not place.is_dir():
            quiet = Progress(lambda event: None)
            wheels.install(place, ["--no-deps", requirement], platform, (3, 11), quiet)
        return place

    return get


@pytest.fixture
def windows(tmp_path: Path, fetch: Fetch) -> Path:
    """A bundle for Windows with a compiled distribution and the C runtime; it has no Python."""
    shutil.copytree(fetch("markupsafe==3.0.2", WINDOWS_64), tmp_path / "bundle" / SITE)
    runtime = next(fetch("msvc-runtime", WINDOWS_64).rglob("vcruntime140.dll"))
    (tmp_path / "bundle" / "_internal").mkdir()
    shutil.copy(runtime, tmp_path / "bundle" / "_internal" / "VCRUNTIME140.dll")
    return tmp_path / "bundle"


@pytest.fixture
def mac(tmp_path: Path, fetch: Fetch) -> Path:
    """An application of macOS with a distribution that brings libraries of its own."""
    layers = tmp_path / "Shop.app" / "Contents" / "Resources" / SITE
    shutil.copytree(fetch("pillow==12.0.0", MAC), layers)
    return tmp_path / "Shop.app"


def test_a_library_is_found_however_its_name_is_spelt(windows: Path) -> None:
    seen = audit.look(windows, WINDOWS_64)
    assert set(seen.lacking) == {"python311.dll"}
    assert {"kernel32.dll", "api-ms-win-crt-runtime-l1-1-0.dll"} <= set(seen.system)
    assert (seen.binaries, seen.floor) == (2, "Windows 10")


def test_a_library_that_was_taken_away_is_named_with_who_asks_for_it(windows: Path) -> None:
    (windows / "_internal" / "VCRUNTIME140.dll").unlink()
    seen = audit.look(windows, WINDOWS_64)
    assert seen.lacking["vcruntime140.dll"] == f"{SITE}/markupsafe/_speedups.cp311-win_amd64.pyd"
    titles = [notice.title for notice in lacking.look(seen, WINDOWS_64)]
    assert "vcruntime140.dll is neither in the program nor part of windows" in titles
    line = f"  lacking: vcruntime140.dll, for {seen.lacking['vcruntime140.dll']}"
    assert line in audit.lines_of(asdict(seen))


def test_what_the_player_itself_lacks_is_an_error(windows: Path, fetch: Fetch) -> None:
    runtime = fetch("msvc-runtime", WINDOWS_64)
    shutil.copy(next(runtime.rglob("msvcp140.dll")), windows / "_internal")
    with pytest.raises(BuildError, match=r"vcruntime140_1\.dll \(for _internal/msvcp140\.dll\)"):
        audit.look(windows, WINDOWS_64)
    (windows / "_internal" / "msvcp140.dll").rename(windows / "_internal" / "_curses.pyd")
    assert "vcruntime140_1.dll" in audit.look(windows, WINDOWS_64).lacking  # no app with a window needs it
    shutil.copy(next(runtime.rglob("vcruntime140_1.dll")), windows / "_internal")
    assert set(audit.look(windows, WINDOWS_64).lacking) == {"python311.dll"}


@pytest.mark.parametrize(
    "origin", [Platform(LINUX, "x86_64"), Platform(MACOS, "arm64")], ids=lambda one: str(one.tag)
)
def test_a_library_of_another_system_is_refused(origin: Platform, windows: Path, fetch: Fetch) -> None:
    stray = next(fetch("markupsafe==3.0.2", origin).rglob("_speedups*.so"))
    shutil.copy(stray, windows / SITE / "markupsafe")
    with pytest.raises(BuildError, match=rf"markupsafe/{stray.name} is for {origin.tag}"):
        audit.look(windows, WINDOWS_64)


def test_a_distribution_for_any_platform_may_bring_what_it_loads_on_each(windows: Path, fetch: Fetch) -> None:
    stray = next(fetch("markupsafe==3.0.2", MAC).rglob("_speedups*.so"))
    folder = windows / SITE / "every-1.0.dist-info"
    folder.mkdir()
    shutil.copy(stray, windows / SITE / "every.so")
    (folder / "RECORD").write_text("every.so,,\n", encoding="utf-8")
    (folder / "WHEEL").write_text("Tag: py2-none-any\nTag: py3-none-any\n", encoding="utf-8")
    assert audit.look(windows, WINDOWS_64).binaries == 2
    (folder / "WHEEL").write_text("Tag: py3-none-win_amd64\n", encoding="utf-8")
    with pytest.raises(BuildError, match=r"every\.so of every is for macos-arm64"):
        audit.look(windows, WINDOWS_64)


def test_what_the_project_has_for_other_systems_is_told_and_no_error(windows: Path, fetch: Fetch) -> None:
    stray = next(fetch("markupsafe==3.0.2", MAC).rglob("_speedups*.so"))
    (windows / "layers/app").mkdir()
    shutil.copy(stray, windows / "layers/app/tool")
    seen = audit.look(windows, WINDOWS_64)
    assert seen.foreign == {"layers/app/tool": "macos-arm64"}
    (notice,) = (one for one in lacking.look(seen, WINDOWS_64) if "binaries" in one.title)
    assert "layers/app/tool (macos-arm64)" in notice.detail


def test_an_application_of_macos_has_what_its_libraries_ask_for_where_they_ask(mac: Path) -> None:
    seen = audit.look(mac, MAC)
    assert seen.lacking == {}
    assert "/usr/lib/libSystem.B.dylib" in seen.system
    assert seen.floor.startswith("macOS 1")
    library = next(mac.rglob("libjpeg*.dylib"))
    library.rename(library.parent.parent / library.name)  # it is there still, but not where it is asked for
    named = audit.look(mac, MAC).lacking
    assert named[f"@loader_path/.dylibs/{library.name}"].endswith("/PIL/_imaging.cpython-311-darwin.so")


def test_a_library_for_another_processor_of_a_mac_is_refused(mac: Path, fetch: Fetch) -> None:
    stray = next(fetch("cffi==2.0.0", Platform(MACOS, "x86_64")).rglob("_cffi*.so"))
    shutil.copy(stray, mac / "Contents/Resources" / SITE)
    with pytest.raises(BuildError, match="is for macos-x86_64"):
        audit.look(mac, MAC)


@pytest.mark.skipif(not host.LINUX, reason="compiles for Linux")
def test_a_program_of_linux_finds_libraries_by_their_names(tmp_path: Path) -> None:
    inner = tmp_path / "_internal"
    inner.mkdir()
    compiling.library(inner / "libdeep.so.1", "int deep(void) { return 41; }\n")
    (inner / "libdeep.so").symlink_to("libdeep.so.1")
    code = "#include <math.h>\nextern int deep(void);\ndouble one(double x) { return cos(x) + deep(); }\n"
    compiling.library(inner / "libone.so", code, f"-L{inner}", "-ldeep", "-lm")
    seen = audit.look(tmp_path, platforms.here())
    assert seen.lacking == {}
    assert {"libc.so.6", "libm.so.6"} >= set(seen.system) > set()
    assert seen.floor.startswith("glibc 2.")
    (inner / "libdeep.so.1").unlink()
    (inner / "libdeep.so").unlink()
    assert audit.look(tmp_path, platforms.here()).lacking == {"libdeep.so.1": "_internal/libone.so"}


def test_a_broken_binary_stops_no_audit(tmp_path: Path) -> None:
    head = b"MZ".ljust(60, b"\0") + b"\x40\0\0\0PE\0\0\x64\x86"
    (tmp_path / "broken.dll").write_bytes(head.ljust(300, b"\xff"))
    (tmp_path / "broken.so").write_bytes(b"\x7fELF\x02\x01".ljust(18, b"\0") + b"\x3e\0".ljust(80, b"\xff"))
    assert audit.look(tmp_path, platforms.here()).lacking == {}

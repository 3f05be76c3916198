"""Players of other platforms: what is in them, where it lies, and that two of them are the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import lief
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from launcher.packager import macho, player, player_contents
from launcher.packager.across import Got, freezing, pinned, player_for
from launcher.packager.plan import Plan
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.project import environment
from tests.support.across import plan_for, project_in, quiet

ROOT = Path(__file__).resolve().parents[3]
HERE = Platform(WINDOWS, "x86_64")
# Runs where players are frozen: PyInstaller is nowhere else.
LIST = r"""
import json, sys
from PyInstaller.archive.readers import CArchiveReader
archive = CArchiveReader(sys.argv[1])
names = set(archive.toc)
for name, entry in archive.toc.items():
    if entry[4] == "z":
        names |= set(archive.open_embedded_archive(name).toc)
data = open(sys.argv[1], "rb").read()
cookie = data[data.rindex(archive._COOKIE_MAGIC_PATTERN):][:archive._COOKIE_LENGTH]
print(json.dumps([sorted(names), archive.options, cookie[-64:].decode().rstrip("\0")]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project, which the player knows nothing of."""
    return project_in(tmp_path / "across")


def freezer_of(made: Plan) -> Path:
    return player.environment_for(made.interpreter, quiet())


def archive_of(program: Path, made: Plan) -> tuple[set[str], list[str], str]:
    """Return the modules of a program, its options, and the library of Python that it asks for."""
    done = subprocess.run(
        [str(freezer_of(made)), "-c", LIST, str(program)], capture_output=True, text=True, check=True
    )
    modules, options, library = json.loads(done.stdout)
    return set(modules), options, library


def test_player_for_windows_has_all_that_it_needs_and_nothing_that_freezes(
    project: Path, cache: Path
) -> None:
    made = plan_for(project, HERE)
    got = player_for(made, {}, quiet())
    modules, options, library = archive_of(got.place / "player.exe", made)
    assert {"launcher.frozen", "launcher.backend", "waitress.task", "webview.platforms.winforms"} <= modules
    assert {"sqlite3", "unittest.mock", "asyncio.windows_events", "clr_loader", "tzdata"} <= modules
    strangers = {"PyInstaller", "pip", "setuptools", "pkg_resources", "altgraph", "tkinter", "flask", "test"}
    assert {name.partition(".")[0] for name in modules} & strangers == set()
    ours = {name.split(".")[1] for name in modules if name.startswith("launcher.")}
    assert ours.isdisjoint({name.removesuffix(".py") for name in player.LEFT_AT_HOME})
    assert set(options) >= {"X utf8=1", "pyi-contents-directory _internal"}
    assert library == f"python3{sys.version_info.minor}.dll"
    internal = got.place / "_internal"
    inside = {path.relative_to(internal).as_posix() for path in everything(internal)}
    assert {"base_library.zip", library, "python3.dll", "msvcp140.dll", "vcruntime140_1.dll"} <= inside
    assert "webview/lib/runtimes/win-x64/native/WebView2Loader.dll" in inside
    assert "webview/lib/runtimes/win-arm64/native/WebView2Loader.dll" not in inside
    assert "pythonnet/runtime/Python.Runtime.dll" in inside
    assert [name for name in inside if name.endswith((".py", ".pyi", ".dist-info", ".so"))] == []


def test_its_program_is_the_one_without_a_console(project: Path, cache: Path) -> None:
    got = player_for(plan_for(project, HERE), {}, quiet())
    binary = lief.PE.parse(str(got.place / "player.exe"))
    assert binary is not None
    assert binary.optional_header.subsystem == lief.PE.OptionalHeader.SUBSYSTEM.WINDOWS_GUI


def test_parts_of_a_player_are_written_down_with_their_licences(project: Path, cache: Path) -> None:
    got = player_for(plan_for(project, HERE), {}, quiet())
    components = player_contents.read(got.place / player.ABOUT)
    named = {one.name: one.version for one in components}
    assert named["Python"] == got.version
    assert {"OpenSSL", "SQLite", "libffi"} <= named.keys()
    assert {"msvc-runtime", "pyinstaller", "pywebview", "pythonnet", "waitress"} <= named.keys()
    texts = got.place / player.ABOUT / player_contents.TEXTS
    assert "redistribut" in next((texts / "msvc-runtime").iterdir()).read_text(encoding="utf-8").lower()
    assert next((texts / "Python").iterdir()).stat().st_size > 1000
    assert [one.name for one in components if not list((texts / one.name).glob("*"))] == ["proxy_tools"]
    webview = next(one for one in components if one.name == "pywebview")
    assert any(need.startswith("pkg:pypi/pythonnet@") for need in webview.needs)


def test_what_is_told_names_source_version_and_signers(project: Path, cache: Path) -> None:
    got = player_for(plan_for(project, HERE), {}, quiet())
    pattern = (
        rf"Python {re.escape(got.version)} for Windows from the package index "
        rf"with the library of 3\.{sys.version_info.minor}\.\d+ from here, \d+ files as they were signed "
        r"\(\d+ Microsoft Corporation, \d+ Python Software Foundation\), python3\.dll written here"
    )
    assert re.fullmatch(pattern, got.told)
    assert player_for(plan_for(project, HERE), {}, quiet()).cached


def test_player_for_macos_is_an_application(project: Path, cache: Path) -> None:
    made = plan_for(project, Platform(MACOS, "arm64"))
    got = player_for(made, {}, quiet())
    program = got.place / "Contents" / "MacOS" / "player"
    inside = got.place / "Contents" / "Frameworks"
    assert os.access(program, os.X_OK)
    assert (inside / f"libpython3.{sys.version_info.minor}.dylib").is_file()
    assert (inside / "base_library.zip").is_file()
    modules, _, library = archive_of(program, made)
    assert {"webview.platforms.cocoa", "objc", "PyObjCTools.AppHelper", "launcher.frozen"} <= modules
    assert any(name.startswith("_sysconfigdata") and "darwin" in name for name in modules)
    assert library == f"libpython3.{sys.version_info.minor}.dylib"
    signed = macho.sign(program.read_bytes(), "org.example.player")
    assert macho.verify(signed).is_adhoc
    for path in everything(got.place):
        if path.suffix in (".so", ".dylib"):
            assert list(macho.slices(path.read_bytes())) == ["arm64"], path


def everything(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def digests(place: Path) -> Mapping[str, str]:
    return {
        path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in everything(place)
    }


def test_two_players_with_caches_of_their_own_are_the_same_bytes(
    project: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan_for(project, HERE)
    first = player_for(made, {}, quiet())
    (tmp_path / "another cache").mkdir()
    (tmp_path / "another cache" / "environments").symlink_to(cache / "environments")  # they take longest
    monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path / "another cache"))
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    second: Got = player_for(made, {}, quiet())
    assert second.place != first.place
    assert digests(second.place) == digests(first.place)


# --- what may be known of PyInstaller, and where --------------------------------------------------------

KNOWN = {
    "PyInstaller": {"loader"},
    "PyInstaller.archive.readers": {"CArchiveReader"},  # one file holds what its folder's program has
    "PyInstaller.archive.writers": {"CArchiveWriter", "ZlibArchiveWriter"},
    "PyInstaller.building.utils": {"get_code_object", "replace_filename_in_code_object"},
    "PyInstaller.compat": {"PY3_BASE_MODULES"},
}


def test_one_file_knows_pyinstaller_from_inside_and_no_more_than_it_needs() -> None:
    found: dict[str, set[str]] = {}
    files = [path for top in ("launcher", "build") for path in (ROOT / top).rglob("*.py")]
    for path in files:
        text = path.read_text(encoding="utf-8")
        for module, names in re.findall(r"^ *from (PyInstaller[\w.]*) import (.+)$", text, re.MULTILINE):
            assert path == ROOT / "build" / "player" / "across.py"
            found[module] = set(names.split(", "))
        assert not re.search(r"^ *import PyInstaller", text, re.MULTILINE), path
    assert found == KNOWN


def test_version_of_pyinstaller_is_pinned_once() -> None:
    """Loader, writers and bootloaders are of one version, for one lock names it."""
    naming = [
        path.name
        for path in (ROOT / "build" / "locks").glob("*.txt")
        if re.search(r"^pyinstaller==", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert naming == [freezing.LOCK]


def test_what_freezes_is_what_pyinstaller_needs(project: Path, cache: Path) -> None:
    """Nothing else of the lock stays out of a player, whatever the system that it is for."""
    known = pinned.names_in(pinned.lock(freezing.LOCK).read_text(encoding="utf-8"))
    python = freezer_of(plan_for(project, HERE))
    installed = environment.distributions(environment.ask(python, "it freezes"))
    needs: dict[str, set[str]] = {one.key: set() for one in installed}
    for one in installed:
        text = (one.metadata / "METADATA").read_text(encoding="utf-8")
        for line in re.findall(r"^Requires-Dist: (.+)$", text, re.MULTILINE):
            asked = Requirement(line)
            if not asked.marker or "extra" not in str(asked.marker):
                needs[one.key].add(str(canonicalize_name(asked.name)))
    waiting, freezes = ["pyinstaller", "pyinstaller-hooks-contrib"], set()
    while waiting:
        name = waiting.pop()
        if name not in freezes:
            freezes.add(name)
            waiting += needs.get(name, set())
    assert freezes & known == freezing.FREEZES


def test_there_is_a_bootloader_for_each_system() -> None:
    assert set(freezing.BOOTLOADERS) == {WINDOWS, MACOS, LINUX}

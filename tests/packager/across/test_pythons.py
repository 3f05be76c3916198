"""Pythons of other platforms: where one is had from, what it consists of, and what is refused."""

from __future__ import annotations

import json
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import lief
import pefile
import pytest

from launcher.errors import BuildError
from launcher.packager.across import pinned, pythons
from launcher.packager.across.pythons import Python, forwarder, index, layouts
from launcher.packager.audit.kinds import kind_of
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.packager.progress import Event, Progress

MINOR = (3, sys.version_info.minor)
HERE = Platform(WINDOWS, "x86_64")
ARM_MAC, OLD_MAC = Platform(MACOS, "arm64"), Platform(MACOS, "x86_64")
LIBRARY = f"python3{MINOR[1]}.dll"

pytestmark = pytest.mark.usefixtures("cache")


def quiet() -> Progress:
    return Progress(emit=lambda event: None)


@pytest.fixture
def of_windows() -> Python:
    """A Python for Windows, as the index has it."""
    return pythons.get(HERE, MINOR, None, quiet())


def names_in(python: Python) -> set[str]:
    return {path.name for path in python.binaries.iterdir()}


def test_one_for_windows_is_whole_and_as_its_makers_signed_it(of_windows: Python) -> None:
    names = names_in(of_windows)
    assert of_windows.library == LIBRARY
    assert {LIBRARY, "python3.dll", "_ssl.pyd", "_ctypes.pyd", "_sqlite3.pyd", "sqlite3.dll"} <= names
    assert {"vcruntime140.dll", "vcruntime140_1.dll", "msvcp140.dll", "libffi-8.dll"} <= names
    assert len({name.lower() for name in names}) == len(names)  # Windows takes the two for one
    assert not [name for name in names if name.startswith(("_tk", "tcl", "tk8", "_test")) or ".cp3" in name]
    assert of_windows.version.startswith(f"3.{MINOR[1]}.")
    assert of_windows.origin == "the package index"
    assert "Python Software Foundation" in of_windows.checked
    assert "Microsoft Corporation" in of_windows.checked
    assert "unsigned" not in of_windows.checked  # python3.dll is written here, and was not looked at
    for path in of_windows.binaries.iterdir():
        kind = kind_of(path)
        assert kind is not None and kind.suits(HERE), path


@pytest.mark.parametrize("platform", [ARM_MAC, OLD_MAC], ids=lambda one: one.machine)
def test_one_for_macos_is_for_one_machine(platform: Platform) -> None:
    python = pythons.get(platform, MINOR, None, quiet())
    assert {f"libpython3.{MINOR[1]}.dylib", f"_ssl.cpython-3{MINOR[1]}-darwin.so"} <= names_in(python)
    binaries = [path for path in python.binaries.iterdir() if path.suffix != ".py"]
    for path in binaries:
        kind = kind_of(path)
        assert kind is not None and kind.machines == (platform.machine,), path
    assert "Python Software Foundation" in python.checked


def test_it_is_fetched_once(of_windows: Python, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path))
    assert pythons.get(HERE, MINOR, None, quiet()) == of_windows


def test_two_builds_at_once_lay_one(
    of_windows: Python, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = installed(of_windows.binaries, tmp_path / "given")
    monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path / "cache"))
    said: list[Event] = []
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(pythons.get, HERE, MINOR, given, Progress(emit=said.append)) for _ in range(3)]
    assert len({one.result() for one in asked}) == 1
    assert len([event for event in said if event.get("line", "").startswith(" + msvc-runtime")]) == 1
    kept = [path for path in (tmp_path / "cache" / "pythons").iterdir() if path.is_dir()]
    assert [path.name for path in kept] == [asked[0].result().place.name]


def test_without_a_network_each_way_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LAUNCHER_CACHE", "UV_CACHE_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("UV_OFFLINE", "1")
    said: list[Event] = []
    with pytest.raises(BuildError) as raised:
        pythons.get(HERE, MINOR, None, Progress(emit=said.append))
    assert raised.value.message.startswith(f"No Python 3.{MINOR[1]} for windows-x86_64 could be had.")
    assert "From uv: " in raised.value.message
    assert "From the package index: " in raised.value.message
    assert "--python-for windows=PATH" in raised.value.todo
    tried = [event["detail"] for event in said if event["event"] == "fact"]
    assert [detail.partition(": ")[0] for detail in tried] == ["not from the package index", "not from uv"]
    assert not [path for path in (tmp_path / "LAUNCHER_CACHE" / "pythons").iterdir() if path.is_dir()]


def test_one_for_linux_is_not_in_the_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path))
    monkeypatch.setenv("UV_OFFLINE", "1")
    with pytest.raises(BuildError, match=r"no Python 3\.\d+ for linux-x86_64") as raised:
        pythons.get(Platform(LINUX, "x86_64"), MINOR, None, quiet())
    assert "--python-for linux=PATH" in raised.value.todo


def test_lock_has_the_wheels_that_are_used_and_no_others() -> None:
    content = pinned.lock(index.LOCK).read_text(encoding="utf-8")
    of_runtime, of_python = content.split("panda3d==")
    assert of_python.count("--hash=sha256:") == 2 * len(index.MINORS)  # Windows, and macOS for both machines
    assert of_runtime.count("--hash=sha256:") == 1


def test_what_is_not_what_was_pinned_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = pinned.lock(index.LOCK).read_text(encoding="utf-8")
    changed = content.replace("--hash=sha256:", "--hash=sha256:0000")[:10_000]
    changed = "\n".join(line[:87] + line[91:] if "0000" in line else line for line in changed.splitlines())
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    with pytest.raises(BuildError, match=r"[Hh]ash"):
        pinned.install(tmp_path / "made", changed, ["msvc-runtime"], HERE, (3, 11), quiet())
    assert not (tmp_path / "made").exists()


# --- those that the user names --------------------------------------------------------------------------

Layout = Callable[[Path, Path], Path]


def installed(binaries: Path, place: Path) -> Path:
    """Lay files as an installer of Windows does."""
    (place / "DLLs").mkdir(parents=True)
    for path in binaries.iterdir():
        top = path.suffix == ".dll" and path.name.startswith(("python", "vcruntime"))
        shutil.copyfile(path, (place if top else place / "DLLs") / path.name)
    (place / "Lib" / "encodings").mkdir(parents=True)
    (place / "Lib" / "os.py").write_text("marked = 1\n")
    (place / "Lib" / "encodings" / "__init__.py").write_text("")
    (place / "Lib" / "site-packages").mkdir()
    (place / "Lib" / "site-packages" / "stranger.py").write_text("")
    (place / "LICENSE.txt").write_text("the licence")
    return place


def nuget(binaries: Path, place: Path) -> Path:
    """Pack files as the nuget package does."""
    installed(binaries, place / "package" / "tools")
    return zipped(place / "package", place / "python.3.nupkg")


def embeddable(binaries: Path, place: Path) -> Path:
    """Pack files as the embeddable package does: all in one folder, the library compiled and packed."""
    folder = place / "embedded"
    shutil.copytree(binaries, folder)
    with zipfile.ZipFile(folder / f"python3{MINOR[1]}.zip", "w") as archive:
        archive.writestr("os.pyc", b"compiled")
    (folder / "LICENSE.txt").write_text("the licence")
    return zipped(folder, place / "python-embed-amd64.zip")


def standalone(binaries: Path, place: Path) -> Path:
    """Pack files as python-build-standalone does."""
    installed(binaries, place / "python" / "install")
    archive = place / "cpython-install_only.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(place / "python", "python")
    return archive


def zipped(folder: Path, place: Path) -> Path:
    with zipfile.ZipFile(place, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return place


@pytest.mark.parametrize("layout", [installed, nuget, embeddable, standalone])
def test_named_one_is_taken_with_its_own_library(
    layout: Layout, of_windows: Python, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = layout(of_windows.binaries, tmp_path / "given")
    monkeypatch.setenv("LAUNCHER_CACHE", str(tmp_path / "cache"))
    python = pythons.get(HERE, MINOR, given, quiet())
    assert python.origin == str(given)
    assert python.version == of_windows.version
    assert names_in(python) == names_in(of_windows)
    assert (python.licences / "LICENSE.txt").read_text() == "the licence"
    library = python.standard_library
    assert library is not None
    if library.is_file():
        assert zipfile.ZipFile(library).namelist() == ["os.pyc"]
    else:
        assert (library / "os.py").read_text() == "marked = 1\n"
        assert not (library / "site-packages").exists()
    again = pythons.get(HERE, MINOR, given, quiet())
    assert again == python


def refusal(given: Path, platform: Platform = HERE) -> str:
    with pytest.raises(BuildError) as raised:
        pythons.get(platform, MINOR, given, quiet())
    assert raised.value.todo
    return raised.value.message


def test_one_of_another_version_is_refused(of_windows: Python, tmp_path: Path) -> None:
    place = installed(of_windows.binaries, tmp_path / "given")
    (place / LIBRARY).rename(place / "python399.dll")
    assert refusal(place) == f"{place} holds Python 3.99, and the project uses 3.{MINOR[1]}."


def test_folder_without_one_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} holds no Python 3.{MINOR[1]} for Windows."


def test_one_for_another_system_is_refused(of_windows: Python, tmp_path: Path) -> None:
    place = installed(of_windows.binaries, tmp_path / "given")
    assert refusal(place, ARM_MAC) == f"The Python in {place} is not one for macOS."


def test_one_for_another_machine_is_refused(of_windows: Python, tmp_path: Path) -> None:
    place = installed(of_windows.binaries, tmp_path / "given")
    data = bytearray((place / LIBRARY).read_bytes())
    at = int.from_bytes(data[60:64], "little") + 4
    data[at : at + 2] = (0xAA64).to_bytes(2, "little")
    (place / LIBRARY).write_bytes(data)
    assert refusal(place) == f"{LIBRARY} is for windows-arm64, and not for windows-x86_64."


def test_file_that_was_changed_after_it_was_signed_is_refused(of_windows: Python, tmp_path: Path) -> None:
    place = installed(of_windows.binaries, tmp_path / "given")
    changed = place / "DLLs" / "_ssl.pyd"
    data = bytearray(changed.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    assert refusal(place) == "_ssl.pyd is not as its maker signed it."


def test_code_for_a_mac_that_was_changed_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "given"
    shutil.copytree(pythons.get(ARM_MAC, MINOR, None, quiet()).binaries, place)
    changed = place / f"_ssl.cpython-3{MINOR[1]}-darwin.so"
    data = bytearray(changed.read_bytes())
    data[len(data) // 4] ^= 1
    changed.write_bytes(data)
    assert refusal(place, ARM_MAC).startswith(f"{changed.name} is not as it was signed: ")


def test_one_whose_compiled_modules_are_all_in_its_library_is_found(tmp_path: Path) -> None:
    """As python-build-standalone makes it, and uv installs it."""
    name = f"libpython3.{MINOR[1]}.so.1.0"
    for path in (f"lib/{name}", f"lib/python3.{MINOR[1]}/os.py", "lib/libtcl8.6.so"):
        (tmp_path / "python" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "python" / path).write_bytes(b"")
    found = layouts.find(tmp_path, Platform(LINUX, "x86_64"), MINOR)
    assert list(found.binaries) == [name]
    assert found.library == tmp_path / "python" / "lib" / f"python3.{MINOR[1]}"


def test_archive_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "python.tar.gz"
    archive.write_bytes(b"\x1f\x8b no archive")
    assert refusal(archive).startswith(f"{archive} cannot be unpacked: ")


# --- python3.dll ----------------------------------------------------------------------------------------


def test_stable_library_passes_every_name_on(of_windows: Python) -> None:
    """Two other readers of such files agree with what was meant."""
    own = {one.name for one in exports(of_windows.binaries / LIBRARY) if one.name}
    passed = {one.name: one.forwarder for one in exports(of_windows.binaries / forwarder.NAME)}
    assert set(passed) == own
    assert all(passed[name] == b"python3%d." % MINOR[1] + name for name in own)
    binary = lief.PE.parse(str(of_windows.binaries / forwarder.NAME))
    assert binary is not None
    table = binary.get_export()
    assert table is not None and table.name == forwarder.NAME
    assert all(entry.is_forwarded for entry in table.entries)
    assert lief.PE.check_layout(binary) == (True, "")


def exports(path: Path) -> list[Any]:
    binary = pefile.PE(str(path), fast_load=True)
    binary.parse_data_directories(directories=[pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_EXPORT"]])
    # Neither has Python's own stable library an entry: there is nothing to be run in it.
    assert [said for said in binary.get_warnings() if "AddressOfEntryPoint" not in said] == []
    found = list(binary.DIRECTORY_ENTRY_EXPORT.symbols)
    binary.close()
    return found


def test_what_lies_in_the_cache_says_what_it_is(of_windows: Python) -> None:
    about = json.loads((of_windows.place / "about.json").read_text(encoding="utf-8"))
    assert about["version"] == of_windows.version
    assert about["runtime"]

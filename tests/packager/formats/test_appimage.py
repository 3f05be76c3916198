"""The AppImage: laid as its runtime expects it, and as desktops do."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError, MissingTool
from launcher.packager.formats import appimage
from tests.support.parcels import parcel_of
from tests.support.runtimes import stand_in
from tests.support.waiting import until

pytestmark = [
    pytest.mark.skipif(not host.LINUX, reason="runs what it makes"),
    pytest.mark.skipif(shutil.which("mksquashfs") is None, reason="needs mksquashfs"),
]
MACHINE = platform.machine()


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stand_in(tmp_path_factory.mktemp("runtime") / "runtime")


@pytest.fixture
def image(tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(appimage.VARIABLE, str(runtime))
    return appimage.make(parcel_of(tmp_path / "out" / "work", machine=MACHINE))[0]


def test_it_runs_as_one_file_from_anywhere(image: Path, tmp_path: Path) -> None:
    place = tmp_path / "für Gäste" / "a b's.AppImage"
    place.parent.mkdir()
    shutil.copy(image, place)
    environ = {"HOME": str(tmp_path), "PATH": os.defpath, "UNPACK_TO": str(tmp_path / "mounted here")}
    done = subprocess.run([place, "one two", "ü"], env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (done.returncode, done.stderr)
    until((tmp_path / "started").exists)
    assert (tmp_path / "started").read_text(encoding="utf-8") == "one two\nü\n"


def test_what_desktops_look_for_lies_at_the_top(image: Path, tmp_path: Path, runtime: Path) -> None:
    data = image.read_bytes()
    assert data[:4] == b"\x7fELF" and data[8:11] == b"AI\x02"
    begin = runtime.stat().st_size
    assert data[begin : begin + 4] == b"hsqs"
    assert image.stat().st_mode & 0o777 == 0o755
    top = tmp_path / "unpacked"
    unpack: list[str | Path] = ["unsquashfs", "-quiet", "-no-progress", "-offset", str(begin), "-dest", top]
    subprocess.run([*unpack, image], check=True)
    assert sorted(os.listdir(top)) == [
        ".DirIcon", "AppRun", "org.example.Quiz.desktop", "org.example.Quiz.png", "usr",
    ]
    assert (top / "AppRun").resolve() == (top / "usr/lib/org.example.quiz/Müllers Quiz").resolve()
    assert "X-AppImage-Version=1.2\n" in (top / "org.example.Quiz.desktop").read_text(encoding="utf-8")
    assert (top / "usr/share/metainfo/org.example.Quiz.metainfo.xml").is_file()
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", top / "org.example.Quiz.desktop"], check=True)
    listed = subprocess.run(
        ["unsquashfs", "-lln", "-offset", str(begin), image], capture_output=True, text=True, check=True
    ).stdout
    assert {line.split()[1] for line in listed.splitlines() if "squashfs-root" in line} == {"0/0"}


def test_the_same_program_gives_the_same_bytes(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(appimage.VARIABLE, str(runtime))
    digests = {
        appimage.make(parcel_of(tmp_path / name / "work", machine=MACHINE))[2] for name in ("one", "two")
    }
    assert len(digests) == 1


def test_without_a_runtime_it_is_said_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(appimage.VARIABLE, raising=False)
    with pytest.raises(MissingTool) as caught:
        appimage.check()
    assert "AppImage/type2-runtime/releases" in caught.value.todo and appimage.VARIABLE in caught.value.todo


@pytest.mark.parametrize("kind", ["nothing", "a text", "another processor's", "a whole AppImage"])
def test_what_is_no_runtime_is_refused(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    file = tmp_path / "given"
    data = bytearray(runtime.read_bytes())
    if kind == "a text":
        file.write_text("no program", encoding="utf-8")
    elif kind == "another processor's":
        data[18] ^= 0x80
        file.write_bytes(data)
    elif kind == "a whole AppImage":
        file.write_bytes(data + b"hsqs and more")
    monkeypatch.setenv(appimage.VARIABLE, str(file))
    with pytest.raises(BuildError, match=r"LAUNCHER_APPIMAGE_RUNTIME: .*given"):
        appimage.make(parcel_of(tmp_path / "out" / "work", machine=MACHINE))
    assert sorted(os.listdir(tmp_path / "out")) == ["work"]

"""The zip: what Info-ZIP, the reference of the format, makes of it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError
from launcher.packager.formats import zipped
from launcher.packager.uniform import settle

MOMENT = 1_700_000_001  # odd: a zip's own times are even

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="modes and links are POSIX")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle with all that is easily lost: links, rights, empty folders, times, names in any script."""
    made = tmp_path / "Müller Shop.app"
    contents = made / "Contents"
    (contents / "Frameworks").mkdir(parents=True)
    (contents / "Resources" / "layers" / "app" / "空").mkdir(parents=True)
    (contents / "Resources" / "layers" / "launcher.json").write_text("{}", encoding="utf-8")
    (contents / "Resources" / "größe.txt").write_text("drei" * 1000, encoding="utf-8")
    (contents / "MacOS").mkdir()
    (contents / "MacOS" / "Shop").write_bytes(b"\xcf\xfa\xed\xfe program")
    (contents / "MacOS" / "Shop").chmod(0o755)
    (contents / "Frameworks" / "größe.txt").symlink_to("../Resources/größe.txt")
    (contents / "Frameworks" / "layers").symlink_to("../Resources/layers")
    settle(made, MOMENT)
    os.utime(contents / "Resources" / "größe.txt", (1_600_000_000, 1_600_000_000))
    return made


def looks_of(folder: Path) -> dict[str, tuple[object, ...]]:
    """Describe everything below a folder, and itself."""
    found: dict[str, tuple[object, ...]] = {}
    for path in (folder, *folder.rglob("*")):
        about = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else ""
        rights = 0 if path.is_symlink() else about.st_mode
        time = 0 if path.is_symlink() else int(about.st_mtime)
        found[path.relative_to(folder.parent).as_posix()] = (rights, time, content)
    return found


def test_it_is_unpacked_as_it_was_packed(bundle: Path, tmp_path: Path) -> None:
    tool = shutil.which("unzip")
    if tool is None:
        pytest.skip("unzip is not on this machine")
    zipped.pack(bundle, tmp_path / "shop.zip", MOMENT)
    place = tmp_path / "friend"
    subprocess.run([tool, "-q", tmp_path / "shop.zip", "-d", place], check=True)
    assert looks_of(place / bundle.name) == looks_of(bundle)


def test_the_same_bundle_gives_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / bundle.name
    shutil.copytree(bundle, copy, symlinks=True)
    digests = []
    for number, place in enumerate((bundle, copy)):
        zipped.pack(place, tmp_path / f"{number}.zip", MOMENT)
        digests.append(hashlib.sha256((tmp_path / f"{number}.zip").read_bytes()).hexdigest())
    assert digests[0] == digests[1]


def test_it_is_one_folder_and_whole(bundle: Path, tmp_path: Path) -> None:
    zipped.pack(bundle, tmp_path / "shop.zip", MOMENT)
    with zipfile.ZipFile(tmp_path / "shop.zip") as archive:
        assert archive.testzip() is None
        assert {name.split("/")[0] for name in archive.namelist()} == {bundle.name}
        assert archive.getinfo(f"{bundle.name}/Contents/Resources/größe.txt").compress_size < 200


@pytest.mark.parametrize("kind", ["/etc/passwd", "../outside", "Contents/../../outside", "pipe"])
def test_it_holds_nothing_that_leads_out_of_it(bundle: Path, tmp_path: Path, kind: str) -> None:
    odd = bundle / "odd"
    if kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to(kind)
    with pytest.raises(BuildError, match=r"Müller Shop\.app/odd is "):
        zipped.pack(bundle, tmp_path / "shop.zip", MOMENT)


def test_where_there_are_no_modes_what_starts_is_known_by_its_beginning(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bundle / "Contents" / "MacOS" / "Shop").chmod(0o644)
    monkeypatch.setattr(host, "WINDOWS", True)
    zipped.pack(bundle, tmp_path / "shop.zip", MOMENT)
    with zipfile.ZipFile(tmp_path / "shop.zip") as archive:
        modes = {name: archive.getinfo(name).external_attr >> 16 & 0o777 for name in archive.namelist()}
    assert modes[f"{bundle.name}/Contents/MacOS/Shop"] == 0o755
    assert modes[f"{bundle.name}/Contents/Resources/größe.txt"] == 0o644

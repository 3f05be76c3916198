"""The last touch to an application of macOS, made here and read again."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from launcher import host
from launcher.packager import application, macho, signing, uniform
from launcher.packager.formats import zipped
from launcher.packager.macho import changing
from launcher.packager.macho import signing as signing_of
from launcher.packager.macho.signing import Directory
from launcher.packager.plan import Plan
from launcher.packager.progress import Progress
from launcher.project.config import SignMacos
from tests.packager.signing.conftest import MOMENT, Lay
from tests.packager.test_zipped import looks_of
from tests.support.applications import problems

pytestmark = pytest.mark.skipif(host.WINDOWS or host.MACOS, reason="a Mac has its own tools")


def finish(bundle: Path, made: Plan, said: list[dict[str, Any]] | None = None) -> str:
    """Finish as a build does."""
    told = signing.finish(bundle, made, Progress((said if said is not None else []).append))
    uniform.settle(bundle, MOMENT)
    return told


def test_everything_is_signed_sealed_and_of_one_machine(lay: Lay, made: Plan, tmp_path: Path) -> None:
    bundle = lay(tmp_path)
    told = "5 programs and libraries are as they were signed, 2 of them here and ad hoc"
    assert finish(bundle, made) == told
    assert problems(bundle) == []
    contents = bundle / "Contents"
    for path in contents.rglob("*"):
        if application.is_code(path):
            assert list(macho.slices(path.read_bytes())) == ["arm64"]
    signed = macho.verify((contents / "MacOS" / "Müller Shop").read_bytes())
    assert signed.identifier == "org.example.shop" and signed.is_adhoc
    assert os.access(contents / "MacOS" / "Müller Shop", os.X_OK)
    assert (contents / "Frameworks" / "base_library.zip").is_symlink()
    assert (contents / "PkgInfo").read_bytes() == b"APPL????"
    with Image.open(contents / "Resources" / "icon.icns") as icon:
        assert (512, 512, 1) in icon.info["sizes"]


def test_a_good_signature_of_somebodys_stays_among_the_resources(
    lay: Lay, made: Plan, tmp_path: Path, library: bytes
) -> None:
    finish(lay(tmp_path), made)
    site = tmp_path / "Müller Shop.app/Contents/Resources/layers/site"
    theirs = macho.thin(library, "arm64")
    for name in ("zmq/_zmq.so", "markupsafe/_speedups.so"):
        assert (site / name).read_bytes() == theirs


def test_what_was_signed_for_older_systems_is_signed_anew_where_the_seal_needs_one_hash(
    lay: Lay, made: Plan, tmp_path: Path, library: bytes
) -> None:
    bare, begin = changing.with_room(macho.unsigned(macho.thin(library, "arm64")), lambda end: 20_000)
    pages = signing_of.directory(bare, Directory("library"), begin)
    blob = signing_of.superblob({0: pages, 0x1000: pages})
    twice = bytes(bare[:begin] + blob + bytes(len(bare) - begin - len(blob)))
    assert macho.verify(twice).directories == 2
    bundle = lay(tmp_path)
    names = ("Frameworks/_ssl.so", "Resources/layers/site/zmq/_zmq.so")
    places = [bundle / "Contents" / name for name in names]
    for place in places:
        place.write_bytes(twice)
    finish(bundle, made)
    assert [macho.verify(place.read_bytes()).directories for place in places] == [1, 2]
    assert problems(bundle) == []


@pytest.mark.parametrize(
    "name",
    [
        *("Info.plist", "MacOS/Müller Shop", "Frameworks/_ssl.so", "Resources/layers/app/größe.txt"),
        *("Resources/icon.icns", "_CodeSignature/CodeResources", "Resources/layers/site/zmq/_zmq.so"),
    ],
)
def test_one_changed_byte_is_found(lay: Lay, made: Plan, tmp_path: Path, name: str) -> None:
    bundle = lay(tmp_path)
    finish(bundle, made)
    place = bundle / "Contents" / name
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(data)
    try:
        found = problems(bundle)
    except Exception as error:  # what cannot be read any more is found, too
        found = [repr(error)]
    assert found


def test_another_file_or_one_less_is_found(lay: Lay, made: Plan, tmp_path: Path) -> None:
    bundle = lay(tmp_path)
    finish(bundle, made)
    text = bundle / "Contents/Resources/layers/app/größe.txt"
    text.rename(text.with_name("other.txt"))
    assert problems(bundle) == ["the seal is of something else"]


def test_it_is_whole_after_it_was_zipped_and_unzipped(lay: Lay, made: Plan, tmp_path: Path) -> None:
    tool = shutil.which("unzip")
    if tool is None:
        pytest.skip("unzip is not on this machine")
    bundle = lay(tmp_path)
    finish(bundle, made)
    zipped.pack(bundle, tmp_path / "shop.zip", MOMENT)
    subprocess.run([tool, "-q", tmp_path / "shop.zip", "-d", tmp_path / "friend"], check=True)
    friend = tmp_path / "friend" / bundle.name
    assert looks_of(friend) == looks_of(bundle)
    assert problems(friend) == []


def test_two_builds_are_the_same(lay: Lay, made: Plan, tmp_path: Path) -> None:
    one, other = (lay(tmp_path / name) for name in ("one", "other"))
    for bundle in (one, other):
        finish(bundle, made)
    assert looks_of(one) == looks_of(other)


def test_to_finish_twice_changes_nothing(lay: Lay, made: Plan, tmp_path: Path) -> None:
    bundle = lay(tmp_path)
    finish(bundle, made)
    before = looks_of(bundle)
    finish(bundle, made)
    assert looks_of(bundle) == before


def test_a_file_that_is_one_with_the_cache_s_is_not_written_into(
    lay: Lay, made: Plan, tmp_path: Path
) -> None:
    bundle = lay(tmp_path)
    place = bundle / "Contents/Frameworks/_ssl.so"
    kept = tmp_path / "kept.so"
    os.link(place, kept)
    before = kept.read_bytes()
    finish(bundle, made)
    assert kept.read_bytes() == before != place.read_bytes()


def test_the_oldest_system_is_that_of_the_newest_library(lay: Lay, made: Plan, tmp_path: Path) -> None:
    bundle = lay(tmp_path)
    place = bundle / "Contents/Resources/layers/site/markupsafe/_speedups.so"
    data = bytearray(place.read_bytes())
    command = macho.read(data).find(0x32)
    assert command is not None
    data[command.at + 12 : command.at + 16] = (13 << 16 | 3 << 8).to_bytes(4, "little")
    place.write_bytes(data)
    finish(bundle, made)
    assert plistlib.loads((bundle / "Contents/Info.plist").read_bytes())["LSMinimumSystemVersion"] == "13.3"


def test_the_build_says_that_it_was_never_started(lay: Lay, made: Plan, tmp_path: Path) -> None:
    said: list[dict[str, Any]] = []
    finish(lay(tmp_path), made, said)
    assert ["experimental" in one["title"] for one in said] == [True]
    identity = SignMacos(identity="Developer ID Application: Ada")
    named = replace(made, config=replace(made.config, sign_macos=identity))
    said.clear()
    finish(lay(tmp_path / "named"), named, said)
    assert len(said) == 2 and "your identity" in said[1]["title"]

"""The seal of an application: every file in it, and what is said of each."""

from __future__ import annotations

import hashlib
import plistlib
from pathlib import Path
from typing import Any

import pytest

from launcher import host
from launcher.errors import BuildError
from launcher.packager import macho
from launcher.packager.application.sealing import seal

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="links need rights there")


@pytest.fixture
def contents(tmp_path: Path, library: bytes) -> Path:
    """What lies in a small application."""
    place = tmp_path / "Quiz.app" / "Contents"
    for folder in ("MacOS", "Frameworks/objc", "Resources/layers/app/de.lproj", "_CodeSignature"):
        (place / folder).mkdir(parents=True)
    signed = macho.sign(macho.thin(library, "arm64"), "library")
    for name in ("MacOS/Quiz", "Frameworks/liba.dylib", "Frameworks/objc/_objc.so", "Resources/b.so"):
        (place / name).write_bytes(signed)
    for name in ("layers/app/größe.txt", "layers/app/de.lproj/words.txt", "layers/app/.DS_Store"):
        (place / "Resources" / name).write_text(name, encoding="utf-8")
    for name in ("Info.plist", "PkgInfo", "_CodeSignature/CodeResources"):
        (place / name).write_text("x", encoding="utf-8")
    (place / "Frameworks" / "layers").symlink_to("../Resources/layers")
    return place


def read(contents: Path) -> dict[str, Any]:
    """Seal, and read the seal."""
    value: dict[str, Any] = plistlib.loads(seal(contents, "Quiz"))
    return value


def test_everything_is_in_it_but_what_is_attested_otherwise(contents: Path) -> None:
    assert sorted(read(contents)["files2"]) == [
        "Frameworks/layers",
        "Frameworks/liba.dylib",
        "Frameworks/objc/_objc.so",
        "Resources/b.so",
        "Resources/layers/app/de.lproj/words.txt",
        "Resources/layers/app/größe.txt",
    ]


def test_data_is_known_by_its_hash_code_by_its_signature_and_a_link_by_its_aim(contents: Path) -> None:
    sealed = read(contents)["files2"]
    text = (contents / "Resources/layers/app/größe.txt").read_bytes()
    assert sealed["Resources/layers/app/größe.txt"] == {"hash2": hashlib.sha256(text).digest()}
    code = macho.verify((contents / "Frameworks/liba.dylib").read_bytes()).cdhash
    expected = {"cdhash": code, "requirement": f'cdhash H"{code.hex()}"'}
    assert sealed["Frameworks/liba.dylib"] == sealed["Frameworks/objc/_objc.so"] == expected
    assert list(sealed["Resources/b.so"]) == ["hash2"]  # code among the resources is data
    assert sealed["Frameworks/layers"] == {"symlink": "../Resources/layers"}
    assert sealed["Resources/layers/app/de.lproj/words.txt"]["optional"] is True


def test_older_systems_find_the_resources(contents: Path) -> None:
    sealed = read(contents)["files"]
    assert set(sealed) == {
        name
        for name in ("Resources/b.so", "Resources/layers/app/größe.txt", "Resources/layers/app/.DS_Store")
    } | {"Resources/layers/app/de.lproj/words.txt"}
    text = (contents / "Resources/layers/app/größe.txt").read_bytes()
    assert sealed["Resources/layers/app/größe.txt"] == hashlib.sha1(text).digest()


def test_what_is_no_code_has_no_place_among_code(contents: Path) -> None:
    (contents / "Frameworks" / "notes.txt").write_text("data", encoding="utf-8")
    with pytest.raises(BuildError, match=r"Frameworks/notes\.txt lies where"):
        seal(contents, "Quiz")


def test_a_changed_file_changes_the_seal(contents: Path) -> None:
    before = seal(contents, "Quiz")
    assert seal(contents, "Quiz") == before
    (contents / "Resources/layers/app/größe.txt").write_text("more", encoding="utf-8")
    assert seal(contents, "Quiz") != before

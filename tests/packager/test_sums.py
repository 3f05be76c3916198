"""SHA256SUMS and its signature, with the real tools."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.errors import BuildError, MissingTool
from launcher.packager import handout, sums
from tests.packager.handout.made import lay, subject

KEY = "Ada Byron <ada@example.org>"
needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="needs GnuPG")


@pytest.fixture
def keys(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of GnuPG's own with one key, as somebody has who has just made one."""
    home = tmp_path_factory.mktemp("gpg")
    home.chmod(0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    made = ["gpg", "--batch", "--passphrase", "", "--quick-generate-key", KEY, "ed25519", "sign", "1d"]
    subprocess.run(made, check=True, capture_output=True)
    yield home
    subprocess.run(["gpgconf", "--kill", "all"], check=True)


def test_sums_are_as_coreutils_read_them(tmp_path: Path) -> None:
    digests = {}
    for name in ("b.zip", "Ä b.deb", "a.tar.gz"):
        (tmp_path / name).write_text(name)
        digests[name] = hashlib.sha256(name.encode()).hexdigest()
    sums.write(tmp_path / "SHA256SUMS", digests)
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "b.zip").write_text("other")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 1
    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert [line[66:] for line in lines] == ["a.tar.gz", "b.zip", "Ä b.deb"]


def test_sums_of_others_are_known_from_ours(tmp_path: Path) -> None:
    place = tmp_path / "SHA256SUMS"
    assert sums.is_of(place, "Quiz")
    sums.write(place, {"Quiz-1.0-linux-x86_64.deb": "0" * 64, "Quiz-1.0-windows-x86_64.zip": "1" * 64})
    assert sums.is_of(place, "Quiz") and not sums.is_of(place, "Shop")
    sums.write(place, {"Quiz-1.0-linux-x86_64.deb": "0" * 64, "thesis.pdf": "1" * 64})
    assert not sums.is_of(place, "Quiz")
    place.write_bytes(b"\xff\xfe")
    assert not sums.is_of(place, "Quiz")


@needs_gpg
def test_a_key_signs_and_the_signature_is_good_until_a_byte_changes(tmp_path: Path, keys: Path) -> None:
    lay(tmp_path, "linux-x86_64", ".deb")
    sums.check(KEY)
    done = handout.write(subject(key=KEY), tmp_path, tmp_path)
    assert done is not None and done.signature is not None and done.signature.name == "SHA256SUMS.asc"
    assert "SHA256SUMS.asc" in done.page.read_text(encoding="utf-8")
    command = ["gpg", "--verify", str(done.signature), str(done.sums)]
    verified = subprocess.run(command, capture_output=True, text=True)
    assert verified.returncode == 0 and "Good signature" in verified.stderr
    done.sums.write_text(done.sums.read_text().replace("  ", " *"))
    assert subprocess.run(command, capture_output=True).returncode != 0


@needs_gpg
def test_an_old_signature_does_not_stay_beside_new_sums(tmp_path: Path, keys: Path) -> None:
    lay(tmp_path, "linux-x86_64", ".deb")
    handout.write(subject(key=KEY), tmp_path, tmp_path)
    handout.write(subject(), tmp_path, tmp_path)
    assert not (tmp_path / "SHA256SUMS.asc").exists()


@needs_gpg
def test_a_key_that_is_not_there_is_said_before_anything_is_built(tmp_path: Path, keys: Path) -> None:
    with pytest.raises(BuildError, match=r"nobody@example\.org") as caught:
        sums.check("nobody@example.org")
    assert "gpg --list-secret-keys" in caught.value.todo
    lay(tmp_path, "linux-x86_64", ".deb")
    with pytest.raises(BuildError):
        handout.write(subject(key="nobody@example.org"), tmp_path, tmp_path)
    assert sorted(os.listdir(tmp_path))[0].startswith("Quiz Night-1.4.0"), "nothing under a final name"
    assert not (tmp_path / "index.html").exists()


def test_without_gnupg_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    sums.check(None)
    with pytest.raises(MissingTool, match="GnuPG is not here") as caught:
        sums.check(KEY)
    assert "apt install gnupg" in caught.value.todo

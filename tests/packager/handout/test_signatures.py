"""Whether a file is signed, asked of real programs and archives."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest

from launcher.packager.handout.signatures import is_signed
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform

HERE = Platform(WINDOWS, "x86_64")
MAC = Platform(MACOS, "arm64")
COMPILER = "x86_64-w64-mingw32-gcc"


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A real program of Windows, and the same signed."""
    for tool in (COMPILER, "osslsigncode", "openssl"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not on this machine")
    place = tmp_path_factory.mktemp("programs")
    plain, signed = place / "plain.exe", place / "signed.exe"
    (place / "a.c").write_text("int main(void) { return 0; }\n")
    key, certificate = place / "key.pem", place / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Ada"]
    for command in (
        [COMPILER, "-o", plain, place / "a.c"],
        [*made, "-keyout", key, "-out", certificate],
        ["osslsigncode", "sign", "-certs", certificate, "-key", key, "-in", plain, "-out", signed],
    ):
        subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return plain, signed


def test_a_program_of_windows_is_signed_or_not(programs: tuple[Path, Path]) -> None:
    plain, signed = programs
    assert not is_signed(plain, HERE)
    assert is_signed(signed, HERE)
    assert not is_signed(signed, Platform(LINUX, "x86_64"))


def test_an_archive_of_windows_is_what_the_programs_in_it_are(
    programs: tuple[Path, Path], tmp_path: Path
) -> None:
    for number, names in enumerate((("Quiz/Quiz.exe",), ("Quiz/Quiz.exe", "Quiz/_internal/tool.exe"))):
        place = tmp_path / f"{number}.zip"
        for program, expected in zip(programs, (False, True), strict=True):
            with zipfile.ZipFile(place, "w") as archive:
                archive.write(program, names[0])
                for name in names[1:]:
                    archive.write(programs[0], name)  # not what anybody starts
            assert is_signed(place, HERE) is expected


def test_a_mac_opens_by_itself_what_a_ticket_is_stapled_to(tmp_path: Path) -> None:
    for name, expected in (
        ("Quiz.app/Contents/CodeResources", True),
        ("Quiz.app/Contents/_CodeSignature/CodeResources", False),
        ("x/Quiz.app/Contents/CodeResources", False),
    ):
        place = tmp_path / "a.zip"
        with zipfile.ZipFile(place, "w") as archive:
            archive.writestr(name, "ticket")
        assert is_signed(place, MAC) is expected


@pytest.mark.parametrize(("part", "expected"), [(0x10002, True), (0x10000, False)])
def test_a_disk_image_is_asked_for_the_ticket_in_its_signature(
    tmp_path: Path, part: int, expected: bool
) -> None:
    """Made by hand after Apple's headers: no such image was at hand."""
    signature = struct.pack(">IIIII", 0xFADE0CC0, 20, 1, part, 20)
    trailer = bytearray(512)
    trailer[:4] = b"koly"
    struct.pack_into(">QQ", trailer, 296, 1000, len(signature))
    place = tmp_path / "a.dmg"
    place.write_bytes(bytes(1000) + signature + trailer)
    assert is_signed(place, MAC) is expected
    place.write_bytes(bytes(1000) + signature)
    assert not is_signed(place, MAC)


def test_what_is_no_program_at_all_is_not_signed(tmp_path: Path) -> None:
    for number, contents in enumerate((b"", b"MZ", b"MZ" + bytes(70), b"MZ" + b"\xff" * 5000, b"PK\3\4")):
        for ending in (".exe", ".zip", ".dmg"):
            place = tmp_path / f"{number}{ending}"
            place.write_bytes(contents)
            assert not is_signed(place, HERE) and not is_signed(place, MAC)

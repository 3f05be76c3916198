"""What a program of Windows wears, read by pefile, by icoutils and, under Wine, by Windows' own functions."""

from __future__ import annotations

import json
import shutil
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path

import pefile
import pytest

from launcher.errors import BuildError
from launcher.packager import dressing, ico, icon
from launcher.project.manifest import Manifest
from launcher.project.target import Target
from tests.support.compiling import for_windows
from tests.support.wine import Windows

ARCHIVE = b"MEI-like archive behind the program" * 999
# Reads what it wears as Windows gives it: version, icon, manifest, code page, and its own last bytes.
SELF = r"""
#include <windows.h>
#include <shellapi.h>
#include <stdio.h>
static wchar_t path[4096]; static char text[65536], block[131072];
static void say(const char *name, const wchar_t *value) {
    WideCharToMultiByte(CP_UTF8, 0, value, -1, text, sizeof text, NULL, NULL);
    printf("\"%s\": \"%s\",", name, text);
}
int wmain(void) {
    const wchar_t *names[] = {L"ProductName", L"CompanyName", L"ProductVersion", L"OriginalFilename"};
    const char *said[] = {"ProductName", "CompanyName", "ProductVersion", "OriginalFilename"};
    void *value; UINT length; wchar_t key[200];
    GetModuleFileNameW(NULL, path, 4096);
    printf("{");
    if (GetFileVersionInfoW(path, 0, sizeof block, block))
        for (int i = 0; i < 4; i++) {
            swprintf(key, 200, L"\\StringFileInfo\\040904B0\\%ls", names[i]);
            if (VerQueryValueW(block, key, &value, &length)) say(said[i], value);
        }
    if (VerQueryValueW(block, L"\\", &value, &length))
        printf("\"number\": %u,", (unsigned)((VS_FIXEDFILEINFO *)value)->dwProductVersionMS);
    printf("\"icons\": %u,", ExtractIconExW(path, -1, NULL, NULL, 0));
    HRSRC found = FindResourceW(NULL, MAKEINTRESOURCEW(1), MAKEINTRESOURCEW(24));
    printf("\"manifest\": %lu}", found ? SizeofResource(NULL, found) : 0);
    return 0;
}
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A program without resources, as a bootloader is."""
    place = tmp_path_factory.mktemp("bare") / "bare.exe"
    return for_windows(place, SELF, "-lversion", "-lshell32").read_bytes()


def manifest_of(name: str, publisher: str = "Jürgen & Söhne", version: str = "1.4.0rc2") -> Manifest:
    target = Target("app", None, "app", "", "test")
    return Manifest(name, "org.example.shop", version, target, publisher=publisher)


def dressed(folder: Path, bare: bytes, manifest: Manifest) -> Path:
    program, picture = folder / f"{manifest.name}.exe", folder / "icon.png"
    program.write_bytes(bare + ARCHIVE)
    picture.write_bytes(ico.encode(icon.from_letters(manifest.name)))
    dressing.dress(program, picture, manifest)
    return program


def texts_of(program: Path) -> dict[str, str]:
    with pefile.PE(program) as parsed:
        tables = [one.StringTable for one in parsed.FileInfo[0] if one.Key == b"StringFileInfo"]
        entries = tables[0][0].entries
    return {name.decode(): value.decode() for name, value in entries.items()}


@pytest.mark.parametrize("name", ["Quiz", "Müller Shop", "学习 प्रश्न", "N" * 64])
def test_a_program_wears_its_project_s_name(tmp_path: Path, bare: bytes, name: str) -> None:
    program = dressed(tmp_path, bare, manifest_of(name))
    texts = texts_of(program)
    assert texts["ProductName"] == texts["FileDescription"] == name
    assert texts["CompanyName"] == "Jürgen & Söhne" and texts["LegalCopyright"] == "© Jürgen & Söhne"
    assert texts["ProductVersion"] == "1.4.0rc2" and texts["OriginalFilename"] == program.name
    with pefile.PE(program) as parsed:
        fixed = parsed.VS_FIXEDFILEINFO[0]
        assert (fixed.ProductVersionMS, fixed.ProductVersionLS) == (0x10004, 0)
        assert parsed.verify_checksum()


def test_a_publisher_may_have_a_long_name_or_none(tmp_path: Path, bare: bytes) -> None:
    texts = texts_of(dressed(tmp_path, bare, manifest_of("Quiz", publisher="ÄÖ" * 40_000)))
    assert texts["CompanyName"] == ("ÄÖ" * 40_000)[:255]
    texts = texts_of(dressed(tmp_path, bare, manifest_of("Quiz", publisher="")))
    assert "CompanyName" not in texts and "LegalCopyright" not in texts


def test_the_archive_stays_the_end_of_the_file(tmp_path: Path, bare: bytes) -> None:
    program = dressed(tmp_path, bare, manifest_of("Quiz"))
    assert program.read_bytes().endswith(ARCHIVE)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_the_same_program_gives_the_same_bytes(tmp_path: Path, bare: bytes) -> None:
    first = dressed(tmp_path, bare, manifest_of("Quiz")).read_bytes()
    assert dressed(tmp_path, bare, manifest_of("Quiz")).read_bytes() == first


def test_what_a_freezer_has_dressed_is_dressed_anew(tmp_path: Path, bare: bytes) -> None:
    program = dressed(tmp_path, bare, manifest_of("Player"))
    dressing.dress(program, tmp_path / "icon.png", manifest_of("Quiz"))
    assert texts_of(program)["ProductName"] == "Quiz"
    with pefile.PE(program) as parsed:
        assert parsed.verify_checksum()
        assert [section.Name for section in parsed.sections].count(b".rsrc\0\0\0") == 1
    assert program.read_bytes().endswith(ARCHIVE)


def test_the_manifest_asks_for_no_rights(tmp_path: Path, bare: bytes) -> None:
    program = dressed(tmp_path, bare, manifest_of("Quiz"))
    with pefile.PE(program) as parsed:
        kinds = {entry.id: entry for entry in parsed.DIRECTORY_ENTRY_RESOURCE.entries}
        assert sorted(kinds) == [3, 14, 16, 24]
        assert len(kinds[3].directory.entries) == len(ico.SIDES)
        about = kinds[24].directory.entries[0].directory.entries[0].data.struct
        content = parsed.get_data(about.OffsetToData, about.Size)
    told = {element.tag.partition("}")[2]: element for element in xml.fromstring(content).iter()}
    assert told["requestedExecutionLevel"].get("level") == "asInvoker"
    assert told["longPathAware"].text == "true" and told["activeCodePage"].text == "UTF-8"
    assert (told["dpiAwareness"].text or "").startswith("PerMonitorV2")


def test_icoutils_reads_the_icon_back(tmp_path: Path, bare: bytes) -> None:
    tool = shutil.which("wrestool")
    if tool is None:
        pytest.skip("there is no wrestool")
    program = dressed(tmp_path, bare, manifest_of("Müller Shop"))
    seen = subprocess.run([tool, "-x", "-t14", program], capture_output=True, check=True)
    assert [frame.picture for frame in ico.frames(seen.stdout)] == [
        frame.picture for frame in ico.frames((tmp_path / "icon.png").read_bytes())
    ]


def test_windows_own_functions_find_it_all(tmp_path: Path, bare: bytes, wine: Windows) -> None:
    code, said = wine.run(dressed(tmp_path, bare, manifest_of("Müller Shop 学习 😀")))
    assert code == 0, said
    assert json.loads(said) == {
        "ProductName": "Müller Shop 学习 😀",
        "CompanyName": "Jürgen & Söhne",
        "ProductVersion": "1.4.0rc2",
        "OriginalFilename": "Müller Shop 学习 😀.exe",
        "number": 0x10004,
        "icons": 1,
        "manifest": json.loads(said)["manifest"],
    }
    assert json.loads(said)["manifest"] > 1000


def test_what_is_no_program_of_windows_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "Quiz.exe"
    program.write_text("#!/bin/sh", encoding="utf-8")
    with pytest.raises(BuildError, match=r"Quiz\.exe is no program of Windows"):
        dressing.dress(program, tmp_path / "icon.png", manifest_of("Quiz"))

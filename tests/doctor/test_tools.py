"""Programs for freezing, and for each format."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import host
from launcher.doctor import tools
from launcher.packager.formats import FORMATS


@pytest.mark.skipif(not host.LINUX, reason="PyInstaller reads ELF files on Linux")
def test_freezing_without_binutils_names_what_is_lacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    lacking = [finding for finding in tools.examine() if finding.state == "missing"]
    assert [finding.needs for finding in lacking] == [("ldd",), ("objdump",), ("objcopy",)]


def test_every_format_is_told_of_with_its_systems() -> None:
    found = {finding.title: finding for finding in tools.examine()}
    assert {f"Format {name}" for name in FORMATS} <= set(found)
    assert found["Format zip"].state == "ok"
    assert found["Format zip"].detail == "can be made here, for windows, macos"


def test_a_format_without_its_tool_is_optional_and_told_where_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {finding.title: finding for finding in tools.examine()}
    for name, tool in (("setup", "makensis"), ("rpm", "rpmbuild"), ("AppImage", "mksquashfs")):
        finding = found[f"Format {name}"]
        assert finding.state == "optional" and tool in finding.detail and "install" in finding.detail

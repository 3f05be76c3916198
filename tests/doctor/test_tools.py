"""Programs for freezing, and for each format."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher import host
from launcher.doctor import tools


@pytest.mark.skipif(not host.LINUX, reason="PyInstaller reads ELF files on Linux")
def test_freezing_without_binutils_names_what_is_lacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    lacking = [finding for finding in tools.examine() if finding.state == "missing"]
    assert [finding.needs for finding in lacking] == [("ldd",), ("objdump",), ("objcopy",)]


def test_every_format_is_told_of() -> None:
    titles = {finding.title for finding in tools.examine()}
    assert {"Format folder", "Format tar.gz"} <= titles


def test_a_format_without_its_tool_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "FORMATS", (tools.Format("box", ("launcher-test-boxer",)),))
    finding = tools.examine()[-1]
    assert (finding.state, finding.needs) == ("optional", ("launcher-test-boxer",))

"""A folder is shown by the machine's own program, in its user's own environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launcher import host
from launcher.window.folders import open_folder, show_folder
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(not host.LINUX, reason="stands in for xdg-open by a shell script")


def test_folder_is_opened_without_what_is_the_program_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    opener = tmp_path / "bin" / "xdg-open"
    opener.write_text(
        f'#!/bin/sh\necho "$1|$LD_LIBRARY_PATH|$QT_PLUGIN_PATH" > "{tmp_path}/part"\n'
        f'mv "{tmp_path}/part" "{tmp_path}/asked"\n'
    )
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{opener.parent}:{os.defpath}")
    given = {
        **os.environ,
        "LD_LIBRARY_PATH": "/the/bundle",
        "LD_LIBRARY_PATH_ORIG": "/the/user",
        "QT_PLUGIN_PATH": "/the/bundle",
    }
    open_folder(tmp_path / "logs of größe", given)
    until((tmp_path / "asked").exists)
    assert (tmp_path / "asked").read_text() == f"{tmp_path}/logs of größe|/the/user|\n"
    assert given["LD_LIBRARY_PATH"] == "/the/bundle"


def test_machine_that_can_show_no_folder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OSError, match="xdg-open"):
        open_folder(tmp_path, os.environ)
    told: list[str] = []
    show_folder(tmp_path, os.environ, told.append)
    assert "cannot be shown" in told[0]

"""What the player has already is linked to, and only that."""

from __future__ import annotations

import filecmp
import os
from pathlib import Path

import pytest

from launcher import host
from launcher.packager import platforms
from launcher.packager.site import sharing
from launcher.project import environment
from tests.packager.installed import Installed

BIG = "x" * sharing.SMALLEST


@pytest.mark.skipif(host.WINDOWS, reason="links need rights there")
def test_the_same_bytes_become_a_link_and_another_version_stays(tmp_path: Path) -> None:
    installed = Installed(tmp_path / "environment")
    files = {"qt/core.so": BIG, "qt/new.so": f"{BIG}new", "qt/small.so": "x", "qt/tool": BIG, "other.so": BIG}
    installed.lay("qt", files)
    (installed.site / "qt/tool").chmod(0o755)
    place, player = tmp_path / "bundle/layers/site", tmp_path / "bundle/_internal"
    for folder, changed in ((place, files), (player, {**files, "qt/new.so": f"{BIG}old"})):
        for name, text in changed.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    (player / "other.so").unlink()
    (place / "qt/tool").chmod(0o755)
    known = environment.distributions(environment.choose(installed.folder, installed.folder))
    assert sharing.share(known, place, platforms.here()) == len(BIG)
    assert [path.name for path in sorted(place.rglob("*")) if path.is_symlink()] == ["core.so"]
    assert os.readlink(place / "qt/core.so") == "../../../_internal/qt/core.so"
    assert filecmp.cmp(place / "qt/core.so", installed.site / "qt/core.so", shallow=False)
    assert sharing.share(known, place, platforms.here()) == 0

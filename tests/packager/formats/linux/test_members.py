"""What lies in an archive or a package: in order, with rights that do not depend on who packs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import BuildError
from launcher.packager.formats.linux import members
from tests.support.parcels import MOMENT, lay_bundle

pytestmark = pytest.mark.skipif(host.WINDOWS, reason="bundles of Linux have links and rights")


def test_a_folder_comes_before_what_lies_in_it(tmp_path: Path) -> None:
    parts = members.whole(
        [*members.made({"b/x": b"1", "a-b": b"2"}, "top/a", 5), *members.made({"a": b"3"}, "top/a/b/c", 5)], 5
    )
    paths = [one.path for one in parts]
    assert paths == ["top", "top/a", "top/a/a-b", "top/a/b", "top/a/b/c", "top/a/b/c/a", "top/a/b/x"]
    assert [one.path for one in parts if one.is_folder] == ["top", "top/a", "top/a/b", "top/a/b/c"]


def test_where_no_rights_are_kept_what_may_run_is_told_by_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = lay_bundle(tmp_path)
    wanted = {one.path: one.mode for one in members.of_bundle(bundle, "b")}
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)
            os.utime(path, (MOMENT, MOMENT))
    monkeypatch.setattr(host, "WINDOWS", True)
    found = {one.path: one.mode for one in members.of_bundle(bundle, "b")}
    assert found["b/Müllers Quiz"] == 0o755 and found["b/layers/launcher.json"] == 0o644
    assert found == {**wanted, "b/_internal/lib/libx.so.1": 0o755}


def test_what_is_laid_is_what_was_listed(tmp_path: Path) -> None:
    bundle = lay_bundle(tmp_path)
    members.lay(members.of_bundle(bundle, "again"), tmp_path / "laid")
    before, after = (
        {
            path.relative_to(top).as_posix(): (path.lstat().st_mode, int(path.lstat().st_mtime))
            for path in top.rglob("*")
        }
        for top in (bundle, tmp_path / "laid" / "again")
    )
    assert before == after
    assert (tmp_path / "laid/again/_internal/libx.so.1").resolve().is_file()


@pytest.mark.parametrize("link", ["/etc/passwd", "../../etc", "../b2/x"])
def test_a_link_that_leaves_the_bundle_is_refused(tmp_path: Path, link: str) -> None:
    bundle = lay_bundle(tmp_path)
    (bundle / "layers/odd").symlink_to(link if link.startswith("/") else f"../{link}")
    with pytest.raises(BuildError, match="layers/odd is a link to "):
        list(members.of_bundle(bundle, "usr/lib/b"))

"""Files that are large, ignored and yet wanted, or impossible elsewhere."""

from __future__ import annotations

from pathlib import Path

from launcher.packager.app_layer import AppLayer, Link
from launcher.packager.warnings import files


def titles(layer: AppLayer) -> list[str]:
    return [one.title for one in files.look(layer)]


def test_names_that_other_systems_do_not_have_are_told(tmp_path: Path) -> None:
    assert titles(AppLayer(tmp_path, ("static/aux.js", "a.", "plain.js"), (), ())) == [
        "Windows has no such names"
    ]
    assert titles(AppLayer(tmp_path, ("Logo.png", "logo.png"), (), ())) == [
        "Names that differ by capitals only"
    ]
    assert titles(AppLayer(tmp_path, ("console.py", "a/logo.png", "b/logo.png"), (), ())) == []


def test_what_travels_although_git_ignores_it_is_told(tmp_path: Path) -> None:
    layer = AppLayer(tmp_path, ("instance/a.db",), (), (), despite=("instance/a.db",))
    (one,) = files.look(layer)
    assert "instance/a.db" in one.detail and "exclude" in one.todo


def test_a_link_that_would_stop_a_build_is_told(tmp_path: Path) -> None:
    layer = AppLayer(tmp_path, (), (), (), leaving=(Link("data", "/mnt/data"),))
    (one,) = files.look(layer)
    assert one.title == "data leaves the project" and "/mnt/data" in one.detail and "exclude" in one.todo

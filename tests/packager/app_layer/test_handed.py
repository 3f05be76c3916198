"""What builds lay beside programs does not travel in the next one, and what only looks like it does."""

from __future__ import annotations

from pathlib import Path

from launcher.packager import app_layer, handout
from launcher.packager.app_layer.travel import BUILT
from launcher.project.config import Files
from tests.packager.handout.made import lay, lay_everything, subject


def travels(root: Path) -> set[str]:
    return set(app_layer.of_project(root, Files()).files)


def test_a_page_and_sums_of_ours_stay_behind(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    lay_everything(tmp_path)
    assert handout.write(subject(), tmp_path, tmp_path) is not None
    (tmp_path / "SHA256SUMS.asc").write_text("a signature")
    assert travels(tmp_path) == {"app.py"}
    left = {one.path: one.why for one in app_layer.of_project(tmp_path, Files()).left}
    assert {left[name] for name in ("index.html", "SHA256SUMS", "SHA256SUMS.asc")} == {BUILT}


def test_those_of_others_travel(tmp_path: Path) -> None:
    files = {
        "index.html": "<!doctype html><title>Quiz</title>",
        "SHA256SUMS": f"{'0' * 64}  data.csv\n",
        "data.SHA256SUMS": "no sums at all",
        "broken.html": "",
        "thesis.html.asc": "a signature",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "latin.html").write_bytes(b"\xff\xfe")
    assert travels(tmp_path) == {*files, "latin.html"}


def test_a_page_of_ours_that_the_app_reads_is_no_part_of_it_either(tmp_path: Path) -> None:
    lay(tmp_path, "linux-x86_64", ".deb")
    handout.write(subject(), tmp_path, tmp_path)
    layer = app_layer.of_project(tmp_path, Files(), read=("index.html",))
    assert layer.files == ()

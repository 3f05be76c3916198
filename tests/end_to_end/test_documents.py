"""Programs that ask for documents and settings: what is set for them, and what they are opened with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.builds import Builder, assert_failed_in_order, set_up
from tests.end_to_end.frozen import Stranger, open_folder, sealed
from tests.support.files import write_into

pytestmark = pytest.mark.end_to_end

READER = """
import argparse, os, sys
from flask import Flask

parser = argparse.ArgumentParser()
parser.add_argument("documents", nargs="+")
parser.add_argument("--colour", required=True)
told = parser.parse_args()
app = Flask(__name__)
app.config.from_envvar("READER_SETTINGS")


@app.route("/")
def index():
    texts = [open(name, encoding="utf-8").read() for name in told.documents]
    return "|".join([told.colour, app.config["GREETING"], *texts])


@app.route("/names")
def names():
    return "|".join(told.documents)
"""
FILES = {"app.py": READER, "settings.cfg": "GREETING = 'hello'\n", "sample.txt": "the sample"}
SETTINGS = 'args = ["--colour", "red", "sample.txt"]\nenv = { READER_SETTINGS = "settings.cfg" }\n'


@pytest.fixture(scope="module")
def program(builder: Builder) -> Iterator[Path]:
    """A reader of documents, packaged."""
    with open_folder() as folder:
        project = write_into(folder / "reader", FILES)
        set_up(project, settings=SETTINGS)
        yield builder.build(project, folder / "dist").program


def test_settings_give_what_the_app_asks_for(program: Path, stranger: Stranger) -> None:
    with sealed(program.parent):
        running = stranger.start(program)
        assert running.visit().ask("/").text == "red|hello|the sample"
        assert running.stop() == 0


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_documents_are_found_whatever_way_they_are_named(
    locale: str, program: Path, stranger: Stranger, place: Path
) -> None:
    folder = write_into(
        place / "Dokumente für Gäste", {"größe 1.txt": "one", "-odd.txt": "two", "three#?.txt": "three"}
    )
    address = (folder / "three#?.txt").as_uri()
    running = stranger.start(
        program, "größe 1.txt", "-odd.txt", address, cwd=folder, env={"LANG": locale, "LC_ALL": locale}
    )
    visitor = running.visit()
    assert visitor.ask("/").text == "red|hello|the sample|one|two|three"
    names = [str(folder / name) for name in ("größe 1.txt", "-odd.txt", "three#?.txt")]
    assert visitor.ask("/names").text.split("|")[1:] == names

    second = stranger.start(program, "größe 1.txt", cwd=folder)
    assert second.wait() == 6
    assert "reader is open already, and größe 1.txt was not opened in it" in second.stderr
    assert visitor.ask("/").status == 200
    assert running.stop() == 0


def test_what_the_app_lacks_is_named_by_the_build(builder: Builder, place: Path) -> None:
    project = write_into(place / "reader", FILES)
    set_up(project)
    build = builder.build(project, place / "dist")
    assert_failed_in_order(build, place / "dist", 3)
    assert "the following arguments are required: documents, --colour" in build.error["message"]
    assert "args = [" in build.error["todo"]

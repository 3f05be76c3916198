"""An app that asks for it runs where it lies in the program, which nobody can write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.builds import Builder, set_up
from tests.end_to_end.frozen import Stranger, sealed

pytestmark = pytest.mark.end_to_end

APP = """
import os, pathlib, sys
from flask import Flask

app = Flask(__name__)
HERE = pathlib.Path(__file__).parent


@app.get("/")
def home():
    return (HERE / "words.txt").read_text()


@app.get("/place")
def place():
    return f"{HERE} {app.root_path} {os.getcwd()} {app.instance_path} {sys.path[0]}"


@app.post("/write")
def write():
    os.makedirs(app.instance_path, exist_ok=True)
    for path in ("relative.txt", os.path.join(app.instance_path, "instance.txt")):
        with open(path, "a") as file:
            file.write("x")
    return "written"


@app.post("/beside")
def beside():
    try:
        (HERE / "beside.txt").write_text("x")
    except OSError as error:
        return type(error).__name__
    return "written"
"""


def test_it_runs_from_its_layer_and_keeps_what_it_writes_elsewhere(
    builder: Builder, place: Path, stranger: Stranger
) -> None:
    project = place / "words"
    project.mkdir()
    (project / "app.py").write_text(APP, encoding="utf-8")
    (project / "words.txt").write_text("one two", encoding="utf-8")
    set_up(project, settings='identifier = "org.example.words"\n[tool.launcher.files]\nin-place = true\n')
    program = builder.build(project, place / "dist").program
    with sealed(program.parent):
        for _ in range(2):
            running = stranger.start(program)
            visitor = running.visit()
            assert visitor.ask("/").text == "one two"
            assert visitor.ask("/write", method="POST", body=b"").text == "written"
            assert visitor.ask("/beside", method="POST", body=b"").text in ("PermissionError", "OSError")
            shown = visitor.ask("/place").text
            assert running.stop() == 0
    assert str(program.parent / "layers" / "app") in shown
    written = [path for path in stranger.written() if path.endswith(".txt")]
    assert [path.rpartition("org.example.words/")[2] for path in written] == [
        "home/instance/instance.txt",
        "home/relative.txt",
    ]
    assert not [path for path in stranger.written() if path.endswith((".py", "words.txt"))]
    assert all((stranger.home / path).read_text(encoding="utf-8") == "xx" for path in written)

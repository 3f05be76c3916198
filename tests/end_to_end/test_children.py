"""A packaged app that starts other programs, and Python itself: `sys.executable` is a Python there too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from launcher import host
from tests.end_to_end.builds import Builder, set_up
from tests.end_to_end.frozen import Stranger, open_folder, sealed
from tests.support.asking import Visitor

APP = """
import json
import multiprocessing
import os
import subprocess
import sys

import numbers_of_ours
from flask import Flask

app = Flask(__name__)


def said(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return f"{done.returncode} {done.stdout}{done.stderr}"


@app.route("/environment/<name>")
def environment(name):
    return said(["/usr/bin/env", "sh", "-c", f"echo ${name}"])


@app.route("/whole-environment/<kind>")
def whole_environment(kind):
    return subprocess.run(["env"], capture_output=True, text=True).stdout


@app.route("/code/<word>")
def code(word):
    lines = "import sys, flask, numbers_of_ours; print(sys.argv[1:], flask.__name__)"
    return said([sys.executable, "-c", lines, word])


@app.route("/module/<word>")
def module(word):
    return said([sys.executable, "-m", "numbers_of_ours", word])


@app.route("/script/<word>")
def script(word):
    return said([sys.executable, "-u", os.path.join(app.root_path, "script.py"), word])


@app.route("/failing/<int:code>")
def failing(code):
    return said([sys.executable, "-c", f"import sys; sys.exit({code})"])


@app.route("/pool/<method>/<int:count>")
def pool(method, count):
    with multiprocessing.get_context(method).Pool(2) as workers:
        return json.dumps(workers.map(numbers_of_ours.double, range(count)))


@app.route("/executor/<int:count>")
def executor(count):
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as workers:
        return json.dumps(list(workers.map(numbers_of_ours.double, range(count))))


@app.route("/managed/<word>")
def managed(word):
    with multiprocessing.get_context("spawn").Manager() as manager:
        shared = manager.dict()
        shared["word"] = word
        return shared["word"]
"""

MODULE = """
import sys


def double(number):
    return 2 * number


if __name__ == "__main__":
    print("module", sys.argv[1:])
"""

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(host.WINDOWS, reason="asks for POSIX programs"),
]


@pytest.fixture(scope="module")
def visitor(builder: Builder) -> Iterator[Visitor]:
    """Somebody who visits the app, packaged and sealed."""
    with open_folder() as place:
        project = place / "project"
        project.mkdir()
        (project / "app.py").write_text(APP, encoding="utf-8")
        (project / "numbers_of_ours.py").write_text(MODULE, encoding="utf-8")
        (project / "script.py").write_text("import sys\nprint('script', sys.argv[1:])\n", encoding="utf-8")
        set_up(project)
        program = builder.build(project, place / "dist").program
        project.rename(place / "elsewhere")
        stranger = Stranger(place)
        with sealed(program.parent):
            yield stranger.start(program, env={"PATH": "/usr/bin:/bin"}).visit()
            stranger.leave()


def test_a_child_loads_no_libraries_of_the_bundle(visitor: Visitor) -> None:
    assert visitor.ask("/environment/LD_LIBRARY_PATH").text == "0 \n"
    environment = visitor.ask("/whole-environment/all").text
    named = [line.partition("=")[0] for line in environment.splitlines() if "_internal" in line]
    assert named == []
    assert "_PYI_" not in environment and "_MEIPASS" not in environment


def test_a_child_keeps_the_stranger_s_own_settings_after_the_commands_that_came_along(
    visitor: Visitor,
) -> None:
    first, rest = visitor.ask("/environment/PATH").text.removeprefix("0 ").split(":", 1)
    assert first.endswith("/layers/site/bin") and rest == "/usr/bin:/bin\n"


def test_python_runs_code_with_the_project_and_its_distributions(visitor: Visitor) -> None:
    assert visitor.ask("/code/word").text == "0 ['word'] flask\n"


def test_python_runs_a_module_and_a_script(visitor: Visitor) -> None:
    assert visitor.ask("/module/word").text == "0 module ['word']\n"
    assert visitor.ask("/script/word").text == "0 script ['word']\n"


def test_python_hands_its_exit_code_on(visitor: Visitor) -> None:
    assert visitor.ask("/failing/7").text == "7 "


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_a_pool_of_processes_works(method: str, visitor: Visitor) -> None:
    answer = visitor.ask(f"/pool/{method}/4")
    assert (answer.status, answer.text) == (200, "[0, 2, 4, 6]")


def test_an_executor_and_a_manager_work(visitor: Visitor) -> None:
    assert visitor.ask("/executor/3").text == "[0, 2, 4]"
    assert visitor.ask("/managed/word").text == "word"

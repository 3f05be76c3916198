"""Projects that cannot be packaged: one clear message, an exit code, nothing left, and the next one works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.builds import Builder, assert_failed_in_order, copy_project, left_in, set_up

pytestmark = pytest.mark.end_to_end


@dataclass(frozen=True)
class Fault:
    """A sample that fails, the words of the message, and words that must not be in it."""

    sample: str
    code: int
    says: tuple[str, ...]
    not_says: tuple[str, ...] = ("launcher/", "importlib", "site-packages")


FAULTS = [
    Fault("raises_at_import", 3, ("KeyError: 'pear'", "app.py", "line 14", "line 11")),
    Fault("exits_at_import", 3, ("exit code 1", "No settings file, giving up.")),
    Fault("nothing", 3, ("no Flask",), ()),
    Fault("several", 3, ("More than one",), ()),
    Fault("factory_with_arguments", 3, ("create_app", "config"), ()),
    Fault("missing_distribution", 3, ("distribution_that_nobody_installed", "app.py", "line 5")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.sample)
def test_a_project_that_cannot_work_fails_with_its_reason(
    fault: Fault, builder: Builder, samples: Path, place: Path
) -> None:
    project = copy_project(samples / fault.sample, place / "project")
    build = builder.build(project, place / "dist")
    assert_failed_in_order(build, place / "dist", fault.code)
    said = f"{build.error['message']}\n{build.error['todo']}"
    for words in fault.says:
        assert words in said
    for words in fault.not_says:
        assert words not in said


def test_the_lines_of_a_traceback_are_those_of_the_project_and_not_of_a_scratch_copy(
    builder: Builder, samples: Path, place: Path
) -> None:
    project = copy_project(samples / "raises_at_import", place / "project")
    message = builder.build(project, place / "dist").error["message"]
    assert str(project / "app.py") in message
    assert "launcher-rehearsal" not in message


def test_several_apps_are_listed_and_each_can_be_picked(builder: Builder, samples: Path, place: Path) -> None:
    project = copy_project(samples / "several", place / "project")
    error = builder.build(project, place / "dist").error
    assert error["candidates"] == ["quiz:app", "shop:app"]
    assert "quiz.py" in error["todo"] and "shop.py" in error["todo"]
    assert builder.build("shop:app", place / "dist", cwd=project).code == 0


def test_a_failed_build_leaves_the_last_good_one_as_it_was(
    builder: Builder, samples: Path, place: Path
) -> None:
    project = copy_project(samples / "unguarded_run", place / "project")
    program = builder.build(project, place / "dist").program
    before, beside = contents(program.parent), left_in(place / "dist")
    source = project / "quiz.py"
    good = source.read_text(encoding="utf-8")
    source.write_text(f"raise SystemError('not today')\n{good}\n", encoding="utf-8")
    build = builder.build(project, place / "dist")
    assert build.code == 3 and "not today" in build.error["message"]
    assert contents(program.parent) == before
    assert left_in(place / "dist") == beside

    source.write_text(good, encoding="utf-8")
    assert builder.build(project, place / "dist").program == program


def contents(folder: Path) -> Mapping[str, tuple[int, int]]:
    found = {}
    for path in folder.rglob("*"):
        about = path.lstat()
        found[path.relative_to(folder).as_posix()] = (about.st_mtime_ns, about.st_size)
    return found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('icno = "x.png"', ("icno", "icon")),
        ("version = 3", ("version", "3")),
        ('version = "1/2"', ("1/2",)),
        ('name = "a/b"', ("a/b",)),
        ('identifier = "nothing"', ("nothing",)),
        ('icon = "nowhere.png"', ("nowhere.png",)),
        ("[tool.launcher.window]\nwitdh = 3", ("witdh", "width")),
        ("= nonsense", ("pyproject.toml", "line")),
    ],
)
def test_a_setting_that_is_wrong_is_named(
    text: str, says: tuple[str, ...], builder: Builder, samples: Path, place: Path
) -> None:
    project = copy_project(samples / "unguarded_run", place / "project", settings=f"{text}\n")
    build = builder.build(project, place / "dist")
    assert build.error["exit_code"] in (1, 2)
    assert_failed_in_order(build, place / "dist", build.error["exit_code"])
    for words in says:
        assert words in f"{build.error['message']} {build.error['todo']}"


def test_a_secret_that_the_app_reads_is_named_and_can_be_replaced_by_a_setting(
    builder: Builder, place: Path
) -> None:
    project = place / "project"
    project.mkdir()
    (project / "app.py").write_text(SECRETIVE, encoding="utf-8")
    (project / ".env").write_text("GREETING=hello", encoding="utf-8")
    set_up(project)
    build = builder.build(project, place / "dist")
    assert_failed_in_order(build, place / "dist", 5)
    assert "KeyError: 'GREETING'" in build.error["message"]
    warnings = [event["title"] for event in build.events if event["event"] == "warning"]
    assert ".env stays behind" in warnings

    (project / "pyproject.toml").unlink()
    set_up(project, settings='env = { GREETING = "hello" }\n')
    build = builder.build(project, place / "dist")
    assert not list(build.program.parent.rglob(".env"))


SECRETIVE = """
import os
from pathlib import Path

from flask import Flask

app = Flask(__name__)
file = Path(__file__).with_name(".env")
if file.exists():
    name, _, value = file.read_text().partition("=")
    os.environ[name] = value
GREETING = os.environ["GREETING"]


@app.route("/")
def index():
    return GREETING
"""

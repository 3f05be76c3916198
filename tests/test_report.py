"""A failure in the user's code is told in one sentence, and in the user's own lines."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from launcher.errors import BrokenProject
from launcher.report import Report, of_death, of_defect, of_exception
from tests.conftest import WriteFiles


def failure_of(project: Path, file: str = "app.py") -> Report:
    """Import a file that fails, and report it."""
    spec = importlib.util.spec_from_file_location("of_a_user", project / file)
    assert spec is not None
    assert spec.loader is not None
    try:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    except BaseException as error:
        return of_exception(error, project)
    raise AssertionError("nothing failed")


def test_exception_is_told_in_one_sentence(write_files: WriteFiles) -> None:
    report = failure_of(write_files({"app.py": "PRICES = {}\nPRICES['pear']\n"}))
    assert report.sentence == "The app could not be started: KeyError: 'pear'"
    assert report.todo == "The error is in the app's own code."
    assert report.to_text().startswith(f"{report.sentence}\n\n{report.todo}\n\nTraceback")


def test_traceback_shows_the_user_s_lines_alone(write_files: WriteFiles) -> None:
    project = write_files({"app.py": "import json\n\ndef read():\n    json.loads('{')\n\nread()\n"})
    details = failure_of(project).details
    assert [line for line in details.splitlines() if line.startswith("  File")] == [
        f'  File "{project / "app.py"}", line 6, in <module>',
        f'  File "{project / "app.py"}", line 4, in read',
    ]
    assert "JSONDecodeError" in details
    assert json.__file__ not in details


def test_missing_module_is_named_with_the_line_that_imports_it(write_files: WriteFiles) -> None:
    project = write_files({"app.py": "import json\nimport not_there.part\n"})
    report = failure_of(project)
    assert report.sentence == "The module 'not_there' is not installed; line 2 of app.py imports it."
    assert report.todo.endswith("pip install not_there")


def test_missing_module_imported_by_a_library_is_named_with_the_user_s_line(
    write_files: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_files(
        {
            "app.py": "x = 1\nimport needy_library\n",
            ".venv/lib/site-packages/needy_library.py": "import not_there\n",
        }
    )
    monkeypatch.syspath_prepend(str(project / ".venv" / "lib" / "site-packages"))
    report = failure_of(project)
    sys.modules.pop("needy_library", None)
    assert "line 2 of app.py imports it" in report.sentence
    assert "site-packages" not in report.details


@pytest.mark.parametrize(
    ("code", "shown"), [("1", "exit code 1"), ("", "exit code 0"), ("'no settings'", "no settings")]
)
def test_app_that_ends_itself_is_told_with_its_code(write_files: WriteFiles, code: str, shown: str) -> None:
    report = failure_of(write_files({"app.py": f"import sys\nsys.exit({code})\n"}))
    assert report.sentence == f"The app ended itself while it was starting ({shown})."
    assert "line 2" in report.details


def test_syntax_error_shows_its_place(write_files: WriteFiles) -> None:
    project = write_files({"app.py": "x = 1\nif x\n    pass\n"})
    report = failure_of(project)
    assert "SyntaxError" in report.sentence
    assert f'File "{project / "app.py"}", line 2' in report.details


def test_our_own_error_is_told_as_it_is(tmp_path: Path) -> None:
    report = of_exception(BrokenProject("No app came out.", "Name it."), tmp_path)
    assert (report.sentence, report.todo, report.details) == ("No app came out.", "Name it.", "")
    assert report.to_text() == "No app came out.\n\nName it."


def test_exception_with_a_message_that_fails_is_told_all_the_same(write_files: WriteFiles) -> None:
    code = "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\nraise Odd\n"
    assert "Odd" in failure_of(write_files({"app.py": code})).sentence


def test_message_of_many_lines_is_one_sentence_all_the_same(write_files: WriteFiles) -> None:
    report = failure_of(write_files({"app.py": "raise ValueError('first\\n   second')\n"}))
    assert report.sentence.endswith("ValueError: first second")
    assert "ValueError: first\n   second" in report.details


def test_project_behind_a_link_is_still_the_user_s(write_files: WriteFiles, tmp_path: Path) -> None:
    project = write_files({"app.py": "1 / 0\n"})
    link = tmp_path / "link"
    link.symlink_to(project)
    spec_report = failure_of(link)
    assert "line 1, in <module>" in spec_report.details


ARGPARSE = """
import argparse
parser = argparse.ArgumentParser("quiz")
parser.add_argument("document")
parser.parse_args()
"""
CLICK = """
import click

@click.command("quiz")
@click.argument("document")
def main(document):
    pass

main(prog_name="quiz")
"""


@pytest.mark.parametrize(("code", "says"), [(ARGPARSE, "document."), (CLICK, "Missing argument 'DOCUMENT'.")])
def test_argument_that_an_app_lacks_is_named_and_how_to_give_it(
    code: str, says: str, write_files: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["quiz"])
    report = failure_of(write_files({"app.py": code}))
    assert report.sentence.startswith("The app was not given what it asks for: ")
    assert report.sentence.endswith(says)
    assert 'under [tool.launcher]: args = ["..."]' in report.todo
    assert report.details.lower().startswith("usage: quiz") and "Traceback" not in report.details


def test_app_that_ends_for_another_reason_does_not_ask_for_arguments(write_files: WriteFiles) -> None:
    report = failure_of(write_files({"app.py": "import sys\nsys.exit(2)\n"}))
    assert report.sentence == "The app ended itself while it was starting (exit code 2)."


SECRETS = """
SECRET_KEY = "planted-in-a-line-of-code"

def connect(url):
    password = "planted-" + "in-a-local"
    raise OSError(f"cannot reach {url}")

try:
    connect("postgresql://ann:planted-in-a-message@db.example/quiz")
except OSError as error:
    raise RuntimeError("Authorization: Bearer planted-in-a-header") from error
"""


def test_report_keeps_secrets_and_the_home_folder_to_itself(
    write_files: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_files({"app.py": SECRETS})
    monkeypatch.setenv("HOME", str(project.parent))
    monkeypatch.setenv("USERPROFILE", str(project.parent))
    report = failure_of(project)
    assert "planted" not in report.to_text()
    assert str(project.parent) not in report.to_text()
    assert f'File "{Path("~") / project.name / "app.py"}", line 11' in report.details


def test_end_of_a_log_in_a_report_keeps_secrets_to_itself() -> None:
    log = "GET /.launcher/enter?planted1 303\nCookie: app_20000=planted2\nDB_PASSWORD=planted3\nlast line\n"
    report = of_death(-11, log)
    assert "planted" not in report.to_text()
    assert report.details.endswith("last line\n")


def test_endless_message_is_cut_in_its_middle(write_files: WriteFiles) -> None:
    report = failure_of(write_files({"app.py": "raise ValueError('first' + 'x' * 10_000_000 + 'last')\n"}))
    assert len(report.to_text()) < 25_000
    assert "first" in report.sentence and report.details.endswith("last")


def test_defect_of_ours_is_told_with_its_lines() -> None:
    try:
        raise TypeError("token=planted")
    except TypeError as error:
        report = of_defect("Quiz", error)
    assert report.sentence == "Quiz was ended by an error that is not the app's own."
    assert "test_report.py" in report.details and "planted" not in report.details

"""The scan knows what is imported, where, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from launcher.project.scan import scan

Write = Callable[[Mapping[str, str]], Path]
SAMPLES = Path(__file__).parents[1] / "samples"


def test_foreign_imports_have_their_file_and_line() -> None:
    found = scan(SAMPLES / "missing_distribution").foreign()
    assert [(one.module, one.name, one.file, one.line) for one in found] == [
        ("flask", "Flask", "app.py", 3),
        ("flask", "render_template", "app.py", 3),
        ("distribution_that_nobody_installed", None, "app.py", 5),
    ]


def test_own_modules_are_not_foreign_whatever_they_are_called() -> None:
    assert {one.module for one in scan(SAMPLES / "shadows").foreign()} == {"flask"}
    assert {one.module for one in scan(SAMPLES / "src_layout").foreign()} == {"flask"}


def test_imports_are_found_wherever_they_stand(project: Write) -> None:
    text = """
import top
def function():
    import inside_function
class Class:
    def method(self):
        from inside_method import thing
try:
    import fast
except ImportError:
    import slow
if TYPE_CHECKING:
    import only_typed
match 1:
    case 1:
        import matched
for _ in ():
    while True:
        with open(""):
            import deep
else:
    import otherwise
import os, sys, cgi, tomllib
from . import sibling
from .. import above
"""
    found = {one.module: one.optional for one in scan(project({"a.py": text})).foreign()}
    assert found == {
        "top": False,
        "inside_function": False,
        "inside_method": False,
        "fast": True,
        "slow": True,
        "only_typed": True,
        "matched": False,
        "deep": False,
        "otherwise": False,
    }


def test_folders_without_init_file_are_own_too(project: Write) -> None:
    folder = project({"server/main.py": "import server.db, db, lib.x, other", "server/db.py": ""})
    (folder / "lib").mkdir()
    (folder / "lib" / "x.py").write_text("")
    assert [one.module for one in scan(folder).foreign()] == ["other"]


def test_imports_of_tests_are_not_the_apps(project: Write) -> None:
    folder = project({"quiz.py": "import flask", "tests/test_quiz.py": "import pytest"})
    assert [one.module for one in scan(folder).foreign()] == ["flask"]


def test_programs_that_were_built_into_a_project_are_no_code_of_it(project: Write) -> None:
    folder = project(
        {
            "quiz.py": "import flask",
            "releases/Quiz/layers/launcher.json": "{}",
            "releases/Quiz/layers/site/werkzeug/_reloader.py": "import watchdog",
            "releases/Quiz.app/Contents/Resources/layers/launcher.json": "{}",
            "releases/Quiz.app/Contents/Resources/layers/site/click.py": "import colorama",
            "server/launcher-export.json": "{}",
            "server/app.py": "import gunicorn",
        }
    )
    assert [one.module for one in scan(folder).foreign()] == ["flask"]


def test_project_of_nothing_but_tests_has_its_imports(project: Write) -> None:
    folder = project({"tests/app.py": "import flask"})
    assert [one.module for one in scan(folder).foreign()] == ["flask"]


def test_imports_are_followed_through_packages(project: Write) -> None:
    folder = project(
        {
            "run.py": "from shop.views import page",
            "shop/__init__.py": "from . import settings",
            "shop/views/__init__.py": "from .page import page\nfrom ..models import Book",
            "shop/views/page.py": "",
            "shop/models.py": "",
            "shop/settings.py": "",
            "unrelated.py": "import run",
        }
    )
    found = scan(folder)
    assert found.imported_by(found.sources["run.py"]) == {
        "shop/__init__.py",
        "shop/settings.py",
        "shop/views/__init__.py",
        "shop/views/page.py",
        "shop/models.py",
    }

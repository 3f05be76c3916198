"""Tests, headers and stubs stay behind; nothing that could be read does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from launcher.packager.site import evidence, pruning
from launcher.packager.site.evidence import Evidence

TESTS = ("pkg/__init__.py", "pkg/tests/__init__.py", "pkg/tests/test_it.py", "pkg/tests/data/large.csv")


def going(
    files: Iterable[str],
    *,
    read: Iterable[str] = (),
    texts: Mapping[str, str] | None = None,
    place: Path | None = None,
    compiles: bool = False,
) -> set[str]:
    """Return what stays behind of these files, when the code says these texts."""
    said = Evidence()
    if texts is not None and place is not None:
        for name, text in texts.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        said = evidence.of_texts((name, place / name) for name in texts)
    found = pruning.candidates(files)
    return set(pruning.keep_needed(found, read=frozenset(read), evidence=said, compiles=compiles))


def test_tests_stay_behind_with_their_data() -> None:
    assert going(TESTS) == set(TESTS[1:])


@pytest.mark.parametrize(
    "file", ["pkg/api.pyi", "pkg/py.typed", "pkg/include/api.h", "pkg/fast.pxd", "pkg/__pycache__/api.pyc"]
)
def test_what_only_developers_read_stays_behind(file: str) -> None:
    assert going([file]) == {file}


@pytest.mark.parametrize(
    "file",
    [
        "pkg/templates/tests/index.html",
        "pkg/static/test/__init__.py",
        "pkg/tests.py",
        "pkg/test/questions.json",
        "pkg/testing/__init__.py",
        "pkg/header.html",
        "pkg-1.0.dist-info/METADATA",
        "pkg-1.0.dist-info/licenses/LICENSE",
        "pkg-1.0.dist-info/entry_points.txt",
    ],
)
def test_what_an_app_may_show_or_import_travels(file: str) -> None:
    assert going([file, "pkg/__init__.py"]) == set()


def test_a_folder_of_tests_is_kept_whole_when_the_rehearsal_read_one_file_of_it() -> None:
    assert going(TESTS, read=["pkg/tests/data/large.csv"]) == set()


def test_a_stub_that_the_rehearsal_read_is_kept() -> None:
    assert going(["pkg/a.pyi", "pkg/b.pyi"], read=["pkg/a.pyi"]) == {"pkg/b.pyi"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pkg/__init__.py", "from pkg.tests import run"),
        ("pkg/__init__.py", "from .tests.helper import run"),
        ("pkg/__init__.py", "from . import core, tests"),
        ("pkg/sub/api.py", "from .. import (\n    core,\n    tests,\n)"),
        ("pkg/api.py", "import importlib\nimportlib.import_module('pkg.tests.helper')"),
        ("pkg/api.py", "import os\nhere = os.path.join(os.path.dirname(__file__), 'tests', 'data')"),
        ("pkg-1.0.dist-info/entry_points.txt", "[console_scripts]\ncheck = pkg.tests:main"),
        ("other/api.py", "from pkg import tests"),
    ],
)
def test_tests_that_code_imports_or_reads_are_kept(name: str, text: str, tmp_path: Path) -> None:
    assert going(TESTS, texts={name: text}, place=tmp_path) == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pkg/api.py", "# run the tests first\ndef test(tests): return tests\n"),
        ("pkg/api.py", "def f():\n    \'\'\'>>> os.path.join(here, 'tests', 'data')\'\'\'\n"),
        ("pkg/api.py", "# from pkg.tests import run\n"),
        ("pkg/api.py", "from pkg import testing, latest\nimport other.tests\n"),
        ("pkg/conftest.py", "import os\nhere = os.path.join(os.path.dirname(__file__), 'tests')\n"),
        ("pkg/_pytesttester.py", "run(['--ignore', os.path.join(here, 'tests')])"),
        ("pkg/sub/api.py", "import os\nhere = os.path.join(os.path.dirname(__file__), 'tests')\n"),
    ],
)
def test_words_examples_and_what_only_starts_tests_keep_nothing(name: str, text: str, tmp_path: Path) -> None:
    files = [*TESTS[:1], "pkg/other/tests/__init__.py"] if name == "pkg/sub/api.py" else TESTS
    assert going(files, texts={name: text}, place=tmp_path) == set(files[1:])


def test_a_path_that_code_puts_together_keeps_the_tests_near_it(tmp_path: Path) -> None:
    files = ["pkg/__init__.py", "pkg/tests/__init__.py", "pkg/a/tests/__init__.py", "pkg/b/tests/__init__.py"]
    text = "import os\nhere = os.path.join(os.path.dirname(__file__), 'tests')\n"
    assert going(files, texts={"pkg/a/api.py": text}, place=tmp_path) == {"pkg/b/tests/__init__.py"}
    unsure = "import os\nhere = os.path.join(place_of('pkg'), 'tests')\n"
    assert going(files, texts={"pkg/a/api.py": unsure}, place=tmp_path) == set()


def test_code_that_does_not_parse_keeps_all_that_it_might_mean(tmp_path: Path) -> None:
    assert going(TESTS, texts={"pkg/api.py": "print 'tests'"}, place=tmp_path) == set()


def test_stubs_that_code_reads_are_kept_and_marks_for_checkers_are_not(tmp_path: Path) -> None:
    texts = {"pkg/__init__.py": "import lazy_loader\nlazy_loader.attach_stub(__name__, __file__)"}
    assert going(["pkg/__init__.pyi", "pkg/py.typed"], texts=texts, place=tmp_path) == {"pkg/py.typed"}


def test_headers_are_kept_where_something_compiles_while_it_runs(tmp_path: Path) -> None:
    assert going(["pkg/kernel.h"], compiles=True) == set()
    texts = {"pkg/api.py": "source = open(here + '/kernel.h').read()"}
    assert going(["pkg/kernel.h"], texts=texts, place=tmp_path) == set()


def test_notes_of_installers_about_this_machine_stay_behind() -> None:
    notes = ["pkg-1.0.dist-info/direct_url.json", "__editable__.pkg-1.0.pth", "__editable___pkg_finder.py"]
    assert going([*notes, "pkg.pth"]) == set(notes)

"""The site layer: which distributions travel, why, and how they are laid."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import InterpreterError
from launcher.packager import site
from tests.conftest import WriteFiles
from tests.packager.conftest import Environment, MakePlan

WSGI = "def app(environ, start_response):\n    return []\n"


def whys(chosen: site.Site) -> dict[str, str]:
    return {part.distribution.key: part.why for part in chosen.parts}


def test_declared_imported_and_needed_distributions_travel_and_no_other(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan
) -> None:
    environment.install(
        "Declared", {"declared_module.py": ""}, requires=("needed>=1", "absent; extra == 'x'")
    )
    environment.install("needed", {"needed.py": ""})
    environment.install("imported-thing", {"imported/__init__.py": "", "imported/data.bin": "12345"})
    environment.install("pytest-like", {"pytest_like.py": ""})
    project = write_files(
        {"wsgi.py": f"import imported\n{WSGI}", "requirements.txt": "declared\nnot-installed-here\n"}
    )
    chosen = site.choose(make_plan(project, environment.python))
    assert whys(chosen) == {
        "declared": "declared in requirements.txt",
        "needed": "needed by another",
        "imported-thing": "imported in wsgi.py, line 1",
    }
    assert [(one.key, where.file) for one, where in chosen.undeclared] == [("imported-thing", "wsgi.py")]
    assert chosen.size >= 5


def test_what_the_rehearsal_saw_travels(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan
) -> None:
    environment.install("plugin", {"plugin/__init__.py": "", "plugin/inner.py": ""})
    made = make_plan(write_files({"wsgi.py": WSGI}), environment.python)
    assert whys(site.choose(made)) == {}
    seen = [str(environment.site / "plugin" / "inner.py"), "/usr/lib/python3/os.py"]
    assert whys(site.choose(made, seen)) == {"plugin": "imported while the app ran"}


def test_what_the_project_calls_unneeded_stays_behind_unless_it_is_asked_for_otherwise(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan
) -> None:
    environment.install("Heavy_One", {"heavy/__init__.py": ""})
    environment.install("light", {"light.py": ""})
    settings = '[tool.launcher.files]\nunneeded = ["Heavy_*"]\n'
    files = {"wsgi.py": f"import heavy, light\n{WSGI}", "pyproject.toml": settings}
    chosen = site.choose(make_plan(write_files(files), environment.python))
    assert whys(chosen) == {"light": "imported in wsgi.py, line 1"}
    assert [one.key for one, _ in chosen.undeclared] == ["light"]
    seen = [str(environment.site / "heavy" / "__init__.py")]
    made = make_plan(write_files(files), environment.python)
    assert whys(site.choose(made, seen))["heavy-one"] == "imported while the app ran"
    made = make_plan(write_files({**files, "requirements.txt": "heavy-one\n"}), environment.python)
    assert whys(site.choose(made))["heavy-one"] == "declared in requirements.txt"


def test_whose_command_the_app_started_travels(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan
) -> None:
    command = "[console_scripts]\noddtool = tool:main\n"
    environment.install("odd-tool", {"tool.py": "", "odd_tool-1.0.dist-info/entry_points.txt": command})
    made = make_plan(write_files({"wsgi.py": WSGI}), environment.python)
    assert whys(site.choose(made, commands=["other"])) == {}
    assert whys(site.choose(made, commands=["oddtool"])) == {"odd-tool": "the app started oddtool"}


def test_an_import_that_nothing_provides_is_missing_with_its_line_unless_it_is_optional(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan
) -> None:
    lines = "import os\nimport gone.away\ntry:\n    import perhaps\nexcept ImportError:\n    perhaps = None\n"
    chosen = site.choose(make_plan(write_files({"wsgi.py": lines + WSGI}), environment.python))
    assert [(one.module, one.file, one.line) for one in chosen.missing] == [("gone.away", "wsgi.py", 2)]


def test_a_needed_distribution_that_is_broken_is_refused_and_another_is_not(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan
) -> None:
    environment.install("used", {"used.py": ""}, record=("used_lost.py",))
    environment.install("unused", {"unused.py": ""}, record=("unused_lost.py",))
    project = write_files({"wsgi.py": WSGI})
    site.choose(make_plan(project, environment.python))
    (project / "wsgi.py").write_text(f"import used\n{WSGI}", encoding="utf-8")
    with pytest.raises(InterpreterError, match="used is damaged") as caught:
        site.choose(make_plan(project, environment.python))
    assert "used_lost.py" in caught.value.message
    assert "--force-reinstall used" in caught.value.todo


def test_installers_do_not_travel_because_something_looked_at_them(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan
) -> None:
    environment.install("setuptools", {"setuptools/__init__.py": ""})
    made = make_plan(write_files({"wsgi.py": WSGI}), environment.python)
    seen = [str(environment.site / "setuptools" / "__init__.py")]
    assert whys(site.choose(made, seen)) == {}


def test_distributions_are_laid_whole_side_by_side(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path
) -> None:
    environment.install("one", {"space/one.py": "1", "space/one.txt": "data", "one.pth": ""})
    environment.install("two", {"space/two.py": "2", "two-1.0.dist-info/entry_points.txt": "[x]\na = b\n"})
    made = make_plan(write_files({"wsgi.py": f"import space.one, space.two\n{WSGI}"}), environment.python)
    place = tmp_path / "site"
    site.lay(site.choose(made), place, made)
    laid = sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
    assert laid == [
        *("one-1.0.dist-info/METADATA", "one-1.0.dist-info/RECORD", "one.pth"),
        *("space/one.py", "space/one.txt", "space/two.py"),
        *("two-1.0.dist-info/METADATA", "two-1.0.dist-info/RECORD", "two-1.0.dist-info/entry_points.txt"),
    ]


@pytest.mark.skipif(host.WINDOWS, reason="commands lie elsewhere there")
def test_a_command_travels_and_does_not_name_the_python_of_this_machine(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path
) -> None:
    for name, content in (("tool", b"\x7fELF program"), ("script", b"#!/home/author/bin/python\n")):
        (environment.folder / "bin" / name).write_bytes(content)
    environment.install("tools", {"tools.py": ""}, record=("../../../bin/tool", "../../../bin/script"))
    made = make_plan(write_files({"wsgi.py": f"import tools\n{WSGI}"}), environment.python)
    site.lay(site.choose(made), tmp_path / "site", made)
    assert (tmp_path / "site" / "bin" / "tool").is_file()
    assert "/home/author" not in (tmp_path / "site" / "bin" / "script").read_text(encoding="utf-8")


def test_an_installed_app_itself_is_the_app_layer_and_only_its_needs_are_the_site(
    environment: Environment, tmp_path: Path, make_plan: MakePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.install("quiz", {"quiz/__init__.py": WSGI}, requires=("helper",))
    environment.install("helper", {"helper.py": ""})
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    chosen = site.choose(make_plan("quiz:app", environment.python))
    assert whys(chosen) == {"helper": "needed by another"}


def test_flask_comes_with_all_that_it_needs(write_files: WriteFiles, make_plan: MakePlan) -> None:
    project = write_files({"app.py": "from flask import Flask\napp = Flask(__name__)\n"})
    chosen = site.choose(make_plan(project, Path(sys.executable)))
    assert set(whys(chosen)) >= {
        "flask",
        "werkzeug",
        "jinja2",
        "markupsafe",
        "click",
        "itsdangerous",
        "blinker",
    }
    assert "pytest" not in whys(chosen)

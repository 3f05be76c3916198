"""The project's environment, when something is wrong with it, and when the project has one of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.corpus.environments import environment_for, python_of
from tests.end_to_end.builds import Builder, assert_failed_in_order, copy_project
from tests.end_to_end.frozen import Stranger, sealed

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="session")
def flask_environment(cache: Path) -> Path:
    """An environment with Flask in it, made once and kept."""
    return environment_for("flask", ["flask"], cache)


@pytest.fixture
def environment(flask_environment: Path, place: Path) -> Path:
    """A copy of it that a test may break; `pip` would make the same mess."""
    copy = place / "environment"
    shutil.copytree(flask_environment, copy, symlinks=True)
    return copy


@pytest.fixture
def project(samples: Path, place: Path) -> Path:
    return copy_project(samples / "unguarded_run", place / "project")


def site_of(environment: Path) -> Path:
    return next(iter(environment.glob("lib/python3*/site-packages")), environment / "Lib/site-packages")


def test_a_healthy_environment_builds(
    builder: Builder, project: Path, environment: Path, place: Path, stranger: Stranger
) -> None:
    program = builder.build(project, place / "dist", "--python", environment).program
    shutil.rmtree(environment)
    shutil.rmtree(project)
    with sealed(program.parent):
        assert "spider" in stranger.start(program).visit().ask("/").text


def delete_a_module(site: Path) -> None:
    (site / "jinja2" / "environment.py").unlink()


def delete_a_data_file(site: Path) -> None:
    (site / "flask" / "py.typed").unlink()


def truncate_the_metadata(site: Path) -> None:
    next(site.glob("flask-*.dist-info/METADATA")).write_bytes(b"\xff\xfeMeta")


def delete_the_metadata(site: Path) -> None:
    next(site.glob("flask-*.dist-info/METADATA")).unlink()


def delete_a_whole_package(site: Path) -> None:
    shutil.rmtree(site / "werkzeug")


@pytest.mark.parametrize(
    ("breaks", "name"),
    [
        (delete_a_module, "Jinja2"),
        (delete_a_data_file, "Flask"),
        (truncate_the_metadata, "Flask"),
        (delete_the_metadata, "Flask"),
        (delete_a_whole_package, "Werkzeug"),
    ],
)
def test_a_broken_distribution_is_named_with_the_way_to_mend_it(
    breaks: Callable[[Path], None],
    name: str,
    builder: Builder,
    project: Path,
    environment: Path,
    place: Path,
) -> None:
    breaks(site_of(environment))
    build = builder.build(project, place / "dist", "--python", python_of(environment))
    assert_failed_in_order(build, place / "dist", build.code)
    assert build.code in (3, 4)
    said = f"{build.error['message']} {build.error['todo']}".lower()
    assert name.lower() in said and "install" in said


def test_an_environment_without_flask_is_said_with_the_line_that_needs_it(
    builder: Builder, samples: Path, cache: Path, place: Path
) -> None:
    bare = environment_for("bare", ["blinker"], cache)
    project = copy_project(samples / "single_file", place / "project")
    build = builder.build(project, place / "dist", "--python", bare)
    assert_failed_in_order(build, place / "dist", 3)
    assert "'flask'" in build.error["message"] and "line 6 of app.py" in build.error["message"]


def test_an_environment_whose_python_is_gone_is_said(builder: Builder, project: Path, place: Path) -> None:
    environment = project / ".venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text("home = /nowhere\n", encoding="utf-8")
    (environment / "bin" / "python").symlink_to("/nowhere/python3")
    build = builder.build(project, place / "dist")
    assert_failed_in_order(build, place / "dist", 4)
    assert str(environment) in build.error["message"]


def test_the_project_s_own_environment_is_used_without_being_asked_for_and_stays_at_home(
    builder: Builder, project: Path, environment: Path, place: Path
) -> None:
    environment.rename(project / ".venv")
    site = site_of(project / ".venv")
    (site / "only_here.py").write_text("ANSWER = 42\n", encoding="utf-8")
    build = builder.build(project, place / "dist")
    facts = {event["title"]: event["detail"] for event in build.events if event["event"] == "fact"}
    assert str(project / ".venv") in facts["Python"]
    assert not (build.program.parent / "layers" / "app" / ".venv").exists()


def test_what_develops_does_not_travel(
    builder: Builder, project: Path, environment: Path, place: Path
) -> None:
    (site_of(environment) / "pytest_like-1.0.dist-info").mkdir()
    info = site_of(environment) / "pytest_like-1.0.dist-info"
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pytest-like\nVersion: 1.0\n")
    (info / "RECORD").write_text("pytest_like.py,,\npytest_like-1.0.dist-info/METADATA,,\n")
    (site_of(environment) / "pytest_like.py").write_text("")
    build = builder.build(project, place / "dist", "--python", environment, "--no-verify")
    site = build.program.parent / "layers" / "site"
    assert (site / "flask").is_dir()
    assert not list(site.glob("pytest_like*"))

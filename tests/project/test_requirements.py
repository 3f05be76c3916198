"""What a project declares is read from the file in which its author wrote it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from launcher import host
from launcher.errors import ConfigError
from launcher.project.requirements import requirements

Write = Callable[[Mapping[str, str]], Path]


def names(folder: Path) -> list[str]:
    """Return the declared names in their order."""
    return [one.name for one in requirements(folder)]


def test_project_that_declares_nothing(project: Write) -> None:
    assert requirements(project({})) == ()


def test_pyproject_dependencies(project: Write) -> None:
    text = '[project]\ndependencies = ["Flask[async]>=3", "Flask_SQLAlchemy ~= 3.1", 3]\n'
    found = requirements(project({"pyproject.toml": text}))
    assert [(one.name, one.extras, one.root) for one in found] == [
        ("flask", ("async",), "flask[async]"),
        ("flask-sqlalchemy", (), "flask-sqlalchemy"),
    ]
    assert {one.file for one in found} == {"pyproject.toml"}


def test_requirements_file_with_all_that_pip_allows(project: Write) -> None:
    text = """
# a comment
Flask==3.1.0 \\
    --hash=sha256:abc \\
    --hash=sha256:def
requests>=2 ; python_version < "3"  # another
Pillow;sys_platform=="win32"
-r more/extra.txt
-c constraints.txt
--index-url https://example.org/simple
-e git+https://example.org/team/tool.git@main#egg=Team_Tool
-e .
./vendored
https://example.org/files/wheel_pkg-1.0-py3-none-any.whl
git+https://example.org/team/other.git
named @ https://example.org/x.zip
"""
    folder = project(
        {
            "requirements.txt": text,
            "more/extra.txt": "-r ../requirements.txt\n-r /etc/passwd\n-r ../../x.txt\nrich\n",
            "constraints.txt": "urllib3<2",
        }
    )
    found = requirements(folder)
    assert [one.name for one in found] == [
        "flask",
        "requests",
        "pillow",
        "rich",
        "team-tool",
        "wheel-pkg",
        "other",
        "named",
    ]
    places = {one.name: (one.file, one.line) for one in found}
    assert places["flask"] == ("requirements.txt", 3)
    assert places["requests"] == ("requirements.txt", 6)
    assert places["rich"] == ("more/extra.txt", 4)


def test_markers_are_those_of_the_projects_interpreter(project: Write) -> None:
    text = (
        'a ; python_version < "3.11"\nb ; python_version >= "3.11"\nc ; sys_platform == "win32"\n'
    )
    folder = project({"requirements.txt": text})
    windows = {"python_version": "3.10", "python_full_version": "3.10.4", "sys_platform": "win32"}
    assert [one.name for one in requirements(folder, markers=windows)] == ["a", "c"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_file_that_powershell_wrote_is_read(project: Write, encoding: str) -> None:
    folder = project({})
    (folder / "requirements.txt").write_bytes("flask\r\nrich # größer\r\n".encode(encoding))
    assert names(folder) == ["flask", "rich"]


def test_other_tools_files(project: Write) -> None:
    poetry = """
[tool.poetry.dependencies]
python = "^3.10"
Flask = "^3"
rich = { version = "*", optional = true }
celery = { version = "^5", extras = ["redis"] }
"""
    pipfile = '[packages]\nbottle = "*"\n[dev-packages]\npytest = "*"\n'
    setup = "[options]\ninstall_requires =\n    waitress\n    # no\n    Jinja2>=3\n"
    folder = project({"pyproject.toml": poetry, "Pipfile": pipfile, "setup.cfg": setup})
    assert names(folder) == ["flask", "celery", "waitress", "jinja2", "bottle"]


def test_files_that_are_broken_declare_nothing(project: Write) -> None:
    folder = project(
        {"Pipfile": "not [ toml", "setup.cfg": "no section", "requirements.txt": "%%\n"}
    )
    assert names(folder) == []


@pytest.mark.parametrize(
    "line",
    [
        "-r requirements.txt",
        "-r ./requirements.txt",
        "-r /etc/passwd",
        "-r ../../../../../../etc/passwd",
        "-r a\0b.txt",
        "-r " + "a" * 300,
        "-r .",
        "-c /etc/passwd",
        "flask; " + "(" * 20_000 + "os_name == 'a'" + ")" * 20_000,
        "a" + " " * 50_000 + "b",
        "[" * 50_000,
    ],
)
def test_a_line_that_leads_nowhere_or_round_is_passed_over(project: Write, line: str) -> None:
    found = names(project({"requirements.txt": f"{line}\nwaitress\n"}))
    assert found[-1] == "waitress" and set(found) <= {"flask", "a", "waitress"}


@pytest.mark.skipif(host.WINDOWS, reason="links need rights there")
def test_a_list_behind_a_link_in_a_ring_or_out_of_the_project_is_passed_over(project: Write) -> None:
    folder = project({"requirements.txt": "-r ring.txt\n-r out.txt\n-r pipe.txt\nwaitress\n"})
    (folder / "ring.txt").symlink_to("ring.txt")
    (folder / "out.txt").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.txt")
    assert names(folder) == ["waitress"]


def test_lists_without_end_are_refused_by_name(project: Write) -> None:
    chain = {f"r{number}.txt": f"-r r{number + 1}.txt\n" for number in range(3000)}
    with pytest.raises(ConfigError, match=r"r\d+\.txt: more than 100 lists"):
        requirements(project({"requirements.txt": "-r r0.txt", **chain}))


@pytest.mark.parametrize("name", ["requirements.txt", "setup.cfg"])
def test_a_list_of_many_megabytes_is_refused_by_name(project: Write, name: str) -> None:
    folder = project({})
    with (folder / name).open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(ConfigError, match=r"is 50\.0 MB large"):
        requirements(folder)

"""The page for friends of real builds: of this machine's today and another system's tomorrow."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from launcher import host
from launcher.packager.handout import Release
from tests.end_to_end.builds import Build, Builder, copy_project
from tests.end_to_end.frozen import Stranger
from tests.exporting.test_github import run_step, step, write
from tests.packager.handout.made import lay
from tests.packager.handout.test_shown import LINUX, WINDOWS, Visitor, browser
from tests.support.programs import environment

__all__ = ["browser"]

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not host.LINUX, reason="builds for Linux, and another system from there"),
]
SETTINGS = """
[tool.launcher]
name = "Notes & Co"
version = "1.2"
publisher = "Ada Byron"
webview = "browser"
"""


@pytest.fixture
def project(samples: Path, place: Path) -> Path:
    """A project whose name has a sign in it that pages and addresses treat in their own ways."""
    copied = copy_project(samples / "single_file", place / "notes")
    (copied / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    return copied


@pytest.fixture
def built(builder: Builder, project: Path, place: Path) -> Build:
    """A build of this machine with something to send."""
    return builder.build(project, place / "dist", "--format", "tar.gz")


def test_a_build_leaves_a_page_and_sums_beside_what_there_is_to_send(
    built: Build, place: Path, browser: object
) -> None:
    page = Path(built.last["handout"])
    assert page == place / "dist" / "index.html"
    assert built.last["sums"] == [str(place / "dist" / "SHA256SUMS")]
    sums = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=page.parent, capture_output=True, text=True
    )
    (packed,) = [Path(one["path"]) for one in built.last["artifacts"] if one["format"] == "tar.gz"]
    assert sums.returncode == 0 and sums.stdout.strip() == f"{packed.name}: OK"
    visitor = Visitor(browser, page.as_uri(), LINUX)  # type: ignore[arg-type]
    assert visitor.tab.run("document.querySelector('h1').textContent") == "Notes & Co"
    assert visitor.tab.run("document.querySelector('#chosen .get').download") == packed.name
    text = visitor.sees()
    assert "from Ada Byron" in text and "Version 1.2" in text
    assert "Experimental" not in text, "it was started here"


def test_what_another_system_built_into_the_same_folder_is_on_the_same_page(
    built: Build, builder: Builder, project: Path, place: Path, browser: object
) -> None:
    dist = place / "dist"
    lay(dist, "windows-x86_64", ".zip", release=Release("Notes & Co", "1.2"), tried=False)
    lay(dist, "windows-x86_64", ".zip", release=Release("Notes & Co", "1.1"), tried=False)
    again = builder.build(project, dist)  # a folder alone: what the other system built is still there
    visitor = Visitor(browser, Path(again.last["handout"]).as_uri(), WINDOWS)  # type: ignore[arg-type]
    # The archive of this machine is of a build before the last one.
    assert visitor.tab.run("document.querySelectorAll('.get').length") == 1
    assert visitor.tab.run("document.querySelector('#chosen .get').download").endswith("-windows-x86_64.zip")
    assert "Experimental" in visitor.sees()


def test_a_build_of_a_folder_alone_leaves_no_page(builder: Builder, project: Path, place: Path) -> None:
    built = builder.build(project, place / "dist")
    assert built.last["handout"] is None and built.last["sums"] == []
    assert not [name for name in os.listdir(place / "dist") if name.endswith((".html", "SUMS"))]
    assert "handout" not in built.seconds()


def test_two_builds_leave_the_same_page(built: Build, builder: Builder, project: Path, place: Path) -> None:
    again = builder.build(project, place / "other", "--format", "tar.gz")
    pages = [Path(one.last["handout"]) for one in (built, again)]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_the_command_makes_it_anew_and_says_what_was_changed_since(built: Build, project: Path) -> None:
    dist = Path(built.last["handout"]).parent
    (packed,) = dist.glob("*.tar.gz")
    packed.write_bytes(packed.read_bytes() + b"\0")
    ended = subprocess.run(
        [sys.executable, "-m", "launcher", "handout", str(project), "--output", str(dist), "--json"],
        capture_output=True,
        text=True,
        env=environment(PYTHONPATH=str(Path(__file__).parents[2])),
    )
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert said["page"] == built.last["handout"]
    assert said["files"][0]["sha256"] == hashlib.sha256(packed.read_bytes()).hexdigest()
    assert [one["title"] for one in said["warnings"]] == [f"{packed.name} is not as its build left it"]


def test_the_workflow_s_steps_unpack_and_start_what_was_built(
    built: Build, project: Path, place: Path, stranger: Stranger
) -> None:
    """As on a machine of GitHub's: by its own words, and what one step exports is there for the next."""
    workflow = yaml.safe_load(write(project).place.read_text(encoding="utf-8"))
    temporary, exported = place / "runner", place / "exported"
    temporary.mkdir()
    environ = {"RUNNER_TEMP": str(temporary), "GITHUB_ENV": str(exported), "LAUNCHER_HEADLESS": "1"}
    for name in (
        "See that it was proven",
        "Unpack it as a friend's Linux does",
        "Start it where nothing can be written, and ask for its first page",
    ):
        more = exported.read_text().splitlines() if exported.exists() else []
        told = {**environ, **dict(line.split("=", 1) for line in more)}
        ended = run_step(step(workflow, name)["run"], place, told)
        assert ended.returncode == 0, (name, ended.stdout, ended.stderr)
    assert "<title>Notes</title>" in (temporary / "page").read_text(encoding="utf-8")

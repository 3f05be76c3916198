"""The page for friends of real builds: another system's of yesterday, and this machine's of today."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from launcher import host
from launcher.packager.handout import Release
from tests.attacks.chromium import Chromium
from tests.end_to_end.builds import Build, Builder, copy_project
from tests.end_to_end.conftest import SAMPLES
from tests.end_to_end.frozen import open_folder
from tests.exporting.test_github import run_step, step, write
from tests.packager.handout.made import lay
from tests.packager.handout.test_shown import LINUX, WINDOWS, Visitor, browser
from tests.support.programs import environment

__all__ = ["browser"]

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not host.LINUX, reason="builds for Linux"),
]
# The name has a sign in it that pages and addresses treat in their own ways.
NOTES = Release("Notes & Co", "1.2")
SETTINGS = """
[tool.launcher]
name = "Notes & Co"
version = "1.2"
publisher = "Ada Byron"
webview = "browser"
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that every user may look into, with a project in it."""
    with open_folder() as folder:
        copied = copy_project(SAMPLES / "single_file", folder / "notes")
        (copied / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
        yield folder


@pytest.fixture(scope="module")
def built(builder: Builder, place: Path) -> Build:
    """A build of this machine, where a build for Windows lies already, and one of an older version."""
    dist = place / "dist"
    lay(dist, "windows-x86_64", ".zip", release=NOTES, tried=False)
    lay(dist, "windows-x86_64", ".zip", release=Release("Notes & Co", "1.1"), tried=False)
    return builder.build(place / "notes", dist, "--format", "tar.gz")


def test_a_build_leaves_a_page_and_sums_beside_what_there_is_to_send(
    built: Build, place: Path, browser: Chromium
) -> None:
    page = Path(built.last["handout"])
    assert page == place / "dist" / "index.html"
    assert built.last["sums"] == [str(place / "dist" / "SHA256SUMS")]
    sums = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=page.parent, capture_output=True, text=True
    )
    (packed,) = [Path(one["path"]) for one in built.last["artifacts"] if one["format"] == "tar.gz"]
    assert sums.returncode == 0 and sums.stdout.count(": OK") == 2 and f"{packed.name}: OK" in sums.stdout
    visitor = Visitor(browser, page.as_uri(), LINUX)
    assert visitor.tab.run("document.querySelector('h1').textContent") == "Notes & Co"
    assert visitor.tab.run("document.querySelector('#chosen .get').download") == packed.name
    text = visitor.sees()
    assert "from Ada Byron" in text and "Version 1.2" in text
    assert "Experimental" not in text.partition("Other files")[0], "it was started here"


def test_what_another_system_built_into_the_same_folder_is_on_the_same_page(
    built: Build, browser: Chromium
) -> None:
    visitor = Visitor(browser, Path(built.last["handout"]).as_uri(), WINDOWS)
    assert visitor.tab.run("document.querySelectorAll('.get').length") == 2
    assert visitor.tab.run("document.querySelector('#chosen .get').download").endswith("-windows-x86_64.zip")
    assert "Experimental" in visitor.sees()


def test_a_build_of_a_folder_alone_leaves_no_page(builder: Builder, place: Path) -> None:
    built = builder.build(place / "notes", place / "folder alone")
    assert built.last["handout"] is None and built.last["sums"] == []
    left = os.listdir(place / "folder alone")
    assert not [name for name in left if name.endswith((".html", "SUMS"))]
    assert "handout" not in built.seconds()


def test_the_command_makes_it_anew_and_says_what_was_changed_since(built: Build, place: Path) -> None:
    dist = place / "again"
    names = ("*.tar.gz", "*.report.json")
    dist.mkdir()
    for found in (path for name in names for path in (place / "dist").glob(name)):
        shutil.copy(found, dist)
    (packed,) = dist.glob("*.tar.gz")
    packed.write_bytes(packed.read_bytes() + b"\0")
    ended = subprocess.run(
        [sys.executable, "-m", "launcher", "handout", str(place / "notes"), "--output", str(dist), "--json"],
        capture_output=True,
        text=True,
        env=environment(PYTHONPATH=str(Path(__file__).parents[2])),
    )
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert said["page"] == str(dist / "index.html") and (dist / "SHA256SUMS").is_file()
    assert said["files"][0]["sha256"] == hashlib.sha256(packed.read_bytes()).hexdigest()
    assert [one["title"] for one in said["warnings"]] == [f"{packed.name} is not as its build left it"]


def test_the_workflow_s_steps_unpack_and_start_what_was_built(built: Build, place: Path) -> None:
    """As on a machine of GitHub's: by its own words, and what one step exports is there for the next."""
    workflow = yaml.safe_load(write(place / "notes").place.read_text(encoding="utf-8"))
    runner = place / "runner"
    (runner / "dist").mkdir(parents=True)
    for name in ("*.tar.gz", f"*{host.tag()}.report.json"):
        for found in (place / "dist").glob(name):
            shutil.copy(found, runner / "dist")
    exported = runner / "exported"
    environ = {"RUNNER_TEMP": str(runner), "GITHUB_ENV": str(exported), "LAUNCHER_HEADLESS": "1"}
    for name in (
        "See that it was proven",
        "Unpack it as a friend's Linux does",
        "Start it where nothing can be written, and ask for its first page",
    ):
        more = exported.read_text().splitlines() if exported.exists() else []
        told = {**environ, **dict(line.split("=", 1) for line in more)}
        ended = run_step(step(workflow, name)["run"], runner, told)
        assert ended.returncode == 0, (name, ended.stdout, ended.stderr)
    assert "<title>Notes</title>" in (runner / "page").read_text(encoding="utf-8")

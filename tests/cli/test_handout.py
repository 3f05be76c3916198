"""`launcher handout` as people type it, where it cannot know what is meant."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from launcher.packager.handout import Release
from tests.packager.handout.made import QUIZ, lay
from tests.support.programs import environment

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "dist").mkdir()
    return tmp_path / "dist"


def handout(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "launcher", "handout", str(project), *words]
    environ = environment(PYTHONPATH=str(ROOT))
    return subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True)


def test_a_folder_without_reports_is_told_how_to_get_them(dist: Path) -> None:
    ended = handout(dist.parent)
    assert ended.returncode == 5
    assert "no artifact with its report" in ended.stderr and "launcher build" in ended.stderr
    assert list(dist.iterdir()) == []


def test_of_several_programs_the_project_says_which_one_it_is(dist: Path) -> None:
    for release in (QUIZ, Release("Shop", "1.0"), Release("Shop", "1.1")):
        lay(dist, "linux-x86_64", ".deb", release=release)
    ended = handout(dist.parent)
    assert ended.returncode == 5 and "Quiz Night 1.4.0, Shop 1.0, Shop 1.1" in ended.stderr
    settings = dist.parent / "pyproject.toml"
    settings.write_text('[tool.launcher]\nname = "Shop"\n')
    assert handout(dist.parent).returncode == 5
    settings.write_text('[tool.launcher]\nname = "Shop"\nversion = "1.1"\n')
    ended = handout(dist.parent)
    assert ended.returncode == 0, ended.stderr
    assert "Shop-1.1-linux-x86_64.deb" in ended.stdout
    assert "Shop-1.1-linux-x86_64.deb" in (dist / "index.html").read_text(encoding="utf-8")


def test_an_address_is_one_of_the_web(dist: Path) -> None:
    lay(dist, "linux-x86_64", ".deb")
    ended = handout(dist.parent, "--at", "javascript:alert(1)")
    assert ended.returncode == 2 and "is no address" in ended.stderr
    assert handout(dist.parent, "--at", "https://example.org/quiz").returncode == 0
    page = (dist / "index.html").read_text(encoding="utf-8")
    assert 'href="https://example.org/quiz/Quiz%20Night-1.4.0-linux-x86_64.deb"' in page
    assert 'href="https://example.org/quiz/SHA256SUMS"' in page

"""The versions that an export is installed with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from launcher.errors import LauncherError
from launcher.exporting import pinning
from launcher.exporting.pinning import Pins
from launcher.packager import plan, site
from tests.packager.conftest import Environment

APP = "import lib\ndef app(environ, start):\n    return []\n"
DIGEST = "0" * 64


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment with one distribution in it."""
    made = Environment(tmp_path / "environment")
    made.install("lib", {"lib.py": ""}, version="1.5")
    return made


def pinned(environment: Environment, root: Path, server: str = "waitress") -> Pins:
    root.mkdir(exist_ok=True)
    (root / "wsgi.py").write_text(APP, encoding="utf-8")
    made = plan.make(plan.Options(project=str(root), python=environment.python))
    return pinning.pin(site.choose(made), server, root)


@pytest.mark.parametrize("server", ["waitress", "gunicorn", "uwsgi"])
def test_versions_are_those_of_the_environment_and_the_server_comes_along(
    environment: Environment, tmp_path: Path, server: str
) -> None:
    found = pinned(environment, tmp_path / "project", server)
    names = [line.partition("==")[0] for line in found.lines]
    assert "lib==1.5" in found.lines and {"lib", "waitress", pinning.SERVERS[server]} <= set(names)
    assert all("==" in line for line in found.lines) and not found.has_hashes


def test_projects_own_server_stays_the_projects(environment: Environment, tmp_path: Path) -> None:
    environment.install("waitress", {"waitress/__init__.py": ""}, version="2.9")
    (tmp_path / "project").mkdir()
    (tmp_path / "project/requirements.txt").write_text("waitress\n", encoding="utf-8")
    assert "waitress==2.9" in pinned(environment, tmp_path / "project").lines


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("requirements.txt", f"lib==1.5 \\\n    --hash=sha256:{DIGEST}\n"),
        ("requirements-lock.txt", f"Lib[fast]==1.5 ; python_version > '3' --hash=sha256:{DIGEST}\n"),
        (
            "uv.lock",
            f'[[package]]\nname = "lib"\nversion = "1.5"\nwheels = [{{ hash = "sha256:{DIGEST}" }}]\n',
        ),
        (
            "poetry.lock",
            f'[[package]]\nname = "lib"\nversion = "1.5"\nfiles = [{{ hash = "sha256:{DIGEST}" }}]\n',
        ),
        (
            "pylock.toml",
            '[[packages]]\nname = "lib"\nversion = "1.5"\n'
            f'wheels = [{{ hashes = {{ sha256 = "{DIGEST}" }} }}]\n',
        ),
    ],
)
def test_hashes_of_a_lock_are_taken_over(
    environment: Environment, tmp_path: Path, file: str, text: str
) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / file).write_text(text, encoding="utf-8")
    found = pinned(environment, tmp_path / "project")
    assert found.has_hashes and f"lib==1.5 \\\n    --hash=sha256:{DIGEST}" in found.lines


def test_hashes_of_another_version_are_not(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    text = f"lib==1.4 --hash=sha256:{DIGEST}\n"
    (tmp_path / "project/requirements.txt").write_text(text, encoding="utf-8")
    found = pinned(environment, tmp_path / "project")
    assert not found.has_hashes and "--hash" not in found.text


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (
            {"url": "https://example.org/lib.git", "vcs_info": {"vcs": "git", "commit_id": "abc123"}},
            "lib @ git+https://example.org/lib.git@abc123",
        ),
        ({"url": "https://example.org/lib-1.5.whl", "archive_info": {}}, "lib @ https://example.org/lib-1.5.whl"),
        ({"url": "file:///home/me/lib", "dir_info": {}}, ""),
        ({"url": "https://me:password@example.org/lib.whl"}, ""),
        ({"url": "https://example.org/a\n--index-url=evil"}, ""),
    ],
)
def test_distribution_from_elsewhere_is_named_by_its_address(
    environment: Environment, tmp_path: Path, told: dict[str, object], line: str
) -> None:
    place = environment.site / "lib-1.5.dist-info" / "direct_url.json"
    place.write_text(json.dumps(told), encoding="utf-8")
    found = pinned(environment, tmp_path / "project")
    assert (line in found.lines) if line else found.loose == ("lib 1.5",)
    assert "password" not in found.text and "evil" not in found.text


def test_packages_of_the_system_are_named(environment: Environment, tmp_path: Path) -> None:
    environment.install("psycopg2", {"psycopg2/__init__.py": ""})
    (tmp_path / "project").mkdir()
    (tmp_path / "project/requirements.txt").write_text("psycopg2\n", encoding="utf-8")
    found = pinned(environment, tmp_path / "project")
    assert "libpq-dev" in found.build and found.run == ("libpq5",)


def test_unknown_server_is_told(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="No version of nobody"):
        pinning._ours("nobody", {})

"""The indexes of the user's installers are asked, and stand nowhere but in uv's environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launcher import host
from launcher.packager.across import indexes
from tests.packager.installed import Installed, plan_of, project_of

APP = "def app(environ, start_response):\n    return []\n"


def told(
    tmp_path: Path, environ: dict[str, str], requirements: str = "", pip: str = "", **more: str
) -> dict[str, str]:
    files = {"wsgi.py": APP, "requirements.txt": requirements, **more}
    project = project_of(tmp_path / "project", files)
    installed = Installed(tmp_path / "environment")
    (installed.folder / ("pip.ini" if host.WINDOWS else "pip.conf")).write_text(pip, encoding="utf-8")
    return indexes.settings(project, plan_of(project, installed).interpreter, environ)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A home without settings, whatever this machine's own has."""
    for name in ("HOME", "USERPROFILE", "APPDATA", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "ProgramData"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr(indexes, "ETC", tmp_path / "home")
    return {"XDG_CONFIG_DIRS": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path / "home")}


def test_without_settings_nothing_is_told(tmp_path: Path, home: dict[str, str]) -> None:
    assert told(tmp_path, home) == {}


def test_pip_s_settings_are_told_in_uv_s_words(tmp_path: Path, home: dict[str, str]) -> None:
    pip = "[global]\nindex-url = https://example.org/simple\ncert = /c\n[install]\nfind-links = /a\n  /b\n"
    assert told(tmp_path, home, pip=pip) == {
        "SSL_CERT_FILE": "/c",
        "UV_DEFAULT_INDEX": "https://example.org/simple",
        "UV_FIND_LINKS": "/a,/b",
    }


def test_pip_can_be_told_to_have_no_settings(tmp_path: Path, home: dict[str, str]) -> None:
    pip = "[global]\nindex-url = https://example.org/simple\n"
    assert told(tmp_path, {**home, "PIP_CONFIG_FILE": os.devnull}, pip=pip) == {}


def test_pip_s_variables_count_more_than_its_files(tmp_path: Path, home: dict[str, str]) -> None:
    environ = {**home, "PIP_INDEX_URL": "https://example.org/b"}
    pip = "[global]\nindex-url = https://example.org/a\n"
    assert told(tmp_path, environ, pip=pip) == {"UV_DEFAULT_INDEX": "https://example.org/b"}


def test_a_list_of_requirements_adds_its_own_with_secrets_of_the_environment(
    tmp_path: Path, home: dict[str, str]
) -> None:
    environ = {**home, "PIP_EXTRA_INDEX_URL": "https://example.org/a", "TOKEN": "secret"}
    requirements = "--extra-index-url https://me:${TOKEN}@example.org/b\nflask\n-f wheels\n"
    assert told(tmp_path, environ, requirements) == {
        "UV_INDEX": "https://example.org/a https://me:secret@example.org/b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "wheels",
    }


def test_indexes_of_uv_s_settings_are_told_and_nothing_else_of_them(
    tmp_path: Path, home: dict[str, str]
) -> None:
    table = (
        '[tool.uv]\nrequired-version = "==0.1"\nfind-links = ["wheels"]\n'
        '[[tool.uv.index]]\nname = "house"\nurl = "https://example.org/a"\n'
        '[[tool.uv.index]]\nurl = "https://example.org/b"\ndefault = true\n'
    )
    assert told(tmp_path, home, **{"pyproject.toml": table}) == {
        "UV_INDEX": "house=https://example.org/a",
        "UV_DEFAULT_INDEX": "https://example.org/b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "wheels",
    }
    assert told(tmp_path, home, **{"uv.toml": 'index-url = "https://example.org/c"\n'}) == {
        "UV_DEFAULT_INDEX": "https://example.org/c"
    }


@pytest.mark.parametrize("table", ["[tool.uv]\nindex = 1", "[tool]\nuv = 2", '[tool.uv]\nindex = ["x"]'])
def test_settings_that_are_none_are_passed_over(table: str, tmp_path: Path, home: dict[str, str]) -> None:
    assert told(tmp_path, home, **{"pyproject.toml": table}) == {}


def test_who_has_told_uv_is_not_overruled(tmp_path: Path, home: dict[str, str]) -> None:
    environ = {**home, "UV_INDEX_URL": "https://example.org/a", "PIP_INDEX_URL": "https://example.org/b"}
    assert told(tmp_path, environ) == {}

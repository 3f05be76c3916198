"""Programs for Windows, whole: what other people wrote, visited under Wine, and what a missing part does."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from launcher.errors import BuildError
from launcher.packager import audit
from launcher.packager.platforms import WINDOWS, Platform
from tests.corpus import abroad, cases, trial
from tests.corpus.environments import environment_for, python_of
from tests.end_to_end.builds import Builder
from tests.support.wine import Windows, fit, is_there

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux", reason="built across from Linux"),
]
PLATFORM = Platform(WINDOWS, "x86_64")
CORPUS = cases.read()
WITHOUT_WHEELS = {"isso": "misaka"}  # applications, and what they need that is sources in C alone


@pytest.mark.skipif(not is_there(), reason="Wine is not on this machine")
@pytest.mark.parametrize("name", sorted(set(CORPUS) - set(WITHOUT_WHEELS)))
def test_an_application_is_laid_for_windows_and_does_what_its_visitor_expects(name: str, cache: Path) -> None:
    tried = abroad.attempt(CORPUS[name], trial.Terms(cache), PLATFORM)
    assert tried.is_laid, tried
    assert tried.works, tried


@pytest.mark.parametrize("name", WITHOUT_WHEELS)
def test_an_application_that_needs_a_compiler_there_is_refused_by_its_name(name: str, cache: Path) -> None:
    tried = abroad.attempt(CORPUS[name], trial.Terms(cache), PLATFORM)
    assert not tried.is_laid
    assert f"{WITHOUT_WHEELS[name]} " in tried.outcome.error
    assert "no version has a wheel for it" in tried.outcome.error


@pytest.fixture(scope="module")
def built(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a program for Windows with libraries in C and in Rust, and its report beside it."""
    place = tmp_path_factory.mktemp("abroad")
    project = place / "Shop"
    project.mkdir()
    (project / "app.py").write_text(
        "from cryptography.fernet import Fernet\nfrom flask import Flask\n\napp = Flask(__name__)\n",
        encoding="utf-8",
    )
    (project / "requirements.txt").write_text("flask\ncryptography\n", encoding="utf-8")
    environment = environment_for("abroad", ("flask", "cryptography"), cache)
    builder = Builder(cache, python_of(environment))
    build = builder.build(project, place / "out", "--target", PLATFORM.tag)
    return build.program.parent


def test_a_whole_program_lacks_nothing_and_the_report_says_what_it_asks_for(built: Path) -> None:
    (report,) = built.parent.parent.glob("*.report.json")
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["audit"]["lacking"] == {}
    assert told["audit"]["floor"] == "Windows 10"
    assert {"kernel32.dll", "bcryptprimitives.dll"} <= told["audit"]["system"].keys()
    assert told["verification"]["done"] is False


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("python3.dll", "warning"),  # what asks for it is a distribution
        ("vcruntime140.dll", "error"),  # Python itself does
        ("libcrypto-3.dll", "error"),
    ],
)
def test_a_program_without_a_library_is_found_out(
    taken: str, expected: str, built: Path, tmp_path: Path
) -> None:
    shutil.copytree(built, tmp_path / "Shop")
    (found,) = [path for path in (tmp_path / "Shop").rglob("*") if path.name.lower() == taken]
    found.unlink()
    if expected == "error":
        with pytest.raises(BuildError, match="would not work"):
            audit.look(tmp_path / "Shop", PLATFORM)
        return
    lacking = audit.look(tmp_path / "Shop", PLATFORM).lacking
    assert list(lacking) == [taken]
    assert lacking[taken].startswith("layers/site/cryptography/")


def test_commands_of_distributions_start_the_program(built: Path, wine: Windows) -> None:
    folder = wine.drive / "Program Files" / "Müller" / "Shop"
    shutil.copytree(built, folder)
    fit(folder)
    command = wine.path_of(folder / "layers" / "site" / "bin" / "flask.cmd")
    code, said = wine.run("cmd", "/c", command, "--version")
    assert (code, said.count("Flask 3.")) == (0, 1), said

"""The workflow for GitHub: its schema takes it, shells read its steps, and nothing foreign is replaced."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from launcher import __version__
from launcher.errors import BuildError, UsageError
from launcher.exporting import github
from launcher.packager import formats, plan
from tests.packager.handout.made import EVERYTHING, QUIZ, lay

APP = "from flask import Flask\napp = Flask(__name__)\n"
SIGNED = """
[tool.launcher.sign.windows]
certificate = "secret/ours.pfx"
password-env = "SIGNING_PASSWORD"
[tool.launcher.sign.macos]
identity = "Developer ID Application: Ada"
notary-profile = "ada's"
[tool.launcher.sign.sums]
key = "ada@example.org"
"""
SECRETS = (
    *("APPLE_APP_PASSWORD", "APPLE_ID", "APPLE_TEAM_ID", "LAUNCHER_CERTIFICATE", "LAUNCHER_SIGNING_KEY"),
    *("MACOS_CERTIFICATE", "MACOS_CERTIFICATE_PASSWORD", "SIGNING_PASSWORD"),
)


def project(place: Path, **files: str) -> Path:
    """Write a project with an app and what else there is to be in it."""
    place.mkdir(parents=True)
    for name, text in {"app.py": APP, "requirements.txt": "flask>=3\n", **files}.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


def write(root: Path, directory: Path | None = None) -> github.Workflow:
    return github.write(plan.Options(project=str(root), python=Path(sys.executable)), directory)


def read(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))
    return found


def steps_of(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def step(workflow: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in steps_of(workflow) if one.get("name") == name]
    return found


def run_step(script: str, cwd: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does: its shell, and what it exports to later ones in a file."""
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=cwd, env={**os.environ, **environ}, capture_output=True, text=True)


@pytest.mark.parametrize("settings", ["", SIGNED], ids=["plain", "signed"])
def test_github_s_own_schema_takes_it_and_every_shell_reads_its_steps(tmp_path: Path, settings: str) -> None:
    root = project(tmp_path / "quiz", **({"pyproject.toml": settings} if settings else {}))
    written = write(root)
    assert written.place == root / ".github" / "workflows" / "launcher.yml"
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [checker, "--builtin-schema", "vendor.github-workflows", written.place]
    checked = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for one in steps_of(read(written.place)):
        if "run" in one and one.get("shell") != "pwsh":
            said = subprocess.run(["bash", "-n"], input=one["run"], capture_output=True, text=True)
            assert said.returncode == 0, (one, said.stderr)
        elif "run" in one:
            assert one["run"].count("{") == one["run"].count("}") and "$LASTEXITCODE" in one["run"]
    assert written.secrets == (SECRETS if settings else ())


def test_every_system_builds_for_itself_what_it_can_hand_over(tmp_path: Path) -> None:
    workflow = read(write(project(tmp_path / "quiz")).place)
    include = workflow["jobs"]["build"]["strategy"]["matrix"]["include"]
    assert [one["target"] for one in include] == [
        *("windows-x86_64", "macos-arm64", "macos-x86_64", "linux-x86_64")
    ]
    assert [one["runner"] for one in include] == [
        *("windows-latest", "macos-15", "macos-15-intel", "ubuntu-22.04")
    ]
    for one in include:
        system = one["target"].partition("-")[0]
        assert all(system in formats.FORMATS[name].systems for name in one["formats"].split())
    assert "tar.gz" in include[-1]["formats"].split()
    uses = [one["uses"] for one in steps_of(workflow) if "uses" in one]
    assert uses and all(one.startswith("actions/") and "@v" in one for one in uses)


def test_rights_are_as_few_as_can_be(tmp_path: Path) -> None:
    workflow = read(write(project(tmp_path / "quiz")).place)
    assert workflow["permissions"] == {"contents": "read"}
    granted = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert granted == {"release": {"contents": "write"}}
    assert workflow["jobs"]["release"]["if"] == "github.ref_type == 'tag'"
    checkouts = [one for one in steps_of(workflow) if one.get("uses", "").startswith("actions/checkout")]
    assert all(one["with"]["persist-credentials"] is False for one in checkouts)
    for one in steps_of(workflow):  # nothing that others choose is written into a command
        assert "${{" not in one.get("run", "")


def test_the_project_is_installed_as_it_declares_and_with_its_python(tmp_path: Path) -> None:
    text = '[project]\nname = "quiz"\ndependencies = ["pillow>=10; sys_platform != \'win32\'"]\n'
    root = project(tmp_path / "quiz", **{"pyproject.toml": text})
    workflow = read(write(root).place)
    run = step(workflow, "Install the project into an environment of its own")["run"]
    assert '"$PYTHON" -m pip install --quiet --requirement requirements.txt' in run
    assert "pillow>=10" in run
    assert f"=={__version__}" in step(workflow, "Install the launcher")["run"]
    python = next(one for one in steps_of(workflow) if "setup-python" in one.get("uses", ""))
    assert python["with"]["python-version"] == f"{sys.version_info[0]}.{sys.version_info[1]}"


def test_a_project_in_a_folder_of_a_repository_is_built_from_there(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    root = project(tmp_path / "apps" / "my quiz")
    written = write(root)
    assert written.place == tmp_path / ".github" / "workflows" / "launcher.yml"
    workflow = read(written.place)
    assert workflow["jobs"]["build"]["defaults"]["run"]["working-directory"] == "apps/my quiz"
    upload = next(one for one in steps_of(workflow) if "upload" in one.get("uses", ""))
    assert upload["with"]["path"] == "apps/my quiz/artifacts.tar"
    assert write(root, tmp_path / "apps").place.is_relative_to(tmp_path / "apps")
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(UsageError, match="is not in"):
        write(root, other)


def test_what_it_did_not_write_or_somebody_changed_is_left(tmp_path: Path) -> None:
    root = project(tmp_path / "quiz")
    place = write(root).place
    first = place.read_bytes()
    assert write(root).place.read_bytes() == first
    place.write_bytes(first + b"# mine\n")
    with pytest.raises(BuildError, match="was changed since"):
        write(root)
    place.write_text("name: mine\n")
    with pytest.raises(BuildError, match="was not written by the launcher"):
        write(root)
    assert place.read_text() == "name: mine\n"


@pytest.mark.parametrize("name", ["${{ secrets.X }}", "a\nb"])
def test_names_that_github_would_read_as_more_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / ".git").mkdir()
    root = project(tmp_path / name)
    with pytest.raises(UsageError):
        write(root)


def test_a_name_of_a_secret_that_is_none_is_refused(tmp_path: Path) -> None:
    text = '[tool.launcher.sign.windows]\npassword-env = "x y"\n'
    root = project(tmp_path / "quiz", **{"pyproject.toml": text})
    with pytest.raises(UsageError, match="password-env"):
        write(root)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs coreutils")
def test_what_all_systems_built_becomes_one_folder_with_names_that_github_keeps(tmp_path: Path) -> None:
    root = project(tmp_path / "quiz", **{"pyproject.toml": '[tool.launcher]\nname = "Quiz Night"\n'})
    workflow = read(write(root).place)
    pack = step(workflow, "Pack what there is to send, with its links and modes")["run"]
    for tag, endings in EVERYTHING.items():
        runner = tmp_path / tag
        lay(runner / "dist", tag, *endings)
        (runner / "dist" / "Quiz Night").mkdir()
        (runner / "dist" / "index.html").write_text("of one system")
        assert run_step(pack, runner, {}).returncode == 0
        place = tmp_path / "runner" / "built" / tag
        place.mkdir(parents=True)
        shutil.move(runner / "artifacts.tar", place)
        with tarfile.open(place / "artifacts.tar") as packed:
            assert sorted(packed.getnames()) == sorted(
                f"./{QUIZ.name}-{QUIZ.version}-{tag}{ending}"
                for ending in (*endings, ".report.json", ".report.txt")
            )
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "launcher").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m launcher "$@"\n')
    (programs / "launcher").chmod(0o755)
    collected = step(workflow, "Bring all systems together")
    environ = {
        "RUNNER_TEMP": str(tmp_path / "runner"),
        "GITHUB_REF_TYPE": "tag",
        "RELEASE": "https://github.com/ada/quiz/releases/download/v1.4.0/",
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    ended = run_step(collected["run"], root, environ)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    page = (root / "dist" / "index.html").read_text(encoding="utf-8")
    first = f'href="{environ["RELEASE"]}quiz-night-1.4.0-windows-x86_64-setup.exe"'
    assert first in page and page.count(f'class="get" href="{environ["RELEASE"]}quiz-night-') == 7
    for name in os.listdir(root / "dist"):
        assert name.replace("-", "").replace(".", "").replace("_", "").isalnum() and name.isascii()
    report = json.loads((root / "dist" / "quiz-night-1.4.0-macos-arm64.report.json").read_text())
    assert report["artifacts"][1]["file"] == "quiz-night-1.4.0-macos-arm64.zip"

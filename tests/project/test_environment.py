"""An environment is understood by reading it; real ones are made for that."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from uv import find_uv_bin

from launcher.errors import InterpreterError
from launcher.project.environment import (
    Interpreter,
    ask,
    choose,
    closure,
    distributions,
    missing,
    owners,
    providers,
)

Write = Callable[[Mapping[str, str]], Path]
Environments = Callable[[str], Path]
OURS = f"{sys.version_info[0]}.{sys.version_info[1]}"
VERSIONS = sorted({"3.10", "3.12", OURS})
PYTHON = "Scripts/python.exe" if os.name == "nt" else "bin/python"
needs_posix = pytest.mark.skipif(os.name == "nt", reason="an interpreter made of a shell script")


@pytest.mark.parametrize("version", VERSIONS)
def test_interpreter_tells_where_it_is(environments: Environments, version: str) -> None:
    folder = environments(version)
    python = ask(folder / PYTHON, "test")
    assert python.path == folder / PYTHON
    assert python.version[:2] == tuple(map(int, version.split(".")))
    assert python.prefix == folder
    assert python.is_environment
    assert len(python.purelibs) == 1
    assert folder in python.purelibs[0].parents
    assert python.markers["python_version"] == version


@pytest.mark.parametrize("version", VERSIONS)
def test_base_of_an_environment_is_outside_of_it(environments: Environments, version: str) -> None:
    python = ask(environments(version) / PYTHON, "test")
    base = ask(python.base_executable, "test")
    assert base.version == python.version
    assert base.prefix == python.base_prefix
    assert not base.is_environment


def test_site_folders_of_the_system_follow_where_they_are_let_in(
    flask_environment: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "open"
    base = ask(flask_environment / PYTHON, "test").base_executable
    command = [find_uv_bin(), "venv", "-q", "--system-site-packages", "-p", str(base), str(folder)]
    subprocess.run(command, check=True)
    python = ask(folder / PYTHON, "test")
    assert folder in python.purelibs[0].parents
    assert len(python.purelibs) > 1
    assert all(folder not in site.parents for site in python.purelibs[1:])


def test_given_interpreter_wins(flask_environment: Path, tmp_path: Path, project: Write) -> None:
    given = tmp_path / "given"
    given.symlink_to(flask_environment, target_is_directory=True)
    active = {"VIRTUAL_ENV": str(flask_environment)}
    for explicit in (given, given / PYTHON):
        python = choose(project({}), explicit, environ=active)
        assert python.path == given / PYTHON
        assert "--python" in python.why


def test_bare_command_is_looked_up(project: Write) -> None:
    command = Path(sys.executable).name
    if shutil.which(command) is None:
        pytest.skip("our own Python is not on the PATH")
    assert choose(project({}), Path(command), environ={}).path.is_absolute()


def test_active_environment_wins_over_the_projects(
    flask_environment: Path, tmp_path: Path, project: Write
) -> None:
    folder = project({})
    other = tmp_path / "other"
    other.symlink_to(flask_environment, target_is_directory=True)
    (folder / ".venv").symlink_to(flask_environment, target_is_directory=True)
    active = choose(folder, environ={"VIRTUAL_ENV": str(other)})
    assert active.path == other / PYTHON
    assert "active" in active.why


@pytest.mark.parametrize("name", [".venv", "venv"])
def test_environment_in_the_project_is_used(
    flask_environment: Path, project: Write, name: str
) -> None:
    folder = project({})
    (folder / name).symlink_to(flask_environment, target_is_directory=True)
    for stale in ({}, {"VIRTUAL_ENV": str(folder / "deleted")}):
        python = choose(folder, environ=stale)
        assert python.path == folder / name / PYTHON
        assert name in python.why


def test_our_own_interpreter_is_the_last_resort(project: Write) -> None:
    python = choose(project({}), environ={})
    assert python.path == Path(sys.executable)
    assert python.version == sys.version_info[:3]


def test_interpreter_that_is_not_there_is_refused(project: Write, tmp_path: Path) -> None:
    folder = project({"notes.txt": "no Python"})
    empty = tmp_path / "empty"
    empty.mkdir()
    for explicit in (tmp_path / "none", empty, folder / "notes.txt", Path("python9.99")):
        with pytest.raises(InterpreterError) as caught:
            choose(folder, explicit, environ={})
        assert caught.value.todo


def test_environment_whose_python_was_removed_is_said_to_be_gone(project: Write) -> None:
    folder = project({".venv/pyvenv.cfg": "home = /nowhere/bin\n"})
    (folder / ".venv" / "bin").mkdir()
    (folder / ".venv" / "bin" / "python").symlink_to("/nowhere/bin/python3")
    with pytest.raises(InterpreterError, match="has lost the Python"):
        choose(folder, environ={})
    with pytest.raises(InterpreterError, match="has lost the Python"):
        choose(folder, folder / ".venv", environ={})


@needs_posix
@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo hello", "did not answer as Python does"),
        ("echo 'broken pipe dream' >&2; exit 3", "broken pipe dream"),
        ("echo 'launcher-facts:{not json'", "cannot be used"),
    ],
)
def test_program_that_is_no_python_is_refused(tmp_path: Path, script: str, said: str) -> None:
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    with pytest.raises(InterpreterError, match=said):
        ask(fake, "test")


@needs_posix
def test_interpreter_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nexec sleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setattr("launcher.project.interpreter.DEADLINE", 0.5)
    with pytest.raises(InterpreterError, match="did not answer within"):
        ask(fake, "test")


@needs_posix
def test_python_that_is_too_old_is_refused(tmp_path: Path) -> None:
    fake = tmp_path / "python"
    facts = {"version": [3, 8, 1], "prefix": "/", "base_prefix": "/", "sites": [], "markers": {}}
    fake.write_text(f"#!/bin/sh\necho 'launcher-facts:{json.dumps(facts)}'\n")
    fake.chmod(0o755)
    with pytest.raises(InterpreterError, match=r"Python 3\.8; the oldest that works is 3\.10"):
        ask(fake, "test")


def test_modules_in_the_current_folder_do_not_disturb_the_question(
    flask_environment: Path, project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project({"json.py": "raise SystemExit", "site.py": "", "platform.py": ""}))
    monkeypatch.setenv("PYTHONPATH", ".")
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    assert ask(flask_environment / PYTHON, "test").version == sys.version_info[:3]


def test_start_up_hook_that_prints_does_not_disturb_the_question(
    environment: Interpreter,
) -> None:
    hook = environment.purelibs[0] / "sitecustomize.py"
    hook.write_text("print('welcome', end='')\n")
    try:
        assert ask(environment.path, "test").version == environment.version
    finally:
        hook.unlink()


# Distributions


@pytest.fixture
def environment(flask_environment: Path, tmp_path: Path) -> Interpreter:
    """Return an environment that a test may spoil: the site folder is a copy."""
    made = ask(flask_environment / PYTHON, "test")
    copy = tmp_path / "site-packages"
    shutil.copytree(made.purelibs[0], copy)
    return replace(made, purelibs=(copy,))


@pytest.mark.parametrize("version", VERSIONS)
def test_installed_distributions_are_read(environments: Environments, version: str) -> None:
    python = ask(environments(version) / PYTHON, "test")
    found = {one.key: one for one in distributions(python)}
    flask = found["flask"]
    assert flask.version.startswith("3.")
    assert flask.modules == ("flask",)
    assert "flask/app.py" in flask.files
    assert all((flask.root / name).is_file() for name in flask.files)
    assert [Path(name).stem for name in flask.outside] == ["flask"]
    assert (flask.editable, flask.broken) == (None, "")
    assert "werkzeug" in [need.name for need in flask.requires]
    assert [need.name for need in flask.optional["async"]] == ["asgiref"]
    assert found["markupsafe"].modules == ("markupsafe",)
    assert [one.key for one in found.values() if one.broken] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_markers_are_evaluated_for_the_projects_python(
    environments: Environments, version: str
) -> None:
    found = {one.key: one for one in distributions(ask(environments(version) / PYTHON, "test"))}
    # asgiref: typing_extensions>=4; python_version < "3.11"
    needs = [need.name for need in found["asgiref"].requires]
    assert needs == (["typing-extensions"] if version == "3.10" else [])


def test_closure_is_whole_and_minds_extras(environment: Interpreter) -> None:
    found = distributions(environment)
    plain = [one.key for one in closure(["Flask"], found)]
    assert plain[0] == "flask"
    assert set(plain) >= {"flask", "werkzeug", "jinja2", "markupsafe", "click", "itsdangerous"}
    assert "asgiref" not in plain
    assert "asgiref" in [one.key for one in closure(["flask[async]>=3"], found)]
    assert "asgiref" in [one.key for one in closure(["flask", "flask[async]"], found)]
    assert closure([], found) == ()
    assert missing(["flask[async]"], found) == ()


def test_missing_distributions_name_who_wants_them(environment: Interpreter) -> None:
    site = environment.purelibs[0]
    shutil.rmtree(next(site.glob("[Mm]arkup[Ss]afe-*.dist-info")))
    found = distributions(environment)
    absent = missing(["flask", "nobody-installed"], found)
    assert {(one.name, one.wanted_by) for one in absent} >= {("nobody-installed", "")}
    wanted = next(one for one in absent if one.name == "markupsafe")
    assert wanted.wanted_by.lower() in ("flask", "jinja2", "werkzeug")


def test_import_names_lead_to_their_distributions(environment: Interpreter) -> None:
    site = environment.purelibs[0]
    for part in ("storage", "pubsub"):
        _install(site, f"cloud-{part}", {f"cloud/{part}/__init__.py": "", f"cloud/{part}/x.py": ""})
    _install(site, "PyYAML", {"yaml/__init__.py": "", "_yaml/__init__.py": "", "single.py": ""})
    _install(site, "fast", {"fastmod.cpython-312-x86_64-linux-gnu.so": "", "fast.data/readme": ""})
    owned = owners(distributions(environment))
    assert [one.name for one in owned["yaml"]] == ["PyYAML"]
    assert [one.name for one in owned["single"]] == ["PyYAML"]
    assert [one.name for one in owned["fastmod"]] == ["fast"]
    assert [one.name for one in owned["cloud"]] == ["cloud-pubsub", "cloud-storage"]
    assert [one.name for one in providers("cloud.storage.x", owned)] == ["cloud-storage"]
    assert [one.name for one in providers("cloud.storage", owned)] == ["cloud-storage"]
    assert len(providers("cloud", owned)) == 2
    assert providers("nobody", owned) == ()


def test_distribution_that_lost_files_is_broken(environment: Interpreter) -> None:
    site = environment.purelibs[0]
    (site / "flask" / "app.py").unlink()
    (site / "flask" / "cli.py").unlink()
    broken = {one.key: one.broken for one in distributions(environment) if one.broken}
    assert list(broken) == ["flask"]
    assert broken["flask"] == "flask/app.py and 1 more are missing"


def test_distribution_without_metadata_is_broken(environment: Interpreter) -> None:
    site = environment.purelibs[0]
    next(site.glob("flask-*.dist-info/METADATA")).unlink()
    next(site.glob("click-*.dist-info/METADATA")).write_bytes(b"\xff\xfe nonsense")
    found = {one.key: one for one in distributions(environment)}
    assert "METADATA cannot be read" in found["flask"].broken
    assert found["flask"].version.startswith("3.")
    assert "no name and version" in found["click"].broken


def test_distribution_installed_twice_is_broken(environment: Interpreter) -> None:
    site = environment.purelibs[0]
    _install(site, "flask", {"flask/old.py": ""}, version="0.12")
    flask = next(one for one in distributions(environment) if one.key == "flask")
    assert flask.broken.startswith("it is installed twice, as 0.12 and 3.")


def test_left_over_of_an_interrupted_upgrade_is_passed_over(environment: Interpreter) -> None:
    site = environment.purelibs[0]
    (site / "~lask-2.0.dist-info").mkdir()
    assert all(not one.broken for one in distributions(environment))


def test_first_site_folder_wins(environment: Interpreter, tmp_path: Path) -> None:
    system = tmp_path / "dist-packages"
    system.mkdir()
    _install(system, "flask", {"flask/__init__.py": ""}, version="0.1")
    _install(system, "only-here", {"only_here.py": ""}, version="0.1")
    both = replace(environment, purelibs=(*environment.purelibs, system))
    found = {one.key: one.version for one in distributions(both)}
    assert found["flask"].startswith("3.")
    assert found["only-here"] == "0.1"


def test_debians_packages_without_a_record_are_read(environment: Interpreter) -> None:
    site = environment.purelibs[0]
    info = site / "olddist-1.2.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 1.1\nName: olddist\nVersion: 1.2\n")
    (info / "top_level.txt").write_text("oldmod\nsingle\n")
    (info / "requires.txt").write_text('Flask>=1\n\n[web]\nrich\n\n[:python_version<"3"]\nsix\n')
    (site / "oldmod").mkdir()
    (site / "oldmod" / "__init__.py").write_text("")
    (site / "single.py").write_text("")
    old = next(one for one in distributions(environment) if one.key == "olddist")
    assert (old.version, old.modules, old.broken) == ("1.2", ("oldmod", "single"), "")
    assert {"oldmod/__init__.py", "single.py"} <= set(old.files)
    assert [need.name for need in old.requires] == ["flask"]
    assert [need.name for need in old.optional["web"]] == ["rich"]


def test_metadata_of_another_age_does_no_harm(environment: Interpreter) -> None:
    site = environment.purelibs[0]
    needs = [
        "Requires-Dist: pytz (>dev)",
        "Requires-Dist: ???",
        "Requires-Dist: a ; extra == 'B_c'",
    ]
    _install(site, "ancient", {"ancient.py": ""}, lines=needs)
    ancient = next(one for one in distributions(environment) if one.key == "ancient")
    assert [need.name for need in ancient.requires] == ["pytz"]
    assert [need.name for need in ancient.optional["b-c"]] == ["a"]


def test_editable_installation_tells_its_source(flask_environment: Path, tmp_path: Path) -> None:
    source, folder = tmp_path / "my source", tmp_path / "editable"
    shutil.copytree(Path(__file__).parents[1] / "samples" / "src_layout", source)
    base = ask(flask_environment / PYTHON, "test").base_executable
    commands: list[list[str | Path]] = [
        [find_uv_bin(), "venv", "--quiet", "--python", base, folder],
        [find_uv_bin(), "pip", "install", "--quiet", "--python", folder, "--editable", source],
    ]
    for command in commands:
        subprocess.run(command, check=True)
    found = {one.key: one for one in distributions(ask(folder / PYTHON, "test"))}
    tides = found["tide-table"]
    assert (tides.editable, tides.modules, tides.broken) == (source, ("tides",), "")
    assert "flask" in [one.key for one in closure(["tide-table"], found.values())]


def test_hundreds_of_distributions_are_read_in_a_second(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    site.mkdir()
    for number in range(400):
        files = {f"package{number}/m{part}.py": "" for part in range(20)}
        needs = [f"Requires-Dist: package{n} (>=1) ; python_version >= '3'" for n in range(8)]
        _install(site, f"package{number}", files, lines=needs)
    python = ask(Path(sys.executable), "test")
    begun = time.process_time()  # ours alone: the machine may be busy with others
    assert len(distributions(replace(python, purelibs=(site,)))) == 400
    assert time.process_time() - begun < 1.5


def _install(
    site: Path,
    name: str,
    files: Mapping[str, str],
    *,
    version: str = "1.0",
    lines: list[str] | None = None,
) -> None:
    """Lay out a distribution as a wheel's installer does."""
    info = site / f"{name}-{version}.dist-info"
    info.mkdir()
    for file, text in files.items():
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(text)
    head = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *(lines or [])]
    (info / "METADATA").write_text("\n".join([*head, "", "A description", ""]))
    record = [*files, f"{info.name}/METADATA", f"{info.name}/RECORD"]
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in record))

"""The folder of an export: whole or not there, nothing foreign replaced, no secret in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from launcher.errors import BrokenProject, BuildError, UsageError
from launcher.exporting import checks
from launcher.hosting import order
from tests.exporting.exports import HOSTS, make, write_project

ALL = ("nginx", "apache", "systemd", "docker", "compose", "kubernetes")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project to export."""
    return write_project(tmp_path / "quiz", tmp_path / "going")


def files_of(place: Path) -> dict[str, str]:
    return {
        path.relative_to(place).as_posix(): path.read_text(encoding="utf-8")
        for path in place.rglob("*")
        if path.is_file() and "runtime/launcher" not in path.as_posix()
    }


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """An export for everything, which tests only look at, and what was said while it was made."""
    folder = tmp_path_factory.mktemp("exported")
    project = write_project(folder / "quiz", folder / "going")
    return folder / "out", make(project, folder / "out", *ALL)


Exported = tuple[Path, list[dict[str, Any]]]


def test_everything_is_there_and_was_checked(exported: Exported) -> None:
    place, events = exported
    found = files_of(place)
    assert {
        *("README.md", "requirements.txt", "launcher.json", "launcher-export.json", "app/app.py"),
        *("serve.json", "serve-container.json", "serve-compose.json", "compose.yaml", "compose/nginx.conf"),
        *("nginx/quiz.conf", "apache/quiz.conf", "systemd/quiz.service", "Dockerfile", ".dockerignore"),
        *("kubernetes/deployment.yaml", "kubernetes/autoscaler.yaml", "runtime/healthy.py"),
    } <= set(found)
    told = [event for event in events if event["event"] == "fact" and event["title"] in ("Checked", "Not")]
    refused = {event["detail"].partition(" ")[0] for event in told if event["title"] == "Not"}
    assert refused <= {"Dockerfile"}
    security = next(event["detail"] for event in told if "security" in event["detail"])
    assert float(security.partition("exposure ")[2].split()[0]) < 2
    titles = [event.get("title") for event in events]
    assert titles.index("Runs") < titles.index("Loading it once to look at it")


def test_no_secret_travels(exported: Exported) -> None:
    found = files_of(exported[0])
    assert "app/.env" not in found and not [name for name, text in found.items() if "never-travels" in text]


def test_variables_are_for_the_look_at_the_app_alone(tmp_path: Path) -> None:
    project = write_project(tmp_path / "quiz", tmp_path / "going")
    app = project / "app.py"
    needs = "os.environ['SECRET_KEY'], os.environ['DATABASE_URL']\n"
    app.write_text(app.read_text(encoding="utf-8").replace("import time\n", "import time\n" + needs))
    with pytest.raises(BrokenProject, match="--env NAME=VALUE"):
        make(project, tmp_path / "out", "systemd")
    make(project, tmp_path / "out", "systemd", environ=(("DATABASE_URL", "postgresql://never-written"),))
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert not [path for path in written if b"never-written" in path.read_bytes()]


def test_commands_of_the_readme_are_commands(exported: Exported) -> None:
    lines = (exported[0] / "README.md").read_text(encoding="utf-8").splitlines()
    commands = "\n".join(line for line in lines if line.startswith("    "))
    assert commands.count("\n") > 20 and "{{" not in commands
    done = subprocess.run(["bash", "-n"], input=commands, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""


def test_whoever_serves_it_can_read_it(project: Path, tmp_path: Path) -> None:
    (project / "static/site.css").chmod(0o600)
    (project / "static").chmod(0o700)
    (project / "tool.sh").write_text("true\n", encoding="utf-8")
    (project / "tool.sh").chmod(0o700)
    make(project, tmp_path / "out", "docker")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out").rglob("*")}
    assert modes["site.css"] == 0o644 and modes["static"] == modes["tool.sh"] == 0o755
    assert set(modes.values()) == {0o644, 0o755}


def test_orders_can_be_read_by_the_server(exported: Exported) -> None:
    place = exported[0]
    for name in ("serve.json", "serve-container.json", "serve-compose.json"):
        found = order.load(place / name)
        assert found.hosts == HOSTS and found.max_body == 0 and found.behind == "nginx"
        assert Path(found.root) == place / "app" and Path(found.manifest).is_file()


def test_a_second_export_replaces_the_first_whole(project: Path, tmp_path: Path) -> None:
    make(project, tmp_path / "out", "nginx")
    make(project, tmp_path / "out", "apache", hosts=("other.example",))
    assert not (tmp_path / "out/nginx").exists() and (tmp_path / "out/apache").is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "quiz"]


def test_what_no_export_made_is_left_alone(project: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/work.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BuildError, match="is not an export"):
        make(project, tmp_path / "out", "nginx")
    assert files_of(tmp_path / "out") == {"work.txt": "mine"}
    (tmp_path / "link").symlink_to(tmp_path / "quiz")
    with pytest.raises(BuildError, match="is not an export"):
        make(project, tmp_path / "link", "nginx")


def test_project_that_fails_leaves_nothing(project: Path, tmp_path: Path) -> None:
    (project / "app.py").write_text("raise RuntimeError('no')\nfrom flask import Flask\napp = Flask('a')\n")
    with pytest.raises(BrokenProject, match="no"):
        make(project, tmp_path / "out", "nginx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["quiz"]


def test_export_into_the_project_is_no_part_of_the_next(project: Path) -> None:
    make(project, project / "deploy", "nginx")
    make(project, project / "other", "nginx")
    assert not (project / "other/app/deploy").exists()
    make(project, project / "deploy", "nginx")
    laid = sorted(path.name for path in (project / "deploy/app").iterdir())
    assert laid == ["app.py", "requirements.txt", "static"]


def test_app_that_writes_files_has_one_pod_and_a_disk(project: Path, tmp_path: Path) -> None:
    code = (project / "app.py").read_text(encoding="utf-8")
    code += "\nos.makedirs(app.instance_path)\nopen(app.instance_path + '/a.db', 'w').close()\n"
    (project / "app.py").write_text(code, encoding="utf-8")
    make(project, tmp_path / "out", "kubernetes", "systemd")
    found = files_of(tmp_path / "out")
    assert "kubernetes/storage.yaml" in found and "kubernetes/autoscaler.yaml" not in found
    assert "type: Recreate" in found["kubernetes/deployment.yaml"]
    assert 'ReadWritePaths="-/srv/quiz/app/instance"' in found["systemd/quiz.service"]


def test_several_machines_need_to_know_their_proxy(project: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="whose word"):
        make(project, tmp_path / "out", "nginx", upstreams=("10.0.0.5:8000",))


def test_project_with_a_hostile_folder_is_exported_as_it_is(project: Path, tmp_path: Path) -> None:
    name = "sta $x; } evil { '\" %n"
    (project / "static").rename(project / name)
    code = (project / "app.py").read_text(encoding="utf-8")
    code = code.replace("Flask(__name__)", f"Flask(__name__, static_folder={name!r}, static_url_path='/s')")
    (project / "app.py").write_text(code, encoding="utf-8")
    make(project, tmp_path / "out", *ALL)
    found = files_of(tmp_path / "out")
    assert f"app/{name}/site.css" in found
    assert "sta ${launcher_dollar}x; } evil { '\\\" %n/\";" in found["nginx/quiz.conf"]
    assert "evil {" not in [line.strip() for line in found["apache/quiz.conf"].splitlines()]


def test_tool_that_is_not_here_is_said(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(checks, "ADMIN", ())
    events = make(project, tmp_path / "out", "nginx", "apache", "systemd", "compose")
    told = [event["detail"] for event in events if event["event"] == "fact" and event["title"] == "Not"]
    assert "nginx/quiz.conf by nginx -t: there is no nginx here" in told and len(told) == 6
    readme = (tmp_path / "out/README.md").read_text(encoding="utf-8")
    assert readme.count("**not checked**") == 6


def test_machines_need_not_be_known_where_it_is_exported(project: Path, tmp_path: Path) -> None:
    machines = ("one.invalid:8000", "two.invalid:8000")
    make(project, tmp_path / "out", "nginx", "apache", upstreams=machines, proxies=("10.0.0.2",))
    found = files_of(tmp_path / "out")
    assert 'server "two.invalid:8000" max_fails=2' in found["nginx/quiz.conf"]
    assert 'BalancerMember "http://two.invalid:8000"' in found["apache/quiz.conf"]


@pytest.mark.end_to_end
def test_command_writes_the_folder_and_says_what_was_checked(project: Path, tmp_path: Path) -> None:
    (project / "app.py").write_text(
        "from flask import Flask\nimport sqlite3\nsqlite3.connect('a.db')\napp = Flask(__name__)\n"
    )
    words = ["--project", str(project), "--python", sys.executable, "--for", "nginx,systemd"]
    command = [sys.executable, "-m", "launcher", "export", *words, "--hosts", "example.org", "out"]
    environ = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environ)
    assert done.returncode == 0, done.stderr
    assert "nginx/quiz.conf by nginx -t: accepts it" in done.stdout and "out/README.md" in done.stdout
    assert "The database is SQLite" in done.stdout and "The app writes beside its code" in done.stdout
    assert "The database is SQLite" in (tmp_path / "out/README.md").read_text(encoding="utf-8")
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, cwd=tmp_path)
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["event"] == "done" and last["several_machines"][0]["title"] == "The database is SQLite"
    for wrong in (["--for", "iis"], ["--hosts", "a b/c"], ["--at", "here"]):
        done = subprocess.run([*command, *wrong], capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 2 and "What to do" in done.stderr and "Traceback" not in done.stderr
    assert checks.find("no-such-tool") is None

"""What of the launcher travels, and that it serves where nothing else of it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from launcher.exporting import carrying
from tests.exporting import exports
from tests.support.processes import end, with_descendants
from tests.support.waiting import until


def test_what_travels_is_what_serving_imports_and_no_more() -> None:
    found = carrying.modules()
    assert {"__init__.py", "start_hosting.py", "hosting/starting.py", "hosting/gunicorn.py"} <= set(found)
    rooms = {name.partition("/")[0] for name in found if "/" in name}
    assert not rooms & {"packager", "exporting", "doctor", "cli", "window", "sharing", "data"}


def test_carried_modules_are_the_same(tmp_path: Path) -> None:
    carrying.carry(tmp_path / "runtime")
    laid = sorted(
        path.relative_to(tmp_path / "runtime/launcher").as_posix() for path in tmp_path.rglob("*.py")
    )
    assert tuple(laid) == carrying.modules()


@pytest.mark.end_to_end
@pytest.mark.parametrize("server", ["waitress", "gunicorn", "uwsgi"])
def test_export_serves_with_its_requirements_alone(tmp_path: Path, server: str) -> None:
    project = exports.write_project(tmp_path / "quiz", tmp_path / "going")
    place = tmp_path / "served"
    exports.make(project, place, "docker", server=server)
    uv, python = find_uv_bin(), tmp_path / "environment/bin/python"
    made = str(tmp_path / "environment")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, made], check=True)
    wanted = ["--no-deps", "--require-hashes", "--requirement", str(place / "requirements.txt")]
    subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), *wanted], check=True)
    bind = f"unix:{tmp_path}/app.sock"
    order = json.loads((place / "serve.json").read_text(encoding="utf-8"))
    key = tmp_path / "key"
    key.write_text(exports.KEY, encoding="utf-8")
    key.chmod(0o600)
    order |= {"bind": bind, "secret_key_file": str(key), "as_root": True, "workers": 1}
    (place / "serve.json").write_text(json.dumps(order), encoding="utf-8")
    words = [str(python), "-I", str(place / "runtime/launcher/start_hosting.py"), str(place / "serve.json")]
    log = tmp_path / "app.log"
    with log.open("wb") as said:
        process = subprocess.Popen(words, stdout=said, stderr=said, cwd="/")
    try:
        healthy = [str(python), "-I", str(place / "runtime/healthy.py"), str(place / "serve.json")]
        until(lambda: subprocess.run(healthy, capture_output=True).returncode == 0, what=log.read_text)
        assert process.poll() is None
    finally:
        end(with_descendants(process.pid) if process.poll() is None else ())
        process.wait()
    assert subprocess.run(healthy, capture_output=True).returncode == 1

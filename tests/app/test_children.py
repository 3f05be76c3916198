"""Children do not outlive the process that Studio lives in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import STAND_IN
from .waiting import is_alive, until

STORY = """
import sys
from app import create_app
app = create_app({"INSTANCE_PATH": sys.argv[1], "LAUNCHER_COMMAND": sys.argv[3:]})
client = app.test_client()
project = client.post("/projects", data={"path": sys.argv[2]}).headers["Location"]
build = client.post(f"{project}/builds").headers["Location"]
for chunk in client.get(f"{build}/events", buffered=False).response:
    if b"helper" in chunk:
        print(chunk.decode().split('"detail": "')[1].split('"')[0], flush=True)
        break
"""


@pytest.mark.parametrize("behaviour", ["waiting", "stubborn"])
def test_end_of_the_process_ends_its_builds(tmp_path: Path, project: Path, behaviour: str) -> None:
    """Also those that do not heed, within the time that a closing window has."""
    launcher = [sys.executable, str(STAND_IN), behaviour]
    ended = subprocess.run(
        [sys.executable, "-c", STORY, str(tmp_path / "instance"), str(project), *launcher],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert until(lambda: not is_alive(int(ended.stdout)), 5.0)

"""PyGObject for a player with GTK: the system's where it has one for this Python, else its lock's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from launcher import host
from launcher.packager import bindings
from launcher.packager.bindings import Bindings
from launcher.packager.player import lock_names
from launcher.project.environment import choose

SYSTEM = Path("/usr/bin/python3")

pytestmark = pytest.mark.skipif(not host.LINUX, reason="GTK is a web view of Linux")


def test_the_system_s_pygobject_is_found_from_an_environment_and_laid_whole(tmp_path: Path) -> None:
    has = [str(SYSTEM), "-c", "import gi, sys; assert sys.version_info >= (3, 10)"]
    if not SYSTEM.is_file() or subprocess.run(has, capture_output=True).returncode:
        pytest.skip(f"needs Debian's python3-gi for {SYSTEM}, 3.10 or newer")
    environment, place = tmp_path / "environment", tmp_path / "site"
    uv = [sys.executable, "-m", "uv", "venv", "--quiet", "--no-config", "--python", str(SYSTEM)]
    subprocess.run([*uv, str(environment)], check=True)
    lent = bindings.of_system(choose(tmp_path, environment))
    assert lent is not None
    lent.lay(place)
    asked = "import gi, importlib.metadata as metadata; print(gi.__file__, metadata.version('PyGObject'))"
    ended = subprocess.run(
        [environment / "bin/python", "-c", f"import sys; sys.path.append({str(place)!r}); {asked}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.split() == [str(place / "gi/__init__.py"), lent.version]


def test_a_python_without_pygobject_lends_none(tmp_path: Path) -> None:
    if subprocess.run([sys.executable, "-I", "-c", "import gi"], capture_output=True).returncode == 0:
        pytest.skip("the tests' own Python has PyGObject")
    interpreter = choose(tmp_path, Path(sys.executable))
    if Path(interpreter.base_executable).resolve() == SYSTEM.resolve():
        pytest.skip("the tests run in the system's own Python")
    assert bindings.of_system(interpreter) is None


def test_what_is_lent_is_not_installed(tmp_path: Path) -> None:
    assert lock_names("gtk") == ("player.txt", "player-gtk.txt")
    assert lock_names("gtk", Bindings("3.42", tmp_path, tmp_path)) == ("player.txt",)
    assert lock_names("qt") == ("player.txt", "player-qt.txt")
    assert lock_names("browser") == ("player.txt",)

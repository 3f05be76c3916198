"""The app's distributions in an interpreter, as a packaged program takes them in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from launcher.loading import sites

CODE = """
import json, os, sys
from launcher.loading import sites
sys.path[:] = ["player"] + [place for place in sys.path if place.endswith("launcher-root")]
if {frozen}:
    sys.frozen = True
sites.take_in(["project"], [{site!r}])
print(json.dumps([sys.path, sys.prefix, os.environ["PATH"], os.environ.get("RAN")]))
"""


def taken_in(place: Path, *, frozen: bool, python: str = sys.executable) -> list[object]:
    root = Path(sites.__file__).parents[2]
    said = subprocess.run(
        [python, "-c", CODE.format(frozen=frozen, site=str(place))],
        env={**os.environ, "PYTHONPATH": str(root), "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    value: list[object] = json.loads(said.stdout)
    return value


def test_paths_of_pth_files_come_after_the_site_and_before_the_player(tmp_path: Path) -> None:
    for folder in ("one", "two", "bin"):
        (tmp_path / folder).mkdir()
    (tmp_path / "b.pth").write_text("one\nnot-there\n", encoding="utf-8")
    (tmp_path / "a.pth").write_text(
        "two\nimport os; os.environ['RAN'] = sitedir\n# no path\n", encoding="utf-8"
    )
    path, prefix, commands, ran = taken_in(tmp_path, frozen=True)
    site = str(tmp_path)
    assert path == ["project", site, str(tmp_path / "two"), str(tmp_path / "one"), "player"]
    assert (prefix, ran) == (site, site)
    assert commands == f"{tmp_path / 'bin'}{os.pathsep}/usr/bin"


def test_from_source_the_environment_s_own_commands_are_found(tmp_path: Path) -> None:
    path, prefix, commands, _ = taken_in(tmp_path, frozen=False)
    assert path == ["project", str(tmp_path), "player"]
    assert prefix == sys.prefix
    if sys.prefix != sys.base_prefix:
        assert str(commands).split(os.pathsep)[0] == os.path.dirname(sys.executable)

"""The bundle: layers beside a player."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from launcher import host
from launcher.packager import app_layer, bundle, player, site
from launcher.packager.site import store
from launcher.project import manifest
from launcher.project.config import Files
from tests.conftest import WriteFiles
from tests.packager.conftest import Environment, MakePlan

WSGI = "import own\n\ndef app(environ, start_response):\n    return []\n"


def test_the_player_gets_the_program_s_name_and_no_mark_of_the_cache(
    write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path
) -> None:
    source = tmp_path / "player"
    source.mkdir()
    (source / host.executable_name(player.EXECUTABLE)).write_text("program", encoding="utf-8")
    (source / player.COMPLETE).touch()
    project = write_files({"app.py": WSGI})
    plan = make_plan(project, name="Bob's Quiz")
    bundle.lay_player(source, tmp_path / "Quiz", plan)
    program = bundle.program_of(tmp_path / "Quiz", plan.manifest.name, plan.platform)
    assert os.listdir(tmp_path / "Quiz") == [program.name]


def test_the_app_is_laid_with_its_listing_manifest_and_icon(
    write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path
) -> None:
    root = write_files({"wsgi.py": WSGI, "own.py": "", "never.py": "", "data/x.txt": "x"})
    made = make_plan(root)
    bundle.lay_app(app_layer.of_project(root, Files()), made, tmp_path, ["own.py", "wsgi.py", "gone.py"])
    layers = tmp_path / "layers"
    listing = json.loads((layers / "app-files.json").read_text(encoding="utf-8"))
    laid = {
        path.relative_to(layers / "app").as_posix() for path in (layers / "app").rglob("*") if path.is_file()
    }
    assert set(listing) == laid
    assert manifest.load(layers / "launcher.json") == made.manifest
    assert (layers / "icon.png").stat().st_size > 500
    compiled = sorted(name.partition(".")[0] for name in os.listdir(layers / "app" / "__pycache__"))
    assert compiled == ["own", "wsgi"], "only what was seen imported is compiled"


def test_the_site_is_compiled_for_the_project_s_python_and_names_no_place_of_this_machine(
    environment: Environment, write_files: WriteFiles, make_plan: MakePlan, tmp_path: Path
) -> None:
    environment.install("lib", {"lib/__init__.py": "x = 1\n", "lib/template.py": "{{ no python }}\n"})
    made = make_plan(write_files({"wsgi.py": f"import lib\n{WSGI}", "own.py": ""}), environment.python)
    store.lay(site.choose(made), made, tmp_path, seen=store.Seen())
    cached = list((tmp_path / "lib" / "__pycache__").iterdir())
    assert [path.name.partition(".")[0] for path in cached] == ["__init__"]
    assert str(tmp_path).encode() not in cached[0].read_bytes()


@pytest.mark.skipif(host.WINDOWS, reason="modes are POSIX")
def test_a_bundle_is_read_only_for_a_while_and_as_before_afterwards(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir(mode=0o750)
    program = tmp_path / "folder" / "program"
    program.write_text("x", encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "link").symlink_to("folder/program")
    with pytest.raises(KeyboardInterrupt), bundle.read_only(tmp_path):
        assert program.stat().st_mode & 0o777 == 0o555
        assert (tmp_path / "folder").stat().st_mode & 0o222 == 0
        raise KeyboardInterrupt
    assert program.stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o750

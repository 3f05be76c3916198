"""What distributions bring besides modules, in a packaged program on a machine that has none of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from launcher import host
from tests.corpus.environments import environment_for
from tests.end_to_end.builds import Builder
from tests.end_to_end.frozen import Stranger, sealed
from tests.packager.installed import Installed, project_of
from tests.support import compiling

pytestmark = [pytest.mark.end_to_end, pytest.mark.skipif(not host.LINUX, reason="compiles for Linux")]

APP = """
import json, os, shutil, subprocess, sys
from importlib.metadata import entry_points, version

import _native, inner
from flask import Flask

app = Flask(__name__)


def said(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, **options)
    return done.stdout.strip() or done.stderr


@app.route("/")
def index():
    return json.dumps({
        "library": _native.get(),
        "version": version("quiz"),
        "plugin": [one.load()() for one in entry_points(group="quiz.plugins")],
        "command": said("odd-tool", "a b"),
        "clean": said(shutil.which("odd-tool"), "c", env={}),
        "data": os.path.isfile(os.path.join(sys.prefix, "share", "odd", "x.txt")),
        "paths": inner.X + os.environ.get("ODD_RAN", ""),
        "child": said(sys.executable, "-c", "import inner, _native; print(inner.X, _native.get())"),
    })
"""
ODD = {
    "odd.py": "import sys\ndef main(): print(sys.argv[1:])\ndef hello(): return 'hello'\n",
    "odd.pth": "extra\nimport os; os.environ['ODD_RAN'] = ' ran'\n",
    "extra/inner.py": "X = 'inner'\n",
    "odd-1.0.dist-info/entry_points.txt": "[console_scripts]\nodd-tool = odd:main\n"
    "[quiz.plugins]\nodd = odd:hello\n",
    "_native.so": "",
}
TABLE = '[project]\nname = "quiz"\nversion = "2"\n[tool.launcher]\nwebview = "browser"\n'


def test_all_that_distributions_bring_is_there(
    builder: Builder, cache: Path, place: Path, stranger: Stranger
) -> None:
    environment = place / "environment"
    shutil.copytree(environment_for("flask", ["flask"], cache), environment, symlinks=True)
    installed = Installed.at(environment)
    info = installed.lay("odd", ODD)
    installed.lay("quiz", {"app.py": "OLD = True\n"})
    (environment / "share/odd").mkdir(parents=True)
    (environment / "share/odd/x.txt").touch()
    with (info / "RECORD").open("a", encoding="utf-8") as record:
        record.write("../../../share/odd/x.txt,,\n")
    script = environment / "bin/odd-tool"
    script.write_text(f"#!{environment}/bin/python\nimport odd\nodd.main()\n", encoding="utf-8")
    script.chmod(0o755)
    outside = place / "outside"
    outside.mkdir()
    compiling.library(outside / "libanswer.so.2", "int answer(void) { return 42; }\n")
    (outside / "libanswer.so").symlink_to("libanswer.so.2")
    compiling.extension(installed.site, "_native", "-L", str(outside), f"-Wl,-rpath,{outside}", "-lanswer")
    files = {"app.py": APP, "requirements.txt": "flask\nodd\n", "pyproject.toml": TABLE}
    project = project_of(place / "project", files)
    built = builder.build(project, place / "dist", "--python", environment)
    program = built.program
    titles = [event["title"] for event in built.events if event["event"] == "warning"]
    assert "odd was compiled on this machine" in titles
    assert not [title for title in titles if "odd-tool" in title]
    bill = json.loads((program.parent / "layers/bill-of-materials.json").read_text(encoding="utf-8"))
    assert "libanswer.so.2" in [one["name"] for one in bill["components"]]
    for folder in (environment, outside, project):
        shutil.rmtree(folder)
    with sealed(program.parent):
        answer = stranger.start(program).visit().ask("/")
    assert json.loads(answer.text) == {
        "library": 42,
        "version": "1.0",
        "plugin": ["hello"],
        "command": "['a b']",
        "clean": "['c']",
        "data": True,
        "paths": "inner ran",
        "child": "inner 42",
    }

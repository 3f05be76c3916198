"""A small shop for friends with Windows: it keeps rows, and says what it knows of itself to scripts."""

from __future__ import annotations

import http.client
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from launcher.packager import plan, uniform
from launcher.packager.audit import Audit
from launcher.packager.formats import Parcel
from launcher.packager.platforms import WINDOWS, Platform
from launcher.paths import AppFolders
from tests.support.across import lay, plan_for
from tests.support.waiting import until
from tests.support.wine import Windows

PLATFORM = Platform(WINDOWS, "x86_64")
NAME, IDENTIFIER = "Müllers Laden", "org.example.laden"
MOMENT = 1_700_000_000
APP = """
import sqlite3, sys
from pathlib import Path
from urllib.parse import urlencode
from flask import Flask, request

VERSION = "{version}"
DATABASE = Path(__file__).with_name("shop.db")
app = Flask(__name__)


def rows():
    with sqlite3.connect(DATABASE) as connection:
        connection.execute("create table if not exists goods (name text)")
        if request.method == "POST":
            connection.execute("insert into goods values (?)", [request.form["name"]])
        return [name for name, in connection.execute("select name from goods")]


@app.route("/", methods=["GET", "POST"])
def index():
    return dict(version=VERSION, rows=rows(), arguments=sys.argv[1:])
"""
SETTINGS = """
[project]
name = "laden"
version = "{version}"
dependencies = ["flask"]

[tool.launcher]
name = "Müllers Laden"
identifier = "org.example.laden"
publisher = "Jürgen Müller"

[tool.launcher.documents]
".laden" = "Laden"

[tool.launcher.server]
scripts = true
"""


def parcel_in(folder: Path, version: str = "1.0", settings: str = "", removed: str = "") -> Parcel:
    """Lay a version of the shop in `folder`; it has a file `removed` that others have not."""
    project = folder / "project"
    project.mkdir(parents=True)
    (project / "app.py").write_text(APP.replace("{version}", version), encoding="utf-8")
    text = SETTINGS.replace("{version}", version) + settings
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    if removed:
        (project / removed).write_text("", encoding="utf-8")
    made = plan_for(project, PLATFORM)
    place = folder / "out" / ".work" / NAME
    lay(made, place, {}, "flask")
    uniform.settle(place, MOMENT)
    made = replace(made, config=plan.make(plan.Options(str(project))).config)
    return Parcel(place, folder / "out", f"{NAME}-{version}-{PLATFORM.tag}", made, MOMENT, Audit())


class Shop:
    """The shop on a friend's Windows, asked as a script of the friend's would."""

    def __init__(self, wine: Windows) -> None:
        self.data = AppFolders(wine.local_data / IDENTIFIER)

    def told(self) -> dict[str, object]:
        """Return what a second start finds the first by; nothing while none runs."""
        place = self.data.private / "running.json"
        return dict(json.loads(place.read_text("ascii"))) if place.is_file() else {}

    def ask(self, name: str = "") -> dict[str, object]:
        """Look at the shop, or put a row into it."""
        answers: list[dict[str, object]] = []
        until(lambda: bool(answers) or self._asked(name, answers), seconds=120, what=self.log)
        return answers[0]

    def log(self) -> str:
        """Return what the program has noted."""
        place = self.data.logs / "app.log"
        return place.read_text("utf-8", "replace") if place.is_file() else ""

    def _asked(self, name: str, answers: list[dict[str, object]]) -> bool:
        told = self.told()
        if not told:
            return False
        connection = http.client.HTTPConnection("127.0.0.1", int(str(told["port"])), timeout=60)
        headers = {
            "Authorization": f"Bearer {told['token']}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            form = urlencode({"name": name}) if name else None
            connection.request("POST" if name else "GET", "/", form, headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status == 200:
                answers.append(dict(json.loads(content)))
            return answer.status == 200
        except OSError:
            return False
        finally:
            connection.close()

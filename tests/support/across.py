"""Programs for other platforms, put together from their parts: a player, distributions, an app."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from launcher.packager import bundle, plan, webview
from launcher.packager.across import Got, player_for, wheels
from launcher.packager.plan import Plan
from launcher.packager.platforms import Platform
from launcher.packager.progress import Progress
from launcher.project import bundles

# What a player's parts are asked for by: each needs libraries that came with its Python.
APP = """
import ctypes, decimal, hashlib, importlib.util, multiprocessing, sqlite3, ssl, sys, zoneinfo
from flask import Flask, jsonify, render_template

app = Flask(__name__)


@app.get("/")
def index():
    return render_template("index.html", name="Müller")


@app.get("/sealed")
def sealed():
    from cryptography.fernet import Fernet  # compiled for every Python 3, and so links to python3.dll

    lock = Fernet(Fernet.generate_key())
    return lock.decrypt(lock.encrypt(b"opened"))


@app.get("/parts")
def parts():
    with multiprocessing.Pool(1) as pool:
        square = pool.map(abs, [-49])
    return jsonify(
        version=list(sys.version_info[:3]),
        platform=sys.platform,
        frozen=sys.frozen,
        utf8=sys.flags.utf8_mode,
        tls=ssl.create_default_context().check_hostname,
        database=sqlite3.connect(":memory:").execute("select 6 * 7").fetchone()[0],
        pointer=ctypes.sizeof(ctypes.c_void_p),
        square=square,
        digest=hashlib.sha256(b"").hexdigest()[:8],
        quotient=str(decimal.Decimal(1) / 3)[:6],
        zone=str(zoneinfo.ZoneInfo("Europe/Berlin")),
        tk=importlib.util.find_spec("tkinter") is not None,
        freezer=importlib.util.find_spec("PyInstaller") is not None,
    )
"""
# What it answers to /parts on every system, beside the platform and the version of Python.
PARTS = {
    "frozen": True,
    "utf8": 1,
    "tls": True,
    "database": 42,
    "pointer": 8,
    "square": [49],
    "digest": "e3b0c442",
    "quotient": "0.3333",
    "zone": "Europe/Berlin",
    "tk": False,
    "freezer": False,
}
PAGE = '<link rel="stylesheet" href="{{ url_for("static", filename="a.css") }}"><h1>Grüße, {{ name }}</h1>\n'


def project_in(folder: Path) -> Path:
    """Write the project."""
    files = {
        "app.py": APP,
        "templates/index.html": PAGE,
        "static/a.css": "h1 { color: teal }\n",
        "pyproject.toml": '[project]\nname = "across"\nversion = "1.0"\ndependencies = ["flask"]\n',
    }
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


def plan_for(project: Path, platform: Platform, python: Path | str = sys.executable) -> Plan:
    """Plan a project for a platform as if this machine were another one."""
    made = plan.make(plan.Options(project=str(project), python=Path(python)))
    view = webview.choose_for(platform, None)
    return replace(made, platform=platform, webview=view, manifest=replace(made.manifest, webview=view.kind))


def quiet() -> Progress:
    """Return what nothing is said to."""
    return Progress(emit=lambda event: None)


def lay(made: Plan, place: Path, given: Mapping[str, Path], *needs: str) -> tuple[Path, Got]:
    """Lay the program of a plan at `place`, with distributions from the index; return its path."""
    got = player_for(made, given, quiet())
    bundle.lay_player(got.place, place, made)
    layers = bundles.layers_in(place)
    layers.mkdir(parents=True, exist_ok=True)
    version = made.interpreter.version
    wheels.install(layers / bundle.SITE, needs, made.platform, (version[0], version[1]), quiet())
    bundle.lay_app(plan.layer_of(made, None, None), made, place, ())
    return bundle.program_of(place, made.manifest.name, made.platform), got

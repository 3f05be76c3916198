"""The samples are what they say: their target, loaded as Python loads it, answers or fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.project.finding import find

SAMPLES = Path(__file__).parents[1] / "samples"

# Loads a target in a process of its own, far from the launcher's modules, and asks a few pages.
ASK = """
import importlib, json, os, runpy, sys
import flask
from werkzeug.test import Client
root, module, script, attribute, path, pages = json.loads(sys.argv[1])
os.chdir(root)
sys.path[0] = os.path.join(root, path)
started = []
flask.Flask.run = lambda app, *args, **options: started.append(app)
if script:
    names = runpy.run_path(script, run_name="__main__")
    app = names[attribute] if attribute else started[0]
else:
    app = getattr(importlib.import_module(module), attribute)
    if attribute == "create_app":
        app = app()
answers = {}
for page in pages:
    answer = Client(app).get(page)
    answers[page] = [answer.status_code, answer.get_data(as_text=True)]
if "/notes" in pages:
    answers["written"] = Client(app).post("/notes", data={"text": "Buy milk"}).status_code
    answers["after"] = Client(app).get("/notes").get_data(as_text=True)
print(json.dumps(answers))
"""


def ask(folder: Path, *pages: str) -> subprocess.CompletedProcess[str]:
    """Load the app that is found in the folder and ask it for pages."""
    target = find(folder, environ={}).target
    told = [str(folder), target.module, target.script, target.attribute, target.path, pages]
    return subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(told)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "SLOW_SECONDS": "0.1", "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.mark.parametrize(
    ("sample", "title", "pages"),
    [
        ("single_file", "Notes", ["/static/style.css", "/notes"]),
        ("package_factory", "Bookshelf", ["/books/", "/readers/static/readers.css"]),
        ("src_layout", "Tides", ["/static/style.css"]),
        ("unguarded_run", "Quiz", ["/static/style.css"]),
        ("hyphen-name", "My app", ["/static/style.css"]),
        ("slow_import", "Awake at last", ["/static/style.css"]),
        ("shadows", "Shadows", ["/static/style.css", "/own"]),
        ("plain_wsgi", "Plain", []),
    ],
)
def test_sample_that_works_answers(
    sample: str, title: str, pages: list[str], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(SAMPLES / sample, tmp_path / sample))
    done = ask(folder, "/", *pages)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout.splitlines()[-1])
    assert f"<title>{title}</title>" in answers["/"][1]
    assert [answers[page][0] for page in pages] == [200] * len(pages)
    if sample == "single_file":
        assert answers["written"] == 302
        assert "Buy milk" in answers["after"]
        assert (folder / "notes.db").is_file()
    if sample == "hyphen-name":
        assert "made ready by the main block" in answers["/"][1]


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        ("raises_at_import", "KeyError: 'pear'"),
        ("exits_at_import", "No settings file, giving up."),
        ("missing_distribution", "No module named 'distribution_that_nobody_installed'"),
    ],
)
def test_sample_that_fails_fails_as_it_says(sample: str, said: str) -> None:
    done = ask(SAMPLES / sample, "/")
    assert done.returncode == 1
    assert said in done.stderr

"""A Studio of its own for each test, on a stand-in for the launcher's side of the pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.studio import Studio

STAND_IN = Path(__file__).parent / "stand_in.py"


class Page:
    """Studio as a page sees it, with one project opened."""

    def __init__(self, app: Flask, project: Path) -> None:
        self.app = app
        self.project = project
        self.client: FlaskClient = app.test_client()
        opened = self.client.post("/projects", data={"path": str(project)})
        self.address = opened.headers["Location"]
        self.key = self.address.rsplit("/", 1)[1]

    @property
    def studio(self) -> Studio:
        """What this Studio keeps."""
        return cast(Studio, self.app.extensions["studio"])

    def build(self, **form: object) -> str:
        """Start a build and return its address."""
        answer = self.client.post(f"{self.address}/builds", data=form)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def follow(self, build: str, after: int = 0) -> Iterator[dict[str, Any]]:
        """Yield a build's events as they come, each with its `number`."""
        headers = {"Last-Event-ID": str(after)}
        answer = self.client.get(f"{build}/events", headers=headers, buffered=False)
        number = 0
        for chunk in answer.response:
            for line in cast(bytes, chunk).decode().splitlines():
                if line.startswith("id: "):
                    number = int(line[4:])
                elif line.startswith("data: "):
                    yield {**json.loads(line[6:]), "number": number}


MakePage = Callable[..., Page]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that looks like a Flask project."""
    folder = tmp_path / "my projects" / "quiz"
    folder.mkdir(parents=True)
    (folder / "quiz.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    return folder


@pytest.fixture
def make_page(tmp_path: Path, project: Path) -> Iterator[MakePage]:
    """Make a Studio whose launcher behaves as told; its children end with the test."""
    made: list[Page] = []

    def make(behaviour: str = "well", **settings: object) -> Page:
        config: dict[str, object] = {
            "TESTING": True,
            "INSTANCE_PATH": tmp_path / "instance",
            "LAUNCHER_COMMAND": [sys.executable, str(STAND_IN), behaviour],
            "HEARTBEAT_SECONDS": 0.1,
        }
        made.append(Page(create_app({**config, **settings}), project))
        return made[-1]

    yield make
    for page in made:
        page.studio.children.end_all()

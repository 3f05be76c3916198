"""Whole programs, started from source as real processes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from launcher.packager.source import brought_along
from launcher.paths import PACKAGE, AppFolders
from launcher.project.manifest import Manifest, WindowSettings
from launcher.project.target import Target
from tests.support.running import Running
from tests.support.waiting import until

DRIVE = Path(__file__).with_name("drive.py")


def backend_command(python: str = sys.executable) -> tuple[str, ...]:
    """Return the command of a backend, in this very interpreter if in no other."""
    visitors = (f"{name}={folder}" for name, folder in brought_along().items())
    return (python, str(PACKAGE / "start_backend.py"), "launcher.backend", *visitors)


def environment(**more: str) -> dict[str, str]:
    """Return the tests' own environment without what would steer a launcher."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LAUNCHER_", "FLASK_", "WERKZEUG_", "PYTEST_")) and name != "BROWSER"
    }
    return {**kept, **more}


@dataclass
class Start:
    """How a program is started; what is not said is as plain as can be."""

    project: Path
    target: Target = field(default_factory=lambda: Target(None, "app.py", None, ".", "a test"))
    name: str = "Test Program"
    identifier: str = f"org.example.test-{os.getpid()}"  # and with it the port
    webview: str = "browser"
    headless: bool = True
    env: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    launch: Mapping[str, Any] = field(default_factory=dict)
    stderr: int | None = None
    python: str = sys.executable
    window: WindowSettings = field(default_factory=WindowSettings)
    share: bool = False


class Program(Running):
    """One run of a program."""

    def __init__(self, start: Start, place: Path, home: Path) -> None:
        place.mkdir(parents=True)
        self.folders = AppFolders(home)
        self.target = start.target
        manifest = place / "launcher.json"
        Manifest(
            start.name,
            start.identifier,
            "1.0",
            start.target,
            webview=start.webview,
            window=start.window,
            share=start.share,
            env=tuple(start.settings.items()),
        ).save(manifest)
        launch = {
            "manifest": str(manifest),
            "root": str(start.project),
            "backend": backend_command(start.python),
            "arguments": (),
            **start.launch,
        }
        (place / "launch.json").write_text(json.dumps(launch), encoding="utf-8")
        self._proof = place / "proof.json"
        chosen = {"LAUNCHER_HOME": str(home), "HOME": str(place)}
        if start.headless:
            chosen["LAUNCHER_HEADLESS"] = "1"
        else:
            chosen["LAUNCHER_WINDOW_PROOF"] = str(self._proof)
        super().__init__(
            [start.python, DRIVE, place / "launch.json"],
            {**environment(**chosen), **start.env},
            place / "said",
            cwd=None,
            stderr=start.stderr,
        )

    @property
    def log(self) -> str:
        place = self.folders.logs / "app.log"
        return place.read_text(encoding="utf-8") if place.exists() else ""

    def backend(self) -> psutil.Process:
        """Return the process that the app lives in."""
        return until(
            lambda: next(
                (
                    child
                    for child in psutil.Process(self.process.pid).children()
                    if any("start_backend" in argument for argument in child.cmdline())
                ),
                None,
            )
        ) or psutil.Process(0)

    def proof(self) -> dict[str, str]:
        """Wait for what the window last showed of the app: `url`, `title`, `text` and `state`."""
        until(self._proof.exists, what=lambda: self.stderr)
        seen: dict[str, str] = json.loads(self._proof.read_text(encoding="utf-8"))
        return seen

    def picture(self) -> Path:
        """Return the picture of what the window showed when it wrote its proof."""
        return self._proof.with_suffix(".png")

    def has_proof(self) -> bool:
        """Tell whether the window has shown the app."""
        return self._proof.exists()

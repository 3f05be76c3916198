"""The manifest: everything the runtime must know of one app, complete, as one value."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from launcher.project.target import Target

FILE_NAME = "launcher.json"
FORMAT = 1
RESTORE = "--launcher-restore"  # the one option that a packaged program takes itself


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """How the window opens; sizes in CSS pixels."""

    width: int = 1024
    height: int = 720
    resizable: bool = True
    permissions: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How the app is served on this machine.

    64 threads kept a page at 1 ms while 20 slow requests were held, where 16
    made it wait for one of them; they cost 6 MB more than 4.
    """

    threads: int = 64
    max_body: int = 1 << 30
    public: tuple[str, ...] = ()  # patterns of paths that need no session
    callbacks: tuple[str, ...] = ()  # paths that a sign-in elsewhere leads back to
    owner: tuple[str, ...] = ()  # patterns of paths that guests may not ask for
    scripts: bool = False  # the token of a second start opens the app as well


@dataclass(frozen=True, slots=True)
class Manifest:
    """One app, as it is run or packaged."""

    name: str
    identifier: str
    version: str
    target: Target
    webview: str = "browser"
    icon: str | None = None
    publisher: str = ""
    window: WindowSettings = field(default_factory=WindowSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    keep: tuple[str, ...] = ()  # patterns of data that is copied once
    share: bool = False  # friends in the same network may be let in
    in_place: bool = False  # the app runs where it lies, and finds an empty working directory

    def to_json(self) -> str:
        """Write the manifest as it lies in a bundle."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"

    def save(self, path: Path) -> None:
        """Write the manifest to `path`."""
        path.write_text(self.to_json(), encoding="utf-8")


def load(path: Path) -> Manifest:
    """Read a manifest that `Manifest.save` wrote."""
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    values.pop("format")
    values["target"] = Target(**values["target"])
    values["window"] = WindowSettings(**_with_tuples(values["window"], "permissions", "calls"))
    values["server"] = ServerSettings(**_with_tuples(values["server"], "public", "callbacks", "owner"))
    values["args"] = tuple(values["args"])
    values["keep"] = tuple(values["keep"])
    values["env"] = tuple((key, value) for key, value in values["env"])
    return Manifest(**values)


def _with_tuples(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return values of which JSON has made lists."""
    return {**values, **{name: tuple(values[name]) for name in names if name in values}}

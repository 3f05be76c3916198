"""Environments written by hand: distributions that have just what a test needs, and plans that use them."""

from __future__ import annotations

import hashlib
import venv
from collections.abc import Mapping
from pathlib import Path

from launcher.packager import plan
from launcher.packager.plan import Plan


class Installed:
    """A virtual environment, made where there is none, and what a test lays into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.exists():
            venv.create(folder, symlinks=True)
        places = [*folder.glob("lib/python3*/site-packages"), folder / "Lib/site-packages"]
        self.site = places[0]

    @classmethod
    def at(cls, folder: Path) -> Installed:
        """Take an environment that is there already."""
        made = cls.__new__(cls)
        made.folder = folder
        made.site = [*folder.glob("lib/python3*/site-packages"), folder / "Lib/site-packages"][0]
        return made

    def lay(
        self, name: str, files: Mapping[str, str], *, version: str = "1.0", headers: tuple[str, ...] = ()
    ) -> Path:
        """Lay a distribution as an installer does; return the folder of its metadata."""
        info = f"{name.replace('-', '_')}-{version}.dist-info"
        told = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *headers]
        everything = {**files, f"{info}/METADATA": "\n".join(told) + "\n"}
        lines = []
        for path, text in everything.items():
            place = self.site / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
            lines.append(f"{path},sha256={hashlib.sha256(text.encode()).hexdigest()},{len(text)}")
        record = "\n".join([*lines, f"{info}/RECORD,,"]) + "\n"
        (self.site / info / "RECORD").write_text(record, encoding="utf-8")
        return self.site / info


def project_of(folder: Path, files: Mapping[str, str]) -> Path:
    """Write a project, with the launcher's table that freezes fastest."""
    for name, text in {"pyproject.toml": '[tool.launcher]\nwebview = "browser"\n', **files}.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


def plan_of(project: Path, installed: Installed) -> Plan:
    """Plan a project with an environment."""
    return plan.make(plan.Options(project=str(project), python=installed.folder))

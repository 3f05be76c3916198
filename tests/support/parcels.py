"""Small bundles, handed to formats as builds hand over whole ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from launcher import names
from launcher.packager import plan, uniform
from launcher.packager.audit import Audit
from launcher.packager.formats import Parcel
from launcher.packager.plan import Plan
from launcher.packager.platforms import LINUX, Platform
from launcher.packager.webview import WebView

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
MOMENT = 1_700_000_000
PROGRAM = """#!/bin/sh
printf '%s\\n' "$@" > "$HOME/started.part"
mv "$HOME/started.part" "$HOME/started"
"""
CONFIG: dict[str, Any] = {
    "documents": {".quiz": "Quiz questions & answers", ".csv": "Table"},
    "project_summary": "Ask each other questions.",
    "project_homepage": "https://quiz.example.org/a?b=c&d",
    "project_licence": "MIT",
}


@cache
def _project() -> Plan:
    return plan.make(plan.Options(str(SAMPLES / "single_file")))


def lay_bundle(work: Path, name: str = "Müller's Quiz") -> Path:
    """Lay a bundle that is small but has a bit of everything, and settle it."""
    made = work / names.file_name(name)
    for folder in ("_internal/lib", "layers/app", "layers/site", "layers/licenses"):
        (made / folder).mkdir(parents=True)
    program = made / names.file_name(name)
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o700)
    (made / "_internal/lib/libx.so.1").write_bytes(b"\x7fELF and no more")
    (made / "_internal/libx.so.1").symlink_to("lib/libx.so.1")
    (made / "layers/launcher.json").write_text("{}", encoding="utf-8")
    (made / "layers/app/ä ö.py").write_text("x = 1\n", encoding="utf-8")
    (made / "layers/app/empty").mkdir()
    uniform.settle(made, MOMENT)
    return made


def parcel_of(
    work: Path,
    *,
    name: str = "Müller's Quiz",
    identifier: str = "org.example.Quiz",
    version: str = "1.2",
    publisher: str = "Erika Müller <erika@example.org>",
    kind: str = "qt",
    audit: Audit | None = None,
    machine: str = "x86_64",
    icon: Path | None = None,
    **config: Any,
) -> Parcel:
    """Return a small bundle as a format gets it, which leaves what it makes beside `work`."""
    work.mkdir(parents=True, exist_ok=True)
    bundle = lay_bundle(work, name)
    base = _project()
    manifest = replace(
        base.manifest, name=name, identifier=identifier, version=version, publisher=publisher, webview=kind
    )
    project = replace(
        base,
        manifest=manifest,
        config=replace(base.config, **{**CONFIG, **config}),
        webview=WebView(kind, ""),
        platform=Platform(LINUX, machine),
        icon=icon,
    )
    return Parcel(bundle, work.parent, f"{bundle.name}-{version}-linux", project, MOMENT, audit or Audit())

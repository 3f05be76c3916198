"""The build report: what was made, from what, how it was proven, what stayed behind; beside the artifact."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from launcher import __version__, names
from launcher.packager import proof_report
from launcher.packager.app_layer import AppLayer
from launcher.packager.audit import Audit
from launcher.packager.audit import lines_of as audit_lines
from launcher.packager.formats import Artifact
from launcher.packager.plan import Plan
from launcher.packager.rehearsal import facts_report
from launcher.packager.rehearsal.facts import Facts
from launcher.packager.site import Site
from launcher.packager.site.store import Laid
from launcher.packager.verification import Seen, Verified

FORMAT = 1


@dataclass(slots=True)
class Record:
    """What a build learned on its way; whole when the artifacts are made."""

    plan: Plan
    facts: Facts
    chosen: Site
    laid: Laid
    layer: AppLayer
    player_cached: bool
    sizes: Mapping[str, int]
    verified: Verified | None = None
    window: Seen | None = None
    player_from: str = ""
    audit: Audit = field(default_factory=Audit)
    moment: int = 0
    without_licence: tuple[str, ...] = ()
    artifacts: Sequence[Artifact] = ()
    warnings: Sequence[Mapping[str, str]] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def write(record: Record, output: Path, base: str, work: Path) -> tuple[Path, ...]:
    """Lay the report, as text and JSON, and the window's picture beside the artifacts; return the paths.

    `work` is a folder of the same disk, where they are until they are whole.
    """
    picture = output / f"{base}.window.png"
    value = to_value(record, picture.name)
    text, data = output / f"{base}.report.txt", output / f"{base}.report.json"
    _replace(data, work, json.dumps(value, indent=1, ensure_ascii=False) + "\n")
    _replace(text, work, "\n".join(map(_plain, lines_of(value))) + "\n")
    if record.window is None or record.window.picture is None:
        picture.unlink(missing_ok=True)  # of a build before
        return text, data
    os.replace(record.window.picture, picture)
    return text, data, picture


def to_value(record: Record, picture: str = "") -> dict[str, Any]:
    """Return the report as it stands in JSON; no path of this machine is in it."""
    made, manifest = record.plan, record.plan.manifest
    return {
        "format": FORMAT,
        "name": manifest.name,
        "version": manifest.version,
        "identifier": manifest.identifier,
        "target": {"spec": manifest.target.spec, "why": manifest.target.why},
        "platform": made.platform.tag,
        "built_on": platform.platform(),
        "launcher": __version__,
        "python": ".".join(str(part) for part in made.interpreter.version),
        "webview": {"kind": made.webview.kind, "why": made.webview.why},
        "source_date_epoch": record.moment,
        "artifacts": [
            {"format": one.format, "file": one.path.name, "bytes": one.size, "sha256": one.sha256}
            for one in record.artifacts
        ],
        "layers": {
            "player": {"bytes": record.sizes["player"], "cached": record.player_cached},
            "site": _site(record),
            "app": {"bytes": record.sizes["app"], "files": len(record.layer.files)},
        },
        "left_behind": [asdict(one) for one in record.layer.left],
        "rehearsal": facts_report.to_value(record.facts),
        "audit": {**asdict(record.audit), "player_from": record.player_from},
        "verification": proof_report.to_value(
            record.verified, record.facts, record.window, picture, made.platform
        ),
        "warnings": list(record.warnings),
        "without_licence_text": list(record.without_licence),
        "seconds": dict(record.seconds),
    }


def _site(record: Record) -> dict[str, Any]:
    dropped = record.laid.dropped
    return {
        "bytes": record.sizes["site"],
        "cached": record.laid.cached,
        "installed_bytes": record.chosen.size,
        "dropped_bytes": sum(one.size for one in dropped),
        "shared_bytes": record.laid.shared,
        "libraries": list(record.laid.brought.libraries),
        "distributions": [
            {"name": one.distribution.name, "version": one.distribution.version, "why": one.why,
             "bytes": one.size}
            for one in record.chosen.parts
        ],
        "dropped": [
            {"distribution": one.distribution, "path": one.path, "bytes": one.size, "why": one.why}
            for one in dropped
        ],
    }


def lines_of(value: Mapping[str, Any]) -> Iterator[str]:
    """Write the report for people, line by line."""
    layers, proof = value["layers"], value["verification"]
    yield f"{value['name']} {value['version']} for {value['platform']}"
    yield ""
    yield f"App       {value['target']['spec']}: {value['target']['why']}"
    yield f"Python    {value['python']}"
    yield f"Window    {value['webview']['kind']}: {value['webview']['why']}"
    yield f"Made by   flask-launcher {value['launcher']} on {value['built_on']}"
    for one in value["artifacts"]:
        yield f"Artifact  {one['file']} ({one['format']}), {_size(one['bytes'])}, sha256 {one['sha256']}"
    yield from _heading("Layers")
    for name, layer in layers.items():
        yield f"  {name:<7} {_size(layer['bytes']):>9}{'  from the cache' if layer.get('cached') else ''}"
    for part in layers["site"]["distributions"]:
        yield f"    {_size(part['bytes']):>9}  {part['name']} {part['version']}, {part['why']}"
    if layers["site"]["shared_bytes"]:
        yield f"    {_size(layers['site']['shared_bytes']):>9}  less, for the player has it already"
    for name in layers["site"]["libraries"]:
        yield f"    from this machine: {name}"
    yield from _dropped(layers["site"])
    if value["left_behind"]:
        yield from _heading("What stayed behind of the project")
        yield from (f"  {one['path']}: {one['why']}" for one in value["left_behind"])
    yield from _heading(facts_report.HEADING)
    yield from facts_report.lines_of(value["rehearsal"])
    yield from _heading("What its binaries ask for")
    yield from audit_lines(value["audit"])
    yield from _heading("Proof")
    yield from proof_report.lines_of(proof)
    if value["warnings"]:
        yield from _heading("Warnings")
        for one in value["warnings"]:
            yield f"  {one['title']}. {one['detail']}"
            yield from ([f"    {one['todo']}"] if one["todo"] else [])
    if value["without_licence_text"]:
        yield from _heading("Parts that came without the text of their licence")
        yield f"  {', '.join(value['without_licence_text'])}"
    yield from _heading("Seconds")
    yield from (f"  {seconds:7.2f}  {step}" for step, seconds in value["seconds"].items())


def _dropped(site: Mapping[str, Any]) -> Iterator[str]:
    if not site["dropped"]:
        return
    before, less = site["installed_bytes"], site["dropped_bytes"]
    yield from _heading("What stayed behind of the distributions")
    yield f"  {_size(before)} as installed, {_size(before - less)} of it travel (and bytecode, made here)"
    groups: dict[tuple[str, str], list[int]] = {}
    for one in site["dropped"]:
        groups.setdefault((one["distribution"], one["why"]), []).append(one["bytes"])
    for (distribution, why), sizes in groups.items():
        yield f"  {distribution}: {why}, {len(sizes)} files, {_size(sum(sizes))}"


def _heading(words: str) -> tuple[str, str]:
    return "", words


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


def _plain(line: str) -> str:
    """Return a line that is one, and does nothing where it is shown, whatever names stand in it."""
    return line if names.is_writable(line) else names.visible(line)


def _replace(path: Path, work: Path, text: str) -> None:
    part = work / f"{path.name}.part"
    # Names of files may be no text: JSON knows what this makes of them.
    part.write_text(text, encoding="utf-8", errors="backslashreplace")
    os.replace(part, path)

"""What would be packaged, as one value; nothing of the project is run for it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from launcher.packager import app_layer, icon, plan, site, warnings
from launcher.packager.plan import layer_of
from launcher.packager.player import frozen_player
from launcher.packager.warnings import machine, several, trust
from launcher.packager.warnings.reading import Reading

LARGEST_SHOWN = 10


def check(
    options: plan.Options, *, output: Path | None = None, formats: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return what a build of some formats would take and leave, and why, ready for JSON."""
    made = plan.make(options)
    if made.icon is not None:
        icon.from_file(made.icon)
    chosen = site.choose(made)
    layer = layer_of(made, None, output)
    sizes = sorted((app_layer.size_of(layer.source / name), name) for name in layer.files)
    return {
        "project": str(made.root),
        "name": made.manifest.name,
        "version": made.manifest.version,
        "identifier": made.manifest.identifier,
        "icon": str(made.icon) if made.icon else None,
        "target": {"spec": made.manifest.target.spec, "why": made.manifest.target.why},
        "python": {
            "path": str(made.interpreter.path),
            "version": ".".join(str(part) for part in made.interpreter.version),
            "why": made.interpreter.why,
        },
        "webview": {"kind": made.webview.kind, "why": made.webview.why},
        "distributions": [
            {
                "name": part.distribution.name,
                "version": part.distribution.version,
                "bytes": part.size,
                "why": part.why,
            }
            for part in chosen.parts
        ],
        "files": {
            "count": len(sizes),
            "bytes": sum(size for size, _ in sizes),
            "largest": [
                {"path": name, "bytes": size} for size, name in sizes[: -LARGEST_SHOWN - 1 : -1]
            ],
        },
        "left_behind": [{"path": one.path, "why": one.why} for one in layer.left],
        "warnings": [
            asdict(notice)
            for notice in (
                *warnings.find(made, chosen, layer),
                *machine.look(frozen_player(made.interpreter, made.webview.kind), made.platform),
            )
        ],
        "trust": trust.score(made, chosen, layer, formats).to_json(),
        "several_machines": [asdict(notice) for notice in several.look(Reading(layer.source, layer.files))],
    }

"""The bill of materials, in CycloneDX, and the licence texts of all that a bundle contains.

Written by hand, for it is one small JSON object: the library for it would travel in every packaged Studio
with five others. A test holds what is written here against that library's own schema.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from launcher import __version__
from launcher.packager import player, player_contents
from launcher.packager.components import Component, is_expression, lay_texts, of_distribution
from launcher.packager.plan import Plan
from launcher.packager.site import Site
from launcher.project import bundles

BILL = "bill-of-materials.json"
TEXTS = "licenses"
SPECIFICATION = "1.6"
SITE, APP = "site", "app"


def write(
    chosen: Site,
    plan: Plan,
    source: Path,
    bundle: Path,
    *,
    moment: int,
    libraries: Iterable[Path] = (),
) -> tuple[str, ...]:
    """Lay the bill and the licence texts into a bundle; return the parts that came without a text.

    `source` is the player's place in the cache, `moment` the time that the bill bears, `libraries`
    are those of this machine that came along with distributions.
    """
    layers = bundles.layers_in(bundle)
    about = source / player.ABOUT
    below = layers / TEXTS
    shutil.copytree(about / player_contents.TEXTS, below, dirs_exist_ok=True)
    components = list(player_contents.read(about))
    taken = {component.name for component in components}
    among = [part.distribution for part in chosen.parts]
    if plan.distribution is not None:
        among.append(plan.distribution)
    for one in among:
        layer = APP if one is plan.distribution else SITE
        component, texts = of_distribution(one, layer, among=among)
        components.append(component)
        # The app may use another version of what the player is made with.
        name = f"{component.name} ({layer})" if component.name in taken else component.name
        lay_texts(texts, below / name)
    for component, texts in player_contents.of_libraries([str(one) for one in libraries], SITE):
        components.append(component)
        lay_texts(texts, below / component.name)
    text = json.dumps(to_value(plan, components, moment=moment), indent=1, ensure_ascii=False)
    (layers / BILL).write_text(f"{text}\n", encoding="utf-8")
    # PySide6's parts are under Qt's licence, whose text lies in a folder of its own.
    named = {one.name for one in components if not one.name.lower().startswith(player_contents.QT)}
    return tuple(sorted(name for name in named if not any((below / name).glob("*"))))


def to_value(plan: Plan, components: Sequence[Component], *, moment: int) -> dict[str, Any]:
    """Return the bill as CycloneDX describes it."""
    time = datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    name, version = plan.manifest.name, plan.manifest.version
    ordered = sorted(components, key=_reference)
    value: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {
            "timestamp": time,
            "tools": {
                "components": [
                    {"type": "application", "name": "flask-launcher", "version": __version__}
                ]
            },
            "component": {"type": "application", "bom-ref": "program", "name": name, "version": version},
        },
        "components": [_component(one) for one in ordered],
        "dependencies": [
            {"ref": "program", "dependsOn": [_reference(one) for one in ordered]},
            *({"ref": _reference(one), "dependsOn": _needs(one, ordered)} for one in ordered),
        ],
    }
    # Two bundles of one input bear one number; any other bundle bears another.
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(value, sort_keys=True))
    return {**value, "serialNumber": f"urn:uuid:{number}"}


def _component(one: Component) -> dict[str, Any]:
    value: dict[str, Any] = {
        "type": one.kind,
        "bom-ref": _reference(one),
        "name": one.name,
        "purl": one.purl,
        "properties": [{"name": "flask-launcher:layer", "value": one.layer}],
    }
    if one.version:
        value["version"] = one.version
    if one.licence:
        known = is_expression(one.licence)
        value["licenses"] = [
            {"expression": one.licence} if known else {"license": {"name": one.licence}}
        ]
    return value


def _reference(one: Component) -> str:
    return f"{one.layer}:{one.purl}"


def _needs(one: Component, others: Iterable[Component]) -> list[str]:
    wanted = set(one.needs)
    return sorted(_reference(other) for other in others if other.purl in wanted and other.layer == one.layer)

"""The bill of materials is what CycloneDX says it is, and names everything with its licence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from launcher.packager import bill, player, player_contents, site
from launcher.packager.components import Component
from launcher.packager.plan import Plan
from launcher.project import environment
from tests.packager.installed import Installed, plan_of, project_of

MOMENT = 1_700_000_000
SHELF = ("License-Expression: MIT", "Requires-Dist: books>=1", "Requires-Dist: not-installed")


@pytest.fixture
def made(tmp_path: Path) -> Plan:
    """A plan of a project with two distributions, one with plain words for a licence."""
    installed = Installed(tmp_path / "environment")
    installed.lay("shelf", {"shelf.py": "", "shelf-1.0.dist-info/licenses/LICENSE": "MIT"}, headers=SHELF)
    installed.lay("books", {"books.py": ""}, version="2.0+local.1", headers=("License: as you like",))
    project = project_of(
        tmp_path / "project",
        {"app.py": "from flask import Flask\napp = Flask(__name__)\n", "requirements.txt": "shelf"},
    )
    return plan_of(project, installed)


@pytest.fixture
def source(tmp_path: Path, made: Plan) -> Path:
    """A player's place, described as a frozen one is: from Python itself and a library of the system."""
    place = tmp_path / "player"
    library = "/lib/x86_64-linux-gnu/libz.so.1"
    player_contents.write([library], made.interpreter.path, made.interpreter, place / player.ABOUT)
    return place


def written(made: Plan, source: Path, bundle: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    (bundle / "layers").mkdir(parents=True)
    lacking = bill.write(site.choose(made), made, source, bundle, moment=MOMENT)
    value: dict[str, Any] = json.loads((bundle / "layers" / bill.BILL).read_text(encoding="utf-8"))
    return value, lacking


def test_the_bill_fits_the_schema_strictly(made: Plan, source: Path, tmp_path: Path) -> None:
    written(made, source, tmp_path / "bundle")
    text = (tmp_path / "bundle/layers" / bill.BILL).read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_everything_is_named_with_its_layer_version_and_licence(
    made: Plan, source: Path, tmp_path: Path
) -> None:
    value, _ = written(made, source, tmp_path / "bundle")
    found = {one["name"]: one for one in value["components"]}
    assert {"shelf", "books", "Python", "flask-launcher"} <= found.keys()
    assert found["shelf"]["licenses"] == [{"expression": "MIT"}]
    assert found["books"]["licenses"] == [{"license": {"name": "as you like"}}]
    assert found["books"]["purl"] == "pkg:pypi/books@2.0%2Blocal.1"
    layers = {name: one["properties"][0]["value"] for name, one in found.items()}
    assert (layers["shelf"], layers["Python"]) == ("site", "player")
    needs = {one["ref"]: one["dependsOn"] for one in value["dependencies"]}
    assert needs[found["shelf"]["bom-ref"]] == [found["books"]["bom-ref"]]
    assert set(needs["program"]) == {one["bom-ref"] for one in value["components"]}


def test_the_texts_lie_beside_it_and_what_has_none_is_told(made: Plan, source: Path, tmp_path: Path) -> None:
    _, lacking = written(made, source, tmp_path / "bundle")
    texts = tmp_path / "bundle/layers" / bill.TEXTS
    assert (texts / "shelf/LICENSE").read_text(encoding="utf-8") == "MIT"
    assert "PYTHON SOFTWARE FOUNDATION" in (texts / "Python/LICENSE.txt").read_text(encoding="utf-8").upper()
    assert "books" in lacking and "shelf" not in lacking


def test_two_bundles_of_one_input_have_one_bill_and_others_another_number(
    made: Plan, source: Path, tmp_path: Path
) -> None:
    first, _ = written(made, source, tmp_path / "one")
    second, _ = written(made, source, tmp_path / "two")
    assert first == second
    assert first["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    other = bill.to_value(made, [Component("x", "1", "site", "pkg:pypi/x@1")], moment=MOMENT)
    assert other["serialNumber"] != first["serialNumber"]


def test_another_version_in_the_app_than_in_the_player_keeps_both_texts(
    made: Plan, source: Path, tmp_path: Path
) -> None:
    about = source / player.ABOUT
    values = json.loads((about / player_contents.LISTING).read_text(encoding="utf-8"))
    values.append({**values[0], "name": "shelf", "version": "0.9", "purl": "pkg:pypi/shelf@0.9"})
    (about / player_contents.LISTING).write_text(json.dumps(values), encoding="utf-8")
    (about / player_contents.TEXTS / "shelf").mkdir()
    (about / player_contents.TEXTS / "shelf/LICENSE").write_text("old", encoding="utf-8")
    written(made, source, tmp_path / "bundle")
    texts = tmp_path / "bundle/layers" / bill.TEXTS
    assert (texts / "shelf/LICENSE").read_text(encoding="utf-8") == "old"
    assert (texts / "shelf (site)/LICENSE").read_text(encoding="utf-8") == "MIT"


def test_qt_comes_with_its_licence_though_its_wheels_have_none(made: Plan, tmp_path: Path) -> None:
    installed = Installed(tmp_path / "with Qt")
    installed.lay("PySide6_Essentials", {"PySide6/__init__.py": ""}, version="6.12.0")
    python = environment.choose(installed.folder, installed.folder).path
    about = tmp_path / "about"
    player_contents.write([str(installed.site / "PySide6/__init__.py")], python, made.interpreter, about)
    found = {one.name: one for one in player_contents.read(about)}
    assert (found["Qt"].version, found["Qt"].licence) == ("6.12.0", "LGPL-3.0-only")
    texts = about / player_contents.TEXTS / "Qt"
    assert "LESSER GENERAL PUBLIC LICENSE" in (texts / "LGPL-3.0.txt").read_text(encoding="utf-8")
    assert (texts / "Qt.txt").is_file()

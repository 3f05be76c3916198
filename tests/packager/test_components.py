"""What distributions say of their licences, in whichever field and file they say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.packager import components
from launcher.project import environment
from launcher.project.environment import Distribution
from tests.packager.installed import Installed


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path / "environment")


def only(installed: Installed) -> Distribution:
    (found,) = environment.distributions(environment.choose(installed.folder, installed.folder))
    return found


@pytest.mark.parametrize(
    ("headers", "licence"),
    [
        (("License-Expression: MIT OR Apache-2.0",), "MIT OR Apache-2.0"),
        (("License-Expression: mit",), "MIT"),
        (("License: BSD 3-Clause License",), "BSD 3-Clause License"),
        (("License: UNKNOWN", "Classifier: License :: OSI Approved :: MIT License"), "MIT License"),
        (("License: " + "whole text " * 50, "Classifier: License :: OSI Approved :: ISC"), "ISC"),
        ((), ""),
    ],
)
def test_the_licence_is_told_by_the_best_field(
    installed: Installed, headers: tuple[str, ...], licence: str
) -> None:
    installed.lay("shelf", {"shelf.py": ""}, headers=headers)
    component, _ = components.of_distribution(only(installed), "site")
    assert component.licence == licence
    assert (component.name, component.version, component.purl) == ("shelf", "1.0", "pkg:pypi/shelf@1.0")


def test_all_texts_are_found_and_code_with_such_a_name_is_not(installed: Installed, tmp_path: Path) -> None:
    files = {
        "shelf-1.0.dist-info/licenses/LICENSE": "mine",
        "shelf-1.0.dist-info/licenses/third/parts.txt": "theirs",
        "shelf-1.0.dist-info/COPYING": "also mine",
        "shelf/vendored/LICENSE.txt": "vendored",
        "shelf/license.py": "",
        "shelf/notice.html": "",
        "shelf/copying.so.yml": "",  # what a linker of macOS notes of a library
        "shelf/__init__.py": "",
    }
    installed.lay("shelf", files)
    _, texts = components.of_distribution(only(installed), "site")
    assert components.lay_texts(texts, tmp_path / "laid") == 4
    below = tmp_path / "laid"
    laid = {path.relative_to(below).as_posix() for path in below.rglob("*") if path.is_file()}
    assert laid == {"LICENSE", "third/parts.txt", "COPYING", "shelf/vendored/LICENSE.txt"}
    assert (tmp_path / "laid/third/parts.txt").read_text(encoding="utf-8") == "theirs"


@pytest.mark.parametrize(
    ("text", "known"),
    [("MIT", True), ("(MIT AND BSD-3-Clause)", True), ("ZPL 2.1", False), ("my own", False)],
)
def test_an_spdx_expression_is_told_from_words(text: str, known: bool) -> None:
    assert components.is_expression(text) is known

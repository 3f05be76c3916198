"""Versions as Windows has them: four numbers, and a block of texts that it finds its way in."""

from __future__ import annotations

import pytest

from launcher.packager.dressing import numeric


@pytest.mark.parametrize(
    ("version", "number"),
    [
        ("1.4.0", (1, 4, 0, 0)),
        ("2", (2, 0, 0, 0)),
        ("1.2.3.4.5", (1, 2, 3, 4)),
        ("1.4.0rc2", (1, 4, 0, 0)),
        ("1.0+build5", (1, 0, 0, 0)),
        ("v3.1", (3, 1, 0, 0)),
        ("2026.11.28", (2026, 11, 28, 0)),
        ("20261128.1", (65535, 1, 0, 0)),
        ("nightly", (0, 0, 0, 0)),
        ("1.x", (1, 0, 0, 0)),
    ],
)
def test_every_version_becomes_four_numbers(version: str, number: tuple[int, int, int, int]) -> None:
    assert numeric(version) == number

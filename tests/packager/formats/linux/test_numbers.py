"""Versions as packages write them: valid, and in Python's order."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import pairwise

import pytest

from launcher.packager.formats.linux import numbers

IN_ORDER = ("0.9", "1.0.dev1", "1.0a1.dev2", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0+local.1", "1.0.post1",
            "1.0.1", "1.10", "2024.1.5", "1!0.5")


def test_packages_are_ordered_as_python_orders_versions() -> None:
    if shutil.which("dpkg") is None:
        pytest.skip("needs dpkg")
    for early, late in pairwise(map(numbers.version_of, IN_ORDER)):
        subprocess.run(["dpkg", "--compare-versions", early, "lt", late], check=True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("1.2", "1.2"), ("v2.0", "2.0"), ("2024.01.05", "2024.1.5"), ("1.0-rc.1", "1.0~rc1"),
     ("7_final!x", "7.final.x"), ("rolling", "0.rolling"), ("v3-big_one", "3.big.one")],
)
def test_a_version_of_any_kind_becomes_one_of_a_package(text: str, wanted: str) -> None:
    assert numbers.version_of(text) == wanted
    assert re.fullmatch(r"(\d+:)?\d[A-Za-z0-9.+~]*", wanted)

"""What is of this system alone is told where a program for another one is made."""

from __future__ import annotations

import pytest

from launcher import host
from launcher.packager.platforms import LINUX, MACOS, WINDOWS, Platform
from launcher.packager.rehearsal.facts import TEMPORARY, Facts
from launcher.packager.warnings import elsewhere

FACTS = Facts(
    kind="",
    answers={},
    modules=(),
    opened=(),
    imported=(),
    read=frozenset(),
    fixed=("/tmp/shop.db", "/tmp/shop.db"),
    by={(TEMPORARY, "shop.db"): "app.py, line 3"},
)


@pytest.mark.skipif(host.WINDOWS, reason="there such paths fail at home")
def test_a_temporary_file_of_unix_is_told_for_windows_alone_and_once() -> None:
    (notice,) = elsewhere.look(FACTS, Platform(WINDOWS, "x86_64"))
    assert notice.title == "The app writes to /tmp/shop.db"
    assert notice.detail == "app.py, line 3. Windows has no folder /tmp."
    for platform in (Platform(MACOS, "arm64"), Platform(LINUX, "x86_64")):
        assert not list(elsewhere.look(FACTS, platform))

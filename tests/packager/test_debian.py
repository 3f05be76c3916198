"""The table of libraries and packages: each row once, and stars that stand for many."""

from __future__ import annotations

from launcher import paths
from launcher.packager import debian


def test_the_table_names_each_library_once() -> None:
    text = (paths.bundled("build") / "linux" / debian.TABLE).read_text(encoding="utf-8")
    rows = [line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(rows) == len(set(rows)) > 100


def test_names_are_those_of_packages_alone() -> None:
    assert debian.names_of("libasound.so.2") == ("libasound2t64", "libasound2")
    assert debian.names_of("ld-linux-aarch64.so.1") == ("libc6",)
    assert debian.names_of("libcuda.so.1") == debian.names_of("libodd.so.7") == ()

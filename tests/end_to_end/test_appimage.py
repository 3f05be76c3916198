"""A whole program as an AppImage: it runs from a file system that nobody can write to, wherever that is.

The AppImage project's own runtime is in no index of packages, so none of its code runs here: a stand-in of
the tests' own proves that what follows lies where a runtime looks, and the system mounts it as one would.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from launcher import host
from tests.end_to_end.frozen import Stranger

NEEDED = ("mksquashfs", "unsquashfs", "gcc", "mount")
pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not host.LINUX, reason="a format of Linux"),
    pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)}"),
]


@pytest.fixture
def image(for_linux: Path) -> Path:
    (made,) = for_linux.glob("*.AppImage")
    return made


def test_the_one_file_starts_the_program(image: Path, place: Path, stranger: Stranger) -> None:
    file = place / "Geschenk für dich.AppImage"
    shutil.copy(image, file)
    running = stranger.start(file, env={"UNPACK_TO": str(stranger.home / "mounted"), "TMPDIR": "/tmp"})
    visitor = running.visit()
    assert visitor.ask("/").status == 200
    assert visitor.ask("/notes", method="POST", body=b"text=kept").status in (200, 302)
    assert running.stop() == 0


def test_the_program_runs_from_what_is_mounted_and_keeps_its_data_where_it_is_mounted_next(
    image: Path, place: Path, stranger: Stranger
) -> None:
    if not host.is_root():
        pytest.skip("only the superuser mounts")
    begin = image.parents[1].joinpath("runtime").stat().st_size
    for name in (".mount_Gaste1", "somewhere else"):  # a runtime mounts it somewhere else each time
        folder = place / name
        folder.mkdir()
        options = f"loop,ro,offset={begin}"
        command: list[str | Path] = ["mount", "-t", "squashfs", "-o", options, image, folder]
        mounted = subprocess.run(command, capture_output=True, text=True)
        if mounted.returncode:
            pytest.skip(f"no file system can be mounted here: {mounted.stderr}")
        try:
            running = stranger.start(folder / "AppRun")
            visitor = running.visit()
            before = visitor.ask("/notes").text
            assert ("kept" in before) == (name == "somewhere else")
            assert visitor.ask("/notes", method="POST", body=b"text=kept").status in (200, 302)
            assert running.stop() == 0
        finally:
            subprocess.run(["umount", folder], check=True)

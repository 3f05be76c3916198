"""No room left on the disk: said in one sentence, wherever it runs out, and nothing left behind."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher import host
from tests.end_to_end.builds import Builder, assert_failed_in_order, copy_project

pytestmark = pytest.mark.end_to_end

Mount = Callable[[str, int], Path]


@pytest.fixture
def small_disk(place: Path) -> Iterator[Mount]:
    """Return a function that mounts a disk of so many megabytes."""
    if not host.LINUX or not host.is_root():
        pytest.skip("only root mounts disks")
    mounted: list[Path] = []

    def mount(name: str, megabytes: int) -> Path:
        disk = place / name
        disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(disk)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("this machine lets nobody mount a tmpfs")
        mounted.append(disk)
        return disk

    yield mount
    for disk in mounted:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def project(samples: Path, place: Path) -> Path:
    return copy_project(samples / "unguarded_run", place / "project")


def test_too_little_room_for_the_program_is_said_before_it_is_laid(
    small_disk: Mount, builder: Builder, project: Path
) -> None:
    disk = small_disk("disk", 20)
    build = builder.build(project, disk / "dist")
    assert_failed_in_order(build, disk / "dist", 5)
    assert str(disk) in build.error["message"] and "MB" in build.error["message"]


def test_a_disk_that_fills_up_on_the_way_is_said(small_disk: Mount, builder: Builder, project: Path) -> None:
    """Room for what was reckoned with, and then a data file that is larger than what is left."""
    disk = small_disk("disk", 120)
    with (project / "films.bin").open("wb") as file:
        file.truncate(200_000_000)
    build = builder.build(project, disk / "dist")
    assert_failed_in_order(build, disk / "dist", 5)
    assert "room" in build.error["message"].lower() or "free" in build.error["message"]


def test_no_room_for_the_rehearsal_is_said(small_disk: Mount, builder: Builder, project: Path) -> None:
    disk = small_disk("tmp", 5)
    (project / "films.bin").write_bytes(bytes(20_000_000))
    build = builder.build(project, project.parent / "dist", env={"TMPDIR": str(disk)})
    assert_failed_in_order(build, project.parent / "dist", 5)
    assert "room" in build.error["message"]


def test_no_room_for_the_player_is_said_and_the_next_build_has_a_whole_one(
    small_disk: Mount, project: Path, place: Path
) -> None:
    disk = small_disk("cache", 60)
    build = Builder(disk).build(project, place / "dist")
    assert_failed_in_order(build, place / "dist", 5)
    assert "No space left on device" in build.error["message"] or "room" in build.error["message"]
    subprocess.run(["mount", "-o", "remount,size=1g", str(disk)], check=True)
    assert Builder(disk).build(project, place / "dist").program.is_file()

"""A build that is stopped, at any moment and in any way: nothing half-made, and the next one works."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil
import pytest

from launcher import host
from tests.end_to_end.builds import Builder, Building, copy_project, is_step, left_in, programs_in
from tests.support import processes
from tests.support.waiting import until

pytestmark = [pytest.mark.end_to_end, pytest.mark.skipif(host.WINDOWS, reason="POSIX signals")]

INTERRUPTED = 130
STEPS = ["find", "rehearse", "player", "site", "app", "verify", "artifacts"]


@pytest.fixture
def project(samples: Path, place: Path, builder: Builder) -> Path:
    """A project whose player is in the cache, so that every moment of a build comes soon."""
    return copy_project(samples / "unguarded_run", place / "project")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("step", STEPS)
def test_a_build_that_is_told_to_stop_leaves_nothing(
    step: str, number: signal.Signals, builder: Builder, project: Path, place: Path
) -> None:
    output = place / "dist"
    with builder.building(project, output) as running:
        running.until(is_step(step, "begin"))
        family = running.note_processes()
        running.process.send_signal(number)
        stopped = running.finish()
        if stopped.code == 0:
            # The last step was over before the signal was looked at: then all of it is there.
            assert step == "artifacts" and stopped.program.is_file()
        else:
            assert stopped.code == INTERRUPTED, (stopped.last, stopped.errors)
            assert stopped.last["event"] == "error" and stopped.last["exit_code"] == INTERRUPTED
            assert "Traceback" not in stopped.errors
            assert [name for name in left_in(output) if name.startswith(".")] == []
            assert programs_in(output) in ([], ["project"] if step == "artifacts" else [])
        assert processes.left_of(family) == []


@pytest.mark.parametrize("step", ["rehearse", "verify"])
def test_a_stop_while_the_app_runs_ends_the_app_too(
    step: str, builder: Builder, project: Path, place: Path
) -> None:
    with builder.building(project, place / "dist") as running:
        running.until(is_step(step, "begin"))
        family = until(lambda: _with_a_child(running))
        running.process.send_signal(signal.SIGINT)
        assert running.finish().code == INTERRUPTED
        assert processes.left_of(family) == []
    assert left_in(place / "dist") == []


def _with_a_child(running: Building) -> list[psutil.Process]:
    family = running.note_processes()
    return family if len(family) > 1 else []


def test_after_a_stop_the_next_build_works(builder: Builder, project: Path, place: Path) -> None:
    with builder.building(project, place / "dist") as running:
        running.until(is_step("app", "end"))
        running.process.send_signal(signal.SIGINT)
        assert running.finish().code == INTERRUPTED
    assert builder.build(project, place / "dist").program.is_file()


@pytest.mark.parametrize("step", ["rehearse", "site", "verify"])
def test_what_a_killed_build_left_is_removed_by_the_next(
    step: str, builder: Builder, project: Path, place: Path
) -> None:
    output = place / "dist"
    (place / "tmp").mkdir()  # what it leaves there, the system cleans up
    with builder.building(project, output, env={"TMPDIR": str(place / "tmp")}) as running:
        running.until(is_step(step, "begin"))
        family = running.note_processes()
        running.process.kill()
        running.finish()
    assert [name for name in left_in(output) if not name.startswith(".launcher-build-")] == []
    assert processes.left_of(family, seconds=30.0) == []
    assert builder.build(project, output).program.is_file()
    assert programs_in(output) == ["project"]


def test_a_stop_while_the_player_is_frozen_leaves_no_player(
    builder: Builder, project: Path, place: Path, cache: Path
) -> None:
    """In a cache of its own; the next build takes up what was whole of it."""
    own = Builder(place / "cache")
    with own.building(project, place / "dist") as running:
        running.until(lambda event: "PyInstaller:" in event.get("line", ""))
        family = running.note_processes()
        assert len(family) > 1
        running.process.send_signal(signal.SIGTERM)
        assert running.finish().code == INTERRUPTED
        assert processes.left_of(family) == []
    players = place / "cache" / "players"
    assert [path.name for path in players.iterdir() if path.is_dir()] == []
    assert left_in(place / "dist") == []


def test_two_builds_of_one_project_at_once_both_work(builder: Builder, project: Path, place: Path) -> None:
    with (
        builder.building(project, place / "dist") as first,
        builder.building(project, place / "dist") as second,
    ):
        first.until(is_step("rehearse", "begin"))
        second.until(is_step("rehearse", "begin"))
        assert first.finish().program == second.finish().program
    assert programs_in(place / "dist") == ["project"]

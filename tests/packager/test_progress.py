"""The events of a build."""

from __future__ import annotations

import json

import pytest

from launcher.packager.progress import Event, Progress


def test_a_step_is_announced_and_ended_with_its_time_and_detail() -> None:
    events: list[Event] = []
    progress = Progress(events.append)
    with progress.step("find", "Finding the app") as step:
        step.detail = "in quiz.py"
    begin, end = events
    assert begin == {"event": "step", "id": "find", "title": "Finding the app", "state": "begin"}
    assert end == {**begin, "state": "end", "seconds": end["seconds"], "detail": "in quiz.py"}
    assert end["seconds"] >= 0 and progress.seconds == {"find": end["seconds"]}


def test_a_step_that_fails_has_no_end() -> None:
    events: list[Event] = []
    with pytest.raises(ValueError, match="no"), Progress(events.append).step("find", "Finding"):
        raise ValueError("no")
    assert [event["state"] for event in events] == ["begin"]


def test_every_event_is_plain_json() -> None:
    events: list[Event] = []
    progress = Progress(events.append)
    progress.fact("App", "quiz:app")
    progress.warning("Careful", "Something", "Do this.")
    progress.output("a line")
    progress.size("site", 3, [{"name": "flask", "version": "3", "bytes": 3}])
    assert [event["event"] for event in events] == ["fact", "warning", "output", "size"]
    assert json.loads(json.dumps(events)) == events


def test_a_platform_s_part_bears_its_name_and_knows_nothing_of_another_s() -> None:
    events: list[Event] = []
    progress = Progress(events.append)
    with progress.step("find", "Finding"):
        progress.warning("Undeclared", "Flask")
    first, second = progress.branch(), progress.branch("windows-x86_64")
    first.warning("Old", "glibc")
    with second.step("site", "Laying"):
        second.warning("Undeclared", "Flask")
        second.warning("Unsigned", "q.exe")
    assert [event["id"] for event in events if event["event"] == "step"][-1] == "windows-x86_64/site"
    assert [event["title"] for event in events if event["event"] == "step"][-1] == "Laying for windows-x86_64"
    said = [event["title"] for event in events if event["event"] == "warning"]
    assert said == ["Undeclared", "Old", "Unsigned"]
    assert [one["title"] for one in second.warnings] == ["Undeclared", "Unsigned"]
    assert [*second.seconds] == ["find", "site"]

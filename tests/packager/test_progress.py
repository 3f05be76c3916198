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

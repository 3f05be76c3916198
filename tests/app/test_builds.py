"""Builds: started once a project, followed to their end, cancelled, explained."""

from __future__ import annotations

import signal
from itertools import takewhile
from pathlib import Path

import pytest

from app import builds as builds_module
from app.builds import Wish
from app.projects import Project
from app.systems import here

from .conftest import MakePage, Page
from .waiting import is_alive, until


def helper_of(page: Page, build: str) -> int:
    """Wait until the build runs and return the id of the process that it started."""
    return next(int(e["detail"]) for e in page.follow(build) if e.get("title") == "helper")


def test_build_is_followed_to_done(make_page: MakePage) -> None:
    """The story has every step, its sizes, and the result before the end."""
    page = make_page()
    told = list(page.follow(page.build(name="Quiz", make="file")))
    # The log is another stream: what it says may come before or after.
    kinds = [event["event"] for event in told if event["event"] != "log"]
    assert kinds[0] == "start" and kinds[-1] == "end"
    assert told[-1]["outcome"] == "done"
    ended = [event["id"] for event in told if event.get("state") == "end"]
    assert ended == ["find", "player", "site", "app", "verify", "window", "artifacts", "handout"]
    assert [event["layer"] for event in told if event["event"] == "size"] == [
        "player",
        "site",
        "app",
    ]
    assert {"event": "log", "line": "INFO: finding the app ok"}.items() <= next(
        event for event in told if event["event"] == "log"
    ).items()


def test_result_is_kept_with_the_project(make_page: MakePage) -> None:
    """The built program can be opened from the project's page later on."""
    page = make_page()
    list(page.follow(page.build(name="Quiz")))
    kept = page.studio.projects.find(page.key)
    assert kept is not None
    assert kept.program == str(page.project / "dist" / "Quiz" / "Quiz")
    assert kept.page == str(page.project / "dist" / "index.html")


def test_a_build_for_other_systems_alone_leaves_nothing_to_open_here(make_page: MakePage) -> None:
    """Its page for friends is kept, and its steps bear the system's name."""
    page = make_page()
    build = page.build(system=["windows-x86_64", "macos-arm64"])
    told = list(page.follow(build))
    ids = [event["id"] for event in told if event.get("state") == "end"]
    assert "windows-x86_64/player" in ids and "macos-arm64/site" in ids
    done = {"program": "/p/Quiz.exe", "handout": "/p/index.html", "artifacts": []}
    for platform, program in (("windows-x86_64", ""), (here().target, "/p/Quiz.exe")):
        result: dict[str, object] = {**done, "artifacts": [{"platform": platform}]}
        assert builds_module._results(result) == (program, "/p/index.html")
    shown = page.client.get(build).text
    assert "Open it" not in shown and "Page for friends" in shown


def test_reconnecting_page_gets_only_what_it_missed(make_page: MakePage) -> None:
    """Numbers go on; once all is known the stream is refused, so that the page stops asking."""
    page = make_page()
    build = page.build()
    told = list(page.follow(build))
    assert [event["number"] for event in told] == list(range(1, len(told) + 1))
    assert list(page.follow(build, after=5)) == told[5:]
    again = page.client.get(f"{build}/events", headers={"Last-Event-ID": str(len(told))})
    assert again.status_code == 204


def test_second_start_leads_to_the_build_that_runs(make_page: MakePage) -> None:
    """One build at a time a project."""
    page = make_page("waiting")
    first = page.build()
    assert page.build() == first
    page.client.post(f"{first}/cancel")
    assert list(page.follow(first))[-1]["outcome"] == "cancelled"
    assert page.build() != first


def test_cancelled_build_ends_in_order(make_page: MakePage) -> None:
    """The launcher is asked, cleans up, and its own child is gone too."""
    page = make_page("waiting")
    build = page.build()
    helper = helper_of(page, build)
    assert page.client.post(f"{build}/cancel").json == {"ok": True, "message": "Stopping …"}
    told = list(page.follow(build))
    assert [event["event"] for event in told][-3:] == ["cancelling", "error", "end"]
    assert told[-1]["outcome"] == "cancelled"
    assert until(lambda: not is_alive(helper))


def test_build_that_does_not_heed_is_killed(
    make_page: MakePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while the whole group is ended."""
    monkeypatch.setattr(builds_module, "CANCEL_SECONDS", 0.2)
    page = make_page("stubborn")
    build = page.build()
    helper = helper_of(page, build)
    page.client.post(f"{build}/cancel")
    assert list(page.follow(build))[-1]["outcome"] == "cancelled"
    assert until(lambda: not is_alive(helper))


def test_failure_is_told_as_the_launcher_tells_it(make_page: MakePage) -> None:
    """Message and way forward come through unchanged, once."""
    page = make_page("failing")
    told = list(page.follow(page.build()))
    errors = [event for event in told if event["event"] == "error"]
    assert [error["todo"] for error in errors] == ["pip install flask-login"]
    assert told[-1]["outcome"] == "failed"


def test_death_without_a_word_is_explained(make_page: MakePage) -> None:
    """A child that only dies leaves its code and its log."""
    page = make_page("dying")
    told = list(page.follow(page.build()))
    error = next(event for event in told if event["event"] == "error")
    assert error["message"] == "The build ended with code 139 without a result."
    assert "Segmentation fault" in [event.get("line") for event in told]


def test_children_end_with_studio(make_page: MakePage) -> None:
    """Nothing that was started for a build outlives Studio."""
    page = make_page("stubborn")
    helper = helper_of(page, page.build())
    page.studio.children.end_all()
    assert until(lambda: not is_alive(helper))
    assert page.studio.children.count() == 0


def test_command_that_is_not_there_is_said(make_page: MakePage) -> None:
    """A wrong LAUNCHER_COMMAND is a sentence, not a traceback."""
    page = make_page(LAUNCHER_COMMAND=["/nowhere/launcher"])
    answer = page.client.post(f"{page.address}/builds")
    assert answer.status_code == 409
    assert "/nowhere/launcher could not be started" in answer.text


def test_endless_log_is_cut(make_page: MakePage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The story stays small enough to be sent again and again."""
    monkeypatch.setattr(builds_module, "LOG_LINES", 3)
    page = make_page()
    lines = [e["line"] for e in page.follow(page.build()) if e["event"] == "log"]
    assert len(lines) == 3 and lines[-1].startswith("… more than 3 lines")


def test_wish_becomes_arguments_that_cannot_be_options() -> None:
    """A name that begins with a dash stays a name."""
    project = Project(key="k", path="/p", name="p", opened=0.0)
    wish = Wish(name="--clean", formats=("folder", "tar.gz"), icon=Path("/i.png"))
    assert wish.arguments(project) == [
        "build", "/p", "--json", "--output=/p/dist", "--format=folder", "--format=tar.gz",
        "--name=--clean", "--icon=/i.png",
    ]  # fmt: skip


def test_signal_is_named_in_the_explanation(make_page: MakePage) -> None:
    """A killed build says by which signal."""
    page = make_page("stubborn")
    build = page.build()
    helper_of(page, build)
    page.studio.children.end_all()
    last = list(takewhile(lambda event: event["event"] != "end", page.follow(build)))[-1]
    assert f"by signal {signal.SIGKILL.value}" in last["message"]

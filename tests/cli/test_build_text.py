"""A build of several systems as a person reads it."""

from __future__ import annotations

from typing import Any

import pytest

from launcher.cli.build_text import BuildText
from launcher.packager.progress import Progress


def tell(progress: Progress, *steps: str) -> None:
    for step in steps:
        with progress.step(step, f"Doing {step}") as told:
            told.detail = "well"


def artifact(platform: str, name: str) -> dict[str, Any]:
    about = {"format": name, "platform": platform, "path": f"/d/{name}"}
    return {**about, "bytes": 2_000_000, "sha256": "0" * 64}


def done(*artifacts: dict[str, Any], page: str | None) -> dict[str, Any]:
    reports = ["/d/a.report.txt", "/d/a.report.json", "/d/b.report.txt"]
    more = {"artifacts": artifacts, "reports": reports, "handout": page, "seconds": 3.0}
    return {"event": "done", "program": "/d/Quiz/Quiz", **more}


def test_each_system_s_steps_stand_under_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    text = BuildText()
    progress = Progress(text)
    tell(progress, "find")
    tell(progress.branch(), "player")
    for platform in ("windows-x86_64", "macos-arm64"):
        tell(progress.branch(platform), "player", "site")
    tell(progress, "handout")
    said = [line.split(" 0.")[0] for line in capsys.readouterr().out.splitlines()]
    assert said == [
        *("✓ Doing find", "✓ Doing player"),
        *("windows-x86_64", "✓ Doing player", "✓ Doing site"),
        *("macos-arm64", "✓ Doing player", "✓ Doing site"),
        *("For all", "✓ Doing handout"),
    ]


def test_the_end_lists_what_there_is_by_system_and_the_page_to_send(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = BuildText()
    text(done(artifact("linux-x86_64", "folder"), artifact("windows-x86_64", "zip"), page="/d/index.html"))
    said = capsys.readouterr().out
    assert said.index("\nlinux-x86_64\n") < said.index("/d/folder") < said.index("\nwindows-x86_64\n")
    assert said.count("/d/a.report.txt") == said.count("/d/b.report.txt") == 1 and ".json" not in said
    assert said.rstrip().endswith("/d/index.html")
    text(done(artifact("linux-x86_64", "folder"), page=None))
    said = capsys.readouterr().out
    assert "linux-x86_64" not in said and "friends" not in said


def test_distributions_are_listed_for_the_first_system_alone(capsys: pytest.CaptureFixture[str]) -> None:
    text = BuildText()
    progress = Progress(text)
    parts = [{"name": "flask", "version": "3.1", "bytes": 300_000}]
    progress.size("site", 5_000_000, parts)
    tell(progress.branch("windows-x86_64"), "site")
    progress.size("site", 5_000_000, parts)
    assert capsys.readouterr().out.count("flask 3.1") == 1

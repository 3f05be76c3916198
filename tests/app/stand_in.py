"""Stands in for the launcher's side of the pipe: prints what the contract says, slowly.

Only Studio is under test with it. The first argument says how to behave.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

PACE = float(os.environ.get("STAND_IN_PACE", "0.02"))


def tell(event: str, **rest: object) -> None:
    """Write one event."""
    print(json.dumps({"event": event, **rest}), flush=True)


def value(arguments: list[str], option: str, default: str) -> str:
    """Return the value of `--option=value`."""
    found = [one.split("=", 1)[1] for one in arguments if one.startswith(f"{option}=")]
    return found[-1] if found else default


def check(project: Path) -> dict[str, object]:
    """Return a report with texts that would break out of a careless page."""
    names = ["PySide6-Essentials", "SQLAlchemy", "Pillow", "cryptography", "Flask", "Werkzeug",
             "Jinja2", "waitress", "click", "itsdangerous", "MarkupSafe", "blinker"]  # fmt: skip
    return {
        "project": str(project),
        "name": os.environ.get("STAND_IN_NAME", "Quiz Night"),
        "version": "1.4.0",
        "identifier": "quiz",
        "icon": None,
        "target": {
            "spec": os.environ.get("FLASK_APP", "quiz:app"),
            "why": "the only Flask(...) call, in quiz.py",
        },
        "python": {
            "path": str(project / ".venv/bin/python"),
            "version": "3.11.7",
            "why": "the project's own .venv",
        },
        "webview": {"kind": "qt", "why": "PySide6 is installed"},
        "distributions": [
            {
                "name": name,
                "version": f"{3 + n % 3}.{n}.{n * 7 % 5}",
                "bytes": int(61_000_000 / (n + 1) ** 2.2),
                "why": "declared in requirements.txt" if n < 3 else "Flask needs it",
            }
            for n, name in enumerate(names)
        ],
        "files": {
            "count": 48,
            "bytes": 1_340_000,
            "largest": [
                {"path": "static/<script>alert(1)</script>.png", "bytes": 640_000},
                {"path": "static/cover.jpg", "bytes": 310_000},
                {"path": "quiz.py", "bytes": 18_400},
            ],
        },
        "left_behind": [
            {"path": ".venv", "why": "a virtual environment"},
            {"path": ".git", "why": "version control"},
            {"path": ".env", "why": "holds secrets"},
        ],
        "trust": {
            "score": 46,
            "words": "Friends are warned, and a scanner may object.",
            "best": 90,
            "points": [
                {
                    "costs": 25,
                    "title": "Not signed for Windows",
                    "detail": "SmartScreen <b>warns</b> of it.",
                    "todo": "Sign it.",
                }
            ],
        },
        "warnings": [
            {
                "title": "A page loads from another machine",
                "detail": "templates/base.html asks cdn.example.com for bootstrap.min.css.",
                "todo": "Put the file into static/, so that it also works without internet.",
            }
        ],
    }


STEPS = [
    ("find", "Finding the app", "quiz:app"),
    ("player", "Freezing the player", "taken from the cache"),
    ("site", "Laying 12 packages", "64 MB"),
    ("app", "Laying 48 files", "1.3 MB"),
    ("verify", "Starting it and comparing 31 answers with the source", "all the same"),
    ("window", "Opening its window", "shown after 0.8 s"),
    ("artifacts", "Writing the results", ""),
]


def targets_of(arguments: list[str]) -> list[str]:
    """Return the other systems that are asked for."""
    named = [one.removeprefix("--target=") for one in arguments if one.startswith("--target=")]
    return [target for target in named if not target.startswith("linux")]


def build(project: Path, arguments: list[str]) -> None:
    """Tell a build that works."""
    name = value(arguments, "--name", "Quiz Night")
    output = Path(value(arguments, "--output", str(project / "dist")))
    tell("start", project=str(project), name=name)
    for number, (step, title, detail) in enumerate(STEPS):
        tell("step", id=step, title=title, state="begin")
        print(f"INFO: {title.lower()} \x1b[32mok\x1b[0m", file=sys.stderr, flush=True)
        time.sleep(PACE)
        if step == "find":
            tell("fact", title="App", detail="quiz:app - the only Flask(...) call, in quiz.py")
            tell("fact", title="Python", detail="3.11.7, the project's own .venv")
        if step in ("player", "site", "app"):
            sizes = {"player": 98_400_000, "site": 84_000_000, "app": 1_340_000}
            rows = check(project)["distributions"] if step == "site" else []
            tell("size", layer=step, bytes=sizes[step], parts=rows)
        if step == "verify":
            tell("warning", title="One answer varies", detail="/clock differs at every request.")
        seconds = round(PACE * (number + 1) / 2, 2)
        tell("step", id=step, title=title, state="end", seconds=seconds, detail=detail)
    program = output / name / name
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text('#!/bin/sh\necho started > "$0.was-started"\nexit ${STAND_IN_EXIT:-0}\n')
    program.chmod(0o755)
    digests = ("9f" * 32, "c4" * 32)
    folder = str(program.parent)
    for target in targets_of(arguments):
        for step, title, detail in STEPS[1:4]:
            told = {"id": f"{target}/{step}", "title": f"{title} for {target}"}
            tell("step", state="begin", **told)
            time.sleep(PACE)
            tell("step", state="end", seconds=PACE, detail=detail, **told)
    artifacts = [
        {"format": "folder", "path": folder, "bytes": 183_700_000, "sha256": digests[0]},
        {
            "format": "tar.gz",
            "path": f"{folder}.tar.gz",
            "bytes": 71_200_000,
            "sha256": digests[1],
        },
    ]
    artifacts += [
        {"format": "zip", "platform": target, "path": f"{folder}-1.4.0-{target}.zip", "bytes": 21_300_000,
         "sha256": digests[1]}
        for target in targets_of(arguments)
    ]  # fmt: skip
    tell("step", id="handout", title="Writing the page for friends", state="begin")
    tell("step", id="handout", title="Writing the page for friends", state="end", seconds=PACE, detail="")
    page = output / "index.html"
    page.write_text("<!doctype html>")
    tell("done", program=str(program), artifacts=artifacts, handout=str(page), seconds=7 * PACE)


def wait_for_signal(project: Path, *, stubborn: bool) -> None:
    """Begin a build that only a signal ends; its own child would outlive it."""
    helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])

    def end(number: int, frame: FrameType | None) -> None:
        if not stubborn:
            helper.terminate()
            tell("error", message="The build was interrupted.", todo="", exit_code=130)
            sys.exit(130)

    signal.signal(signal.SIGTERM, end)
    tell("start", project=str(project), name="Quiz Night")
    tell("step", id="player", title="Freezing the player", state="begin")
    tell("fact", title="helper", detail=str(helper.pid))
    while True:
        time.sleep(600)


def answer_check(behaviour: str, project: Path) -> int:
    """Answer `check --json` and return the exit code."""
    if behaviour == "several" and "FLASK_APP" not in os.environ:
        candidates = ["admin:app", "quiz:create_app()"]
        error = {"message": "Two apps.", "todo": "Pick.", "exit_code": 3, "candidates": candidates}
        print(json.dumps({"error": error}))
        return 3
    if behaviour == "garbled":
        print("Traceback (most recent call last): <b>oops</b>", file=sys.stderr)
        return 1
    if behaviour == "hanging":
        time.sleep(600)
    print(json.dumps(check(project)))
    return 0


def answer_build(behaviour: str, project: Path, arguments: list[str]) -> int:
    """Answer `build --json` and return the exit code."""
    if behaviour in ("waiting", "stubborn"):
        wait_for_signal(project, stubborn=behaviour == "stubborn")
    elif behaviour == "failing":
        tell("start", project=str(project), name="Quiz Night")
        tell("step", id="find", title="Finding the app", state="begin")
        tell("error", message="quiz.py, line 3: No module named 'flask_login'",
             todo="pip install flask-login", exit_code=3)  # fmt: skip
        return 3
    elif behaviour == "dying":
        tell("start", project=str(project), name="Quiz Night")
        print("Segmentation fault", file=sys.stderr)
        return 139
    else:
        build(project, arguments)
    return 0


if __name__ == "__main__":
    behaviour, command, project, *rest = sys.argv[1:]
    if command == "check":
        sys.exit(answer_check(behaviour, Path(project)))
    sys.exit(answer_build(behaviour, Path(project), rest))

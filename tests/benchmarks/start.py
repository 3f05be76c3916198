"""How long programs take to show their page: python -m tests.benchmarks.start [--rounds N]

Measured from the start of the process to the page's own DOMContentLoaded, which the page reports
by a request: Studio from source and packaged and a small packaged project, next to an empty
window of pywebview and to the same small project packaged by hand. The programs take turns, and
one round before the first is thrown away.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import making
from tests.support import processes
from tests.support.screens import virtual_screen
from tests.support.waiting import until

DEADLINE = 60.0  # seconds for a page to be there
TIMED = making.HERE / "timed.py"


@dataclass(frozen=True, slots=True)
class Contestant:
    """Something that shows a page, and how large it is on the disk."""

    name: str
    command: list[str]
    megabytes: float | None


def main() -> None:
    """Build what is compared, let it start in turns, and print the table."""
    parser = argparse.ArgumentParser(description="Time the starts of programs.")
    parser.add_argument("--rounds", type=int, default=7)
    rounds: int = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="launcher-start-") as folder, virtual_screen() as screen:
        work = Path(folder)
        cache = Path(os.environ.get("LAUNCHER_CACHE") or work / "cache")
        environ = making.environ(cache, DISPLAY=screen.name, QTWEBENGINE_DISABLE_SANDBOX="1")
        contestants = made(work, environ)
        seconds: dict[str, list[float]] = {one.name: [] for one in contestants}
        for number in range(rounds + 1):
            turn = number % len(contestants)
            for one in contestants[turn:] + contestants[:turn]:
                taken = time_of(one, work, environ)
                if number:
                    seconds[one.name].append(taken)
            print(f"round {number} of {rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print(
        making.table(
            ("to DOMContentLoaded, seconds", "median", "min", "max", "MB"), rows(contestants, seconds)
        )
    )


def rows(contestants: list[Contestant], seconds: dict[str, list[float]]) -> list[tuple[str, ...]]:
    """Return the table's rows."""
    return [
        (
            one.name,
            *(f"{of(seconds[one.name]):.2f}" for of in (statistics.median, min, max)),
            f"{one.megabytes:.0f}" if one.megabytes else "",
        )
        for one in contestants
    ]


def made(work: Path, environ: dict[str, str]) -> list[Contestant]:
    """Make everything that is compared."""
    studio = making.checkout(work / "studio")
    shutil.copy2(TIMED, studio)
    settings = studio / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('"app:create_app"', '"timed:app"'), encoding="utf-8")
    sample = making.sample(work / "Sample", webview="qt", app="timed:app")
    shutil.copy2(TIMED, sample)
    print("building Studio", file=sys.stderr)
    packaged_studio = making.build(studio, work / "dist-studio", environ)
    print("building the sample", file=sys.stderr)
    packaged = making.build(sample, work / "dist-sample", environ)
    print("freezing the sample by hand", file=sys.stderr)
    python = making.freezing_environment(work / "by-hand")
    shutil.copy2(making.HERE / "naive.py", sample)
    data = [word for name in ("templates", "static") for word in ("--add-data", f"{name}{os.pathsep}{name}")]
    making.freeze(python, sample / "naive.py", "--windowed", *data)
    naive = sample / "dist" / "naive" / "naive"
    empty = [str(python), str(making.HERE / "empty.py")]
    return [
        Contestant("empty pywebview window, from source", empty, None),
        Contestant("Studio, from source", making.launcher("run", studio), None),
        Contestant("Studio, packaged", [str(packaged_studio.program)], packaged_studio.megabytes),
        Contestant("sample, packaged", [str(packaged.program)], packaged.megabytes),
        Contestant("sample, PyInstaller and pywebview by hand", [str(naive)], making.megabytes(naive.parent)),
    ]


def time_of(one: Contestant, work: Path, environ: dict[str, str]) -> float:
    """Start a contestant, wait for its page, end it, and return the seconds to the page."""
    note, home = work / "note", work / "homes" / one.name
    note.unlink(missing_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    own = {"START_NOTE": str(note), "LAUNCHER_HOME": str(home / "data"), "HOME": str(home)}
    begin = time.time()
    process = subprocess.Popen(
        one.command,
        cwd=work,
        env={**environ, **own},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    family = []
    try:
        until(lambda: note.is_file() or process.poll() is not None, seconds=DEADLINE)
        family = processes.with_descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    finally:
        process.kill()
        process.wait(30)
        processes.end(family)
    return float(note.read_text(encoding="utf-8")) - begin


if __name__ == "__main__":
    main()

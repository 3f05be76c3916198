"""Kill an app at random moments of its first start, of writing and of an update, and count what is lost.

    python tests/end_to_end/kills.py --kills 200 [--seed N]

Each round starts the app as a packaged program is started, only not frozen, kills it (the program, its
backend, or both at once), and starts it again. Lost is a row that the app had acknowledged; mixed is a
home with files of two versions; unstartable is an app that does not answer after the kill.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psutil

from launcher.data import home
from launcher.paths import AppFolders
from launcher.project.manifest import Manifest
from launcher.project.target import Target
from tests.support.asking import Visitor
from tests.support.processes import left_of
from tests.support.programs import Program, Start

APP = """
import sqlite3
from contextlib import closing
from pathlib import Path
from flask import Flask, jsonify, request
import first, last

HERE = Path(__file__).parent
VERSION = '{version}'
app = Flask(__name__)
DATABASES = (HERE / "plain.db", "DELETE"), (Path(app.instance_path) / "logged.db", "WAL")

def connect(path, mode):
    path.parent.mkdir(exist_ok=True)
    connection = sqlite3.connect(path, timeout=20)
    connection.execute(f"PRAGMA journal_mode={{mode}}")
    connection.execute("CREATE TABLE IF NOT EXISTS row (number INTEGER PRIMARY KEY)")
    return connection

@app.route("/rows", methods=["GET", "POST"])
def rows():
    found = []
    for path, mode in DATABASES:
        with closing(connect(path, mode)) as connection:
            if request.method == "POST":
                with connection:
                    connection.execute("INSERT INTO row VALUES (?)", [int(request.form["number"])])
            found.append([number for (number,) in connection.execute("SELECT number FROM row")])
            if request.method == "GET":
                found[-1].append(connection.execute("PRAGMA integrity_check").fetchone()[0])
    return jsonify(found if request.method == "GET" else "written")

@app.route("/files")
def files():
    parts = {{path.read_text() for path in (HERE / "parts").iterdir()}}
    count = len(list((HERE / "parts").iterdir()))
    return jsonify(versions=sorted({{VERSION, first.VERSION, last.VERSION, *parts}}), parts=count)
"""
PARTS = 150  # files of a version: an update takes long enough to be hit
PHASES = ("first start", "writing", "update")
VICTIMS = ("program", "backend", "both")
START = 1.5  # seconds in which most starts are done
STAGING, MOVING = 0.15, 0.02  # seconds in which files are staged, and moved
WRITING = 1.0


@dataclass(slots=True)
class Score:
    """What many kills did."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    unstartable: int = 0
    mixed: int = 0
    phases: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def to_text(self) -> str:
        """Say it in lines."""
        phases = ", ".join(f"{count} in {phase}" for phase, count in sorted(self.phases.items()))
        hits = ", ".join(f"{count} {where}" for where, count in sorted(self.hits.items()))
        return "\n".join(
            [
                f"{self.kills} kills ({phases}) in {self.seconds:.0f} s; {hits or 'no home hit'}",
                f"acknowledged rows {self.acknowledged}, lost {self.lost}",
                f"unstartable {self.unstartable}, of two versions at once {self.mixed}",
                *self.faults,
            ]
        )


class Killing:
    """One app's life, with many sudden ends."""

    def __init__(self, place: Path, seed: int) -> None:
        self.place = place
        self.random = random.Random(seed)
        self.score = Score()
        self.folders = AppFolders(place / "data")
        self.version = 0
        self.starts = 0
        self.rows: set[int] = set()
        self.next_row = 0
        self.programs: list[Program] = []

    def run(self, kills: int) -> Score:
        """Kill so many times."""
        begin = time.monotonic()
        self._begin_anew()
        for number in range(kills):
            phase = PHASES[number % len(PHASES)]
            if phase == "first start" and number:
                self._begin_anew()
            self._round(phase)
        self.score.seconds = time.monotonic() - begin
        return self.score

    def _begin_anew(self) -> None:
        shutil.rmtree(self.folders.root, ignore_errors=True)
        self.rows, self.version = set(), 1
        self._lay(1)

    def _round(self, phase: str) -> None:
        if phase == "update":
            self.version += 1
            self._lay(self.version)
        program = self._start()
        writer = self._write(program) if phase == "writing" else None
        if writer is None:
            self._wait_for_a_moment(program)
        before = self._kill(program)
        if writer is not None:
            writer.join()
        self.score.kills += 1
        self.score.phases[phase] += 1
        if (self.folders.root / "update" / "plan.json").exists():
            self.score.hits["while files moved"] += 1
        elif (self.folders.root / "update").exists():
            self.score.hits["while files were staged"] += 1
        self._look(phase, before)

    def _lay(self, version: int) -> None:
        layer = self.place / f"bundle {version}" / "app"
        if layer.exists():
            return
        (layer / "parts").mkdir(parents=True)
        (layer / "app.py").write_text(APP.format(version=version), encoding="utf-8")
        for name in ("first.py", "last.py"):
            (layer / name).write_text(f"VERSION = '{version}'\n", encoding="utf-8")
        for number in range(PARTS):
            # A third of them comes and goes with each version.
            name = f"{number}-{version}.txt" if number % 3 == 0 else f"{number}.txt"
            (layer / "parts" / name).write_text(str(version), encoding="utf-8")
        listing = json.dumps(home.listing_of(layer))
        (layer.parent / home.LISTING).write_text(listing, encoding="utf-8")
        target = Target(None, "app.py", None, ".", "a test")
        Manifest("Rows", "org.example.rows", str(version), target).save(layer.parent / "launcher.json")

    def _start(self) -> Program:
        self.starts += 1
        bundle = self.place / f"bundle {self.version}"
        launch = {"manifest": str(bundle / "launcher.json"), "settle": True}
        start = Start(bundle / "app", launch=launch)
        program = Program(start, self.place / f"run {self.starts}", self.folders.root)
        self.programs.append(program)
        return program

    def _wait_for_a_moment(self, program: Program) -> None:
        """Wait for a random moment of a start, or of the short while in which the home changes."""
        update = self.folders.root / "update"
        sign = self.random.choice([None, update, update / "plan.json", update / "plan.json"])
        if sign is None:
            time.sleep(self.random.uniform(0, START))
            return
        end = time.monotonic() + 20
        while not sign.exists() and program.process.poll() is None and time.monotonic() < end:
            time.sleep(0.0005)
        time.sleep(self.random.uniform(0, STAGING if sign == update else MOVING))

    def _write(self, program: Program) -> threading.Thread:
        """Begin to write rows, one after the other until the app is gone."""
        visitor = Visitor(program.entry())

        def write() -> None:
            with suppress(OSError, HTTPException):
                while True:
                    self.next_row += 1
                    body = f"number={self.next_row}".encode()
                    if visitor.ask("/rows", method="POST", body=body).status != 200:
                        return
                    self.rows.add(self.next_row)
                    self.score.acknowledged += 1

        thread = threading.Thread(target=write)
        thread.start()
        time.sleep(self.random.uniform(0, WRITING))
        return thread

    def _kill(self, program: Program) -> list[psutil.Process]:
        """Kill the program, its backend or both; return the processes that there were."""
        victim = self.random.choice(VICTIMS)
        everyone = program.note_processes()
        chosen = {"program": everyone[:1], "backend": everyone[1:] or everyone, "both": everyone}[victim]
        for process in chosen:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        program.wait()
        return everyone

    def _look(self, phase: str, before: list[psutil.Process]) -> None:
        """Start again, and count what the kill did."""
        if phase == "update" and self.random.random() < 0.25:
            self._look_with_the_old_version()
        program = self._start()
        try:
            visitor = Visitor(program.entry())
        except AssertionError as error:
            self.score.unstartable += 1
            self._fault(phase, f"does not start: {error}")
        else:
            self._compare(phase, visitor)
            if left := left_of(before):
                self._fault(phase, f"still there: {left}")
            if program.stop(signal.SIGTERM):
                self._fault(phase, "did not end in order")
        finally:
            program.clean_up()

    def _look_with_the_old_version(self) -> None:
        """The friend goes back to the program that worked: it does, unless the update was complete."""
        self.version -= 1
        program = self._start()
        try:
            self._compare("going back", Visitor(program.entry()))
            program.stop(signal.SIGTERM)
        except AssertionError as error:
            self.version += 1
            if "last used by the newer Rows" not in program.stderr:
                self.score.unstartable += 1
                self._fault("going back", f"neither starts nor says why: {error}")
        finally:
            program.clean_up()

    def _compare(self, phase: str, visitor: Visitor) -> None:
        for found in json.loads(visitor.ask("/rows").text):
            lost = self.rows - {*found[:-1]}
            self.score.lost += len(lost)
            if lost or found[-1] != "ok":
                self._fault(phase, f"lost {sorted(lost)}, the database is {found[-1]}")
        files = json.loads(visitor.ask("/files").text)
        if files != {"versions": [str(self.version)], "parts": PARTS}:
            self.score.mixed += 1
            self._fault(phase, f"runs {files} instead of version {self.version}")

    def _fault(self, phase: str, what: str) -> None:
        self.score.faults.append(f"kill {self.score.kills}, {phase}: {what}")

    def leave(self) -> None:
        """Leave nothing running."""
        for program in self.programs:
            program.clean_up()


def kill(place: Path, kills: int, seed: int) -> Score:
    """Kill an app so many times at moments that the seed decides, and return the score."""
    killing = Killing(place, seed)
    try:
        return killing.run(kills)
    finally:
        killing.leave()


def main() -> None:
    """Kill as often as the command line asks, and print the score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    chosen = parser.parse_args()
    seed = random.randrange(10**6) if chosen.seed is None else chosen.seed
    with tempfile.TemporaryDirectory(prefix="launcher-kills-") as folder:
        score = kill(Path(folder), chosen.kills, seed)
    print(f"seed {seed}: {score.to_text()}")
    sys.exit(bool(score.faults))


if __name__ == "__main__":
    main()

"""Builds that are stopped at random moments, and what is found then.

Each round builds another version of a small project over the last good one, and is stopped: by kill -9, by
Ctrl-C, or by a disk that is full from that moment on. What stands under the final name must be one of the
versions, whole; and the next build must make the one that was wanted.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.end_to_end.builds import Build, Builder, Building, is_step, left_in
from tests.support.processes import left_of
from tests.support.waiting import until

STEPS = ("find", "rehearse", "site", "app", "verify", "artifacts")
HOWS = ("kill -9", "Ctrl-C", "full disk")
MOMENT = {"SOURCE_DATE_EPOCH": "1700000000"}  # one version has one digest
NAME = "Interrupted"
WORK = ".launcher-build-"


@dataclass
class Interrupting:
    """A project in two versions, its output, and what went wrong with it."""

    builder: Builder
    place: Path
    random: random.Random
    digests: dict[str, str] = field(default_factory=dict)
    tally: dict[str, int] = field(default_factory=dict)

    @property
    def output(self) -> Path:
        return self.place / "dist"

    @property
    def project(self) -> Path:
        return self.place / "project"

    def begin(self) -> None:
        """Make both versions once, undisturbed."""
        self.project.mkdir()
        self.output.mkdir(exist_ok=True)
        (self.project / "pyproject.toml").write_text(
            f'[tool.launcher]\nname = "{NAME}"\nwebview = "browser"\n', encoding="utf-8"
        )
        (self.output / "mine.txt").write_text("not the launcher's", encoding="utf-8")
        for version in ("one", "two"):
            self.write(version)
            self.digests[version] = self.built().last["artifacts"][-1]["sha256"]
        assert len(set(self.digests.values())) == 2

    def write(self, version: str) -> None:
        """Let the project be of a version."""
        code = "from flask import Flask\napp = Flask(__name__)\n"
        page = f"@app.route('/')\ndef index():\n    return {version!r}\n"
        (self.project / "app.py").write_text(code + page, encoding="utf-8")

    def built(self) -> Build:
        """Build to the end; the proof is left out, for it changes nothing of the program."""
        build = self.builder.build(self.project, self.output, "--no-verify", env=MOMENT)
        assert build.code == 0, build.last
        return build

    def round(self, how: str) -> None:
        """Stop one build, see what is there, and build again."""
        wanted = self.random.choice(sorted(self.digests))
        self.write(wanted)
        before = left_in(self.output)
        build = self.stopped(how)
        end = f"{how}, exit code {build.code}"
        self.tally[end] = self.tally.get(end, 0) + 1
        note = (how, build.code, build.last)
        left = [name for name in left_in(self.output) if how != "kill -9" or not name.startswith(WORK)]
        assert left == before, note
        assert self.found() in self.digests.values(), note
        if how == "full disk" and build.code:
            assert "no room left" in build.error["message"] or "MB are free" in build.error["message"], note
            assert "Traceback" not in build.errors, build.errors
        assert self.built().last["artifacts"][-1]["sha256"] == self.digests[wanted]
        assert left_in(self.output) == before and self.found() == self.digests[wanted]

    def stopped(self, how: str) -> Build:
        """Build, and stop it at a random moment of a random step."""
        step, wait = self.random.choice(STEPS), self.random.uniform(0, 1.2)
        with self.builder.building(self.project, self.output, env=MOMENT) as running:
            running.until(is_step(step, "begin"))
            timer = threading.Timer(wait, lambda: self.stop(running, how))
            timer.start()
            build = finished(running)
            timer.cancel()
            timer.join()
        until(lambda: not left_of(list(running.seen.values())))
        if how == "full disk":
            (self.output / ".filler").unlink(missing_ok=True)
        return build

    def stop(self, running: Building, how: str) -> None:
        """Stop a build in one of the ways."""
        if how == "full disk":
            fill(self.output / ".filler")
            return
        running.note_processes()
        running.process.send_signal(signal.SIGKILL if how == "kill -9" else signal.SIGINT)

    def found(self) -> str:
        """Return the digest of what stands under the final name, made as the build makes it."""
        hasher = hashlib.sha256()
        top = self.output / NAME
        files = [Path(place, name) for place, _, names in os.walk(top) for name in names]
        for name, path in sorted((path.relative_to(top).as_posix(), path) for path in files):
            held = path.read_bytes() if not path.is_symlink() else b""
            mark = os.readlink(path) if path.is_symlink() else hashlib.sha256(held).hexdigest()
            hasher.update(f"{mark}  {name}\n".encode())
        return hasher.hexdigest()


def finished(running: Building) -> Build:
    """Read what a build says to its end, which may be in the middle of a line."""
    try:
        return running.finish()
    except ValueError:
        return Build(running.process.wait(60), running.events)


def fill(place: Path) -> None:
    """Take all room that there is, so that not one byte more can be written."""
    with place.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


@contextmanager
def interrupting(builder: Builder, place: Path, seed: int) -> Iterator[Interrupting]:
    """Prepare the rounds; `place` may be a small disk."""
    made = Interrupting(builder, place, random.Random(seed))
    # What was started in the background ignores Ctrl-C, and so would all that it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        made.begin()
        yield made
    finally:
        signal.signal(signal.SIGINT, before)


def main() -> None:
    """Fill a small disk again and again: started in a namespace of mounts, so that nothing of it stays."""
    place, cache, seed, rounds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500m,mode=755", "small", place], check=True)
    with interrupting(Builder(cache), place, seed) as made:
        for _ in range(rounds):
            made.round("full disk")
    print(made.tally)


if __name__ == "__main__":
    main()

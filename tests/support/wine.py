"""Wine: programs of Windows, run here, in a Windows of each test session's own.

What it cannot do, and Windows can: Python 3.12 and later ask it for its version in a way that ends the
process (`fit`), numpy and .NET find parts missing, and so do libraries made with Rust (`add_stubs`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from launcher import locking
from tests.support.asking import Visitor
from tests.support.kept import kept_folder
from tests.support.waiting import until

QUIET = {
    "WINEARCH": "win64",
    "WINEDEBUG": "-all",
    # It would offer to fetch the first two, and lay what is on its desktop onto the one here.
    "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
}
DEADLINE = 120.0  # seconds; the first program of a session starts Wine's server too
# Rust's standard library asks this of every Windows since 8; this Wine has none.
PROCESS_PRNG = """
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {
    return SystemFunction036(data, (ULONG)length);
}
"""


def is_there() -> bool:
    """Tell whether this machine has Wine."""
    return shutil.which("wine") is not None and shutil.which("wineboot") is not None


class Program:
    """A program of Windows under way: what it says comes through a pipe, for a file kills Python there."""

    def __init__(self, windows: Windows, command: list[str], environ: Mapping[str, str]) -> None:
        self._windows = windows
        self.name = Path(command[0]).name
        self.process = subprocess.Popen(
            ["wine", *command],
            env=windows.environ(environ),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.said = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        while data := os.read(self.process.stdout.fileno(), 65536):
            self.said += data

    @property
    def lines(self) -> list[str]:
        """What it has said so far, less a line that is not whole yet."""
        return self.said[: self.said.rfind(b"\n") + 1].decode("utf-8", "replace").splitlines()

    def entry(self, *, seconds: float = DEADLINE) -> str:
        """Wait for the entry URL, which a program that opens no window says."""
        until(
            lambda: any(line.startswith("http") for line in self.lines) or self.process.poll() is not None,
            seconds=seconds,
            what=lambda: self.lines,
        )
        found = [line for line in self.lines if line.startswith("http")]
        assert found, f"ended with {self.process.poll()}: {self.said.decode('utf-8', 'replace')}"
        return found[0]

    def visit(self) -> Visitor:
        """Enter the app by its entry URL."""
        return Visitor(self.entry())

    def wait(self, seconds: float = DEADLINE) -> int:
        """Wait for its end and return the exit code."""
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        return code

    def end(self) -> None:
        """End it, with all processes of its name: of a program in one file the second would live on."""
        if self.process.poll() is None:
            self._windows.run("taskkill", "/F", "/IM", self.name)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait(30)
        self._reader.join(30)
        if self.process.stdout is not None:
            self.process.stdout.close()


class Windows:
    """A Windows: its drive C is a folder here, and its drive Z is everything here."""

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        self.drive = prefix / "drive_c"
        self._started: list[Program] = []

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment that a program is started with."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LAUNCHER_")}
        kept.pop("DISPLAY", None)
        return {**kept, **QUIET, "WINEPREFIX": str(self.prefix), **(more or {})}

    @property
    def user(self) -> Path:
        """The folder of the one user there is."""
        (user,) = [path for path in (self.drive / "users").iterdir() if path.name != "Public"]
        return user

    @property
    def local_data(self) -> Path:
        """The folder that programs keep their user's data in."""
        return self.user / "AppData" / "Local"

    def start(
        self,
        program: Path | str,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        headless: bool = True,
    ) -> Program:
        """Start a program, one that opens no window unless told."""
        environ = {**({"LAUNCHER_HEADLESS": "1"} if headless else {}), **(env or {})}
        started = Program(self, [str(program), *arguments], environ)
        self._started.append(started)
        return started

    def run(
        self,
        program: Path | str,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        seconds: float = DEADLINE,
    ) -> tuple[int, str]:
        """Run a program to its end; return the exit code and what it said."""
        done = subprocess.run(
            ["wine", str(program), *arguments],
            env=self.environ(env),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def path_of(self, place: Path) -> str:
        """Return what a path here is called there."""
        if place.is_relative_to(self.drive):
            return "C:\\" + str(place.relative_to(self.drive)).replace("/", "\\")
        return "Z:" + str(place).replace("/", "\\")

    def add_stubs(self, scratch: Path) -> None:
        """Add what libraries made with Rust ask of Windows, and this Wine does not have."""
        source, made = scratch / "prng.c", scratch / "bcryptprimitives.dll"
        source.write_text(PROCESS_PRNG, encoding="ascii")
        subprocess.run(
            ["x86_64-w64-mingw32-gcc", "-shared", "-o", str(made), str(source), "-ladvapi32"], check=True
        )
        target = self.drive / "windows" / "system32" / made.name
        target.unlink(missing_ok=True)  # not overwritten: it may be a link to what other sessions have
        shutil.copyfile(made, target)

    def leave(self) -> None:
        """End all that was started, and Wine's server with it."""
        for started in self._started:
            started.end()
        subprocess.run(["wineserver", "-k"], env=self.environ(), check=False)
        subprocess.run(["wineserver", "-w"], env=self.environ(), check=False, timeout=60)


def fit(bundle: Path) -> None:
    """Make a copied bundle fit for this Wine, which cannot tell Python 3.12 and later its version."""
    for path in bundle.rglob("_wmi.pyd"):
        path.unlink()


@contextmanager
def windows(place: Path) -> Iterator[Windows]:
    """Give a Windows of one's own at `place`, copied from one that is made once for each machine."""
    shutil.copytree(_pattern(), place, symlinks=True, copy_function=_link_system)
    made = Windows(place)
    for link in made.user.iterdir():
        if link.is_symlink():  # to whoever runs the tests, whose desktop is no place for shortcuts
            link.unlink()
            link.mkdir()
    try:
        yield made
    finally:
        made.leave()


def _link_system(source: str, target: str) -> None:
    """Copy a file, but for Windows' own: those are hundreds of megabytes, and nobody writes in them."""
    if "/drive_c/windows/" in source:
        with suppress(OSError):  # on another file system
            os.link(source, target)
            return
    shutil.copy2(source, target)


def _pattern() -> Path:
    place = kept_folder() / "wine"
    with place.with_name("wine.lock").open("ab") as file:
        until(lambda: locking.lock(file), seconds=300)
        if not (place / "system.reg").is_file() or not (place / ".complete").is_file():
            shutil.rmtree(place, ignore_errors=True)
            environ = Windows(place).environ()
            subprocess.run(["wineboot", "-i"], env=environ, check=True, capture_output=True, timeout=300)
            subprocess.run(["wineserver", "-w"], env=environ, check=True, timeout=60)
            (place / ".complete").touch()
    return place

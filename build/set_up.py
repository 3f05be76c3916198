"""Make this checkout ready to use: python3 build/set_up.py [--tests]

Makes the environment .venv, installs into it exactly what the lock names and the
checkout itself, and lets `launcher doctor --fix` see to the system's libraries.

It starts on a machine that has nothing but Python and git, so it uses the standard
library alone; and its syntax is older than the Python it asks for, because an old
Python must get a sentence from it and not a SyntaxError.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 10)
STAMP = "set-up.txt"
# The oldest C library that PySide6's wheels accept, by processor.
QT_NEEDS = {"x86_64": (2, 34), "aarch64": (2, 39)}
INSTALL = ["apt-get", "install", "--yes", "--no-install-recommends"]
QT_DISTRIBUTIONS = ("pyside6", "shiboken6", "qtpy")


class SetUpError(Exception):
    """What went wrong and what to do, as one text for people."""


def main(arguments: list[str] | None = None) -> int:
    """Set this checkout up; return the exit code."""
    parser = argparse.ArgumentParser(description="Make this checkout ready to use.")
    parser.add_argument("--tests", action="store_true", help="also install what the tests need")
    chosen = parser.parse_args(arguments)
    try:
        if sys.version_info < OLDEST:
            raise SetUpError(too_old(platform.python_version()))
        set_up(ROOT, "develop" if chosen.tests else "launcher")
        if chosen.tests:
            provide_test_tools()
        return subprocess.call([str(program(ROOT, "launcher")), "doctor", "--fix"], cwd=str(ROOT))
    except SetUpError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        return 130
    except OSError as problem:
        print("The set-up cannot go on: {}.".format(problem), file=sys.stderr)  # noqa: UP032
        return 1


def set_up(root: Path, kind: str) -> bool:
    """Bring `.venv` in line with the lock `kind`; tell whether anything had to be done."""
    lock = locked(root, kind)
    wanted = stamp(root, lock)
    python = program(root, "python")
    if is_current(root, kind) and works(python):
        say("The environment .venv is up to date.")
        return False
    begun = time.monotonic()
    make_environment(root)
    work = root / ".venv" / "requirements.txt"
    work.write_text(lock, encoding="utf-8")
    say(f"Installing {count(lock)} distributions from build/locks/{kind}.txt into .venv ...")
    pip(python, ["--require-hashes", "--requirement", str(work)], root)
    pip(python, ["--no-deps", "--no-build-isolation", "--editable", "."], root)
    (root / ".venv" / STAMP).write_text(f"{kind} {wanted}\n", encoding="utf-8")
    say(f"The environment .venv is ready ({time.monotonic() - begun:.0f} s).")
    return True


def too_old(version: str) -> str:
    """Say that this Python is too old, and how a newer one is named."""
    return (
        f"Python {version} is too old: this needs {OLDEST[0]}.{OLDEST[1]} or newer.\n"
        "Run the same line with a newer one, for instance: python3.12 build/set_up.py"
    )


def program(root: Path, name: str) -> Path:
    """Return where the environment keeps the program `name`."""
    if os.name == "nt":
        return root / ".venv" / "Scripts" / f"{name}.exe"
    return root / ".venv" / "bin" / name


def locked(root: Path, kind: str) -> str:
    """Return the lock's text, without Qt where its wheels cannot be installed."""
    path = root / "build" / "locks" / f"{kind}.txt"
    if not path.is_file():
        raise SetUpError(f"{path} is not there.\nIs this checkout complete? Try: git checkout .")
    text = path.read_text(encoding="utf-8")
    if sys.platform == "linux" and not fits_qt(platform.machine(), platform.libc_ver()):
        say("PySide6 has no wheels for this system's C library: windows will open in a browser.")
        return without(text, QT_DISTRIBUTIONS)
    return text


def fits_qt(machine: str, libc: tuple[str, str]) -> bool:
    """Tell whether PySide6's wheels install on this processor with this C library."""
    name, version = libc
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    return name == "glibc" and machine in QT_NEEDS and numbers >= QT_NEEDS[machine]


def without(lock: str, names: tuple[str, ...]) -> str:
    """Leave out of a lock every distribution whose name begins with one of `names`."""
    entries = re.split(r"\n(?=\S)", lock)
    return "\n".join(entry for entry in entries if not entry.lower().startswith(names))


def count(lock: str) -> int:
    """Count the distributions that a lock names."""
    return len(re.findall(r"^[A-Za-z0-9]", lock, flags=re.MULTILINE))


def stamp(root: Path, lock: str) -> str:
    """Return what changes whenever the environment has to be brought up to date."""
    told = hashlib.sha256()
    for part in (lock, (root / "pyproject.toml").read_text(encoding="utf-8"), str(root)):
        told.update(part.encode("utf-8") + b"\0")
    told.update(platform.python_version().encode("ascii"))
    return told.hexdigest()


def is_current(root: Path, kind: str) -> bool:
    """Tell whether `.venv` holds what the lock `kind` names; the tests' lock holds all of ours."""
    try:
        installed, value = (root / ".venv" / STAMP).read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return False
    return installed in (kind, "develop") and value == stamp(root, locked(root, installed))


def works(python: Path) -> bool:
    """Tell whether the environment's Python is there, starts, and is of our own version."""
    question = [str(python), "-c", "import pip, platform; print(platform.python_version())"]
    try:
        answer = subprocess.run(question, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == platform.python_version()


def make_environment(root: Path) -> None:
    """Make `.venv`, unless a working one of this Python's version stands there."""
    if works(program(root, "python")):
        return
    provide_venv()
    say("Making the environment .venv ...")
    folder = root / ".venv"
    made = subprocess.call([sys.executable, "-m", "venv", "--clear", str(folder)], cwd=str(root))
    if made != 0:
        raise SetUpError(f"{sys.executable} could not make an environment in {folder}.")


def provide_venv() -> None:
    """Make sure that this Python can make environments; Debian packs that apart."""
    if has_venv():
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if shutil.which("apt-get") is None:
        raise SetUpError(
            f"{sys.executable} lacks the modules venv and ensurepip.\n"
            "Install your system's package for them, or use a Python from python.org."
        )
    if os.geteuid() != 0:
        raise SetUpError(
            f"{sys.executable} cannot make environments yet. Run this, then the same line again:\n"
            f"sudo apt-get update && sudo {' '.join(INSTALL)} {package}"
        )
    install([package])
    importlib.invalidate_caches()
    if not has_venv():
        raise SetUpError(f"{package} is installed, but {sys.executable} is not the Python it is for.")


def provide_test_tools() -> None:
    """Install what the tests use of the system where we may; elsewhere say what they will skip."""
    lacking = [package for package, place in test_tools() if not is_there(place)]
    if not lacking or not sys.platform.startswith("linux"):
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        say("Tests of windows are skipped without these, by Debian's names: " + " ".join(lacking))
        return
    install(lacking)


def test_tools() -> list[list[str]]:
    """List Debian's packages that the tests use, each with what it is recognised by."""
    lines = (ROOT / "build" / "test-tools.txt").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line.strip() and not line.startswith("#")]


def is_there(place: str) -> bool:
    """Tell whether a command, or a file where it is given by its path, exists."""
    return Path(place).exists() if place.startswith("/") else shutil.which(place) is not None


def install(packages: list[str]) -> None:
    """Install Debian packages, as root."""
    say(f"Installing {' '.join(packages)} ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "--quiet=2"], [*INSTALL, "--quiet=2", *packages]):
        if subprocess.call(command, env=environment, stdout=subprocess.DEVNULL) != 0:
            raise SetUpError(f"This command failed, its reason stands above: {' '.join(command)}")


def has_venv() -> bool:
    """Tell whether this Python can make an environment with pip in it."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def pip(python: Path, arguments: list[str], root: Path) -> None:
    """Let the environment's pip install something."""
    quietly = ["install", "--quiet", "--disable-pip-version-check", "--no-input", "--use-pep517"]
    if subprocess.call([str(python), "-m", "pip", *quietly, *arguments], cwd=str(root)) != 0:
        raise SetUpError(
            "pip could not install what is needed; its reason stands above.\n"
            "With the network back or room on the disk, the same line goes on from here."
        )


def say(text: str) -> None:
    """Tell the person in front of the screen what happens."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())

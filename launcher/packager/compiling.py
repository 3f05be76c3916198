"""Bytecode for a bundle, made by the project's own Python and the same at every build."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from launcher.packager.commands import composed
from launcher.project.environment import Interpreter

SLICE = 150  # modules a process
# What would change where the compiler looks for its own modules, or what it writes.
STEERING = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONOPTIMIZE",
    "PYTHONPYCACHEPREFIX",
    "PYTHONINSPECT",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
)


def compile_modules(interpreter: Interpreter, folder: Path, modules: Sequence[Path], shown: str) -> None:
    """Compile modules below a folder; tracebacks name them below `shown`."""
    compile_shares(interpreter, folder, shares_of(modules), shown)


def shares_of(modules: Sequence[Path]) -> list[list[Path]]:
    """Deal modules out to processes: by their number, never by how many processors are free.

    Up to Python 3.11 a module's bytes depend on what its process compiled before.
    """
    ordered = sorted(modules)
    return [ordered[start : start + SLICE] for start in range(0, len(ordered), SLICE)]


def compile_shares(
    interpreter: Interpreter, folder: Path, shares: Sequence[Sequence[Path]], shown: str
) -> list[bool]:
    """Compile each share in a process of its own, in order; tell which were gone through to the end.

    A read-only bundle never caches: without this the same imports take 4.7
    times as long. Unchecked, so that no copy's new time stamp voids them.
    Templates for code generators and files in another Python's syntax do not
    compile, and need not: the exit code says nothing.
    """
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        largest_first = sorted(enumerate(shares), key=lambda share: -len(share[1]))
        started = {
            number: pool.submit(_compile, interpreter.path, Path(scratch), number, share, folder, shown)
            for number, share in largest_first
        }
        return [started[number].result() for number in range(len(shares))]


def _compile(
    python: Path, scratch: Path, number: int, share: Sequence[Path], folder: Path, shown: str
) -> bool:
    wanted = scratch / f"{number}.txt"
    wanted.write_text("".join(f"{module}\n" for module in share), encoding="utf-8")
    # Neither -I nor -E, which would make it deaf to PYTHONHASHSEED as well.
    command = [
        *(str(python), "-s", "-S", "-m", "compileall", "-q", "-q"),
        *("--invalidation-mode", "unchecked-hash"),
        *("-s", str(folder), "-p", shown, "-i", str(wanted)),
    ]
    done = subprocess.run(
        command,
        cwd=scratch,
        env=composed({**dict.fromkeys(STEERING), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode in (0, 1)  # 1: a file did not compile; else Python itself was ended

"""One backend at a time in a home."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from launcher import host
from launcher.data import turns
from launcher.errors import RuntimeFailure

HOLDER = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from launcher.data import turns
turn = turns.take(Path(sys.argv[2]))
{more}
print("mine", flush=True)
sys.stdin.read()
"""
FORK = "if not os.fork():\n    import time\n    time.sleep(60)\n    os._exit(0)"


def hold(path: Path, more: str = "") -> subprocess.Popen[str]:
    """Start a process that has the turn until its stdin ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER.format(more=more), str(Path(turns.__file__).parents[2]), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "mine\n"
    return process


def test_next_one_waits_for_the_end_of_the_one_before(tmp_path: Path) -> None:
    with hold(tmp_path / "lock") as process:
        with pytest.raises(RuntimeFailure, match="has not ended yet"):
            turns.take(tmp_path / "lock", patience=0.1)
        assert process.stdin is not None
        process.stdin.close()
        turns.take(tmp_path / "lock").end()
        assert process.stdout is not None
        process.stdout.close()


@pytest.mark.skipif(host.WINDOWS, reason="forks")
def test_killed_one_leaves_no_lock_even_when_a_forked_child_of_it_lives_on(tmp_path: Path) -> None:
    import os
    import signal

    process = hold(tmp_path / "lock", FORK)
    process.kill()
    process.wait()
    turns.take(tmp_path / "lock", patience=5.0).end()
    os.killpg(process.pid, signal.SIGKILL)  # the child
    process.communicate()

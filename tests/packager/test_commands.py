"""Other programs: started without a shell, listened to, and gone when we are told to stop."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from launcher import host
from launcher.errors import BuildError, MissingTool
from launcher.packager import commands
from tests.support.waiting import until

PYTHON = sys.executable


def test_every_line_is_handed_over_as_it_comes() -> None:
    lines: list[str] = []
    code = "import sys; print('one'); print('zwei äöü'); print('three', file=sys.stderr)"
    commands.run([PYTHON, "-X", "utf8", "-u", "-c", code], todo="", on_line=lines.append)
    assert lines == ["one", "zwei äöü", "three"]


def test_words_are_not_read_by_a_shell(tmp_path: Path) -> None:
    said: list[str] = []
    words = ["$HOME", "a b", "; touch x", '"', "*"]
    commands.run([PYTHON, "-c", "import sys; print(sys.argv[1:])", *words], todo="", on_line=said.append)
    assert said == [str(words)]


def test_a_failure_says_the_command_its_code_its_last_lines_and_what_to_do() -> None:
    code = "import sys\nfor number in range(100): print('line', number)\nsys.exit(3)"
    with pytest.raises(BuildError) as caught:
        commands.run([PYTHON, "-c", code], todo="Try again.")
    assert "exit code 3" in caught.value.message
    assert "line 99" in caught.value.message and "line 50" not in caught.value.message
    assert caught.value.todo == "Try again."


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingTool, match="no-such-tool") as caught:
        commands.run([tmp_path / "no-such-tool"], todo="Install it.")
    assert caught.value.todo == "Install it."


def test_bytes_that_are_no_text_do_not_matter() -> None:
    said: list[str] = []
    code = r"import sys; sys.stdout.buffer.write(b'\xff\xfe x\n')"
    commands.run([PYTHON, "-c", code], todo="", on_line=said.append)
    assert said[0].endswith(" x")


def test_a_program_gets_no_input() -> None:
    said: list[str] = []
    commands.run(
        [PYTHON, "-c", "print(repr(input))\nprint(len(open(0).read()))"], todo="", on_line=said.append
    )
    assert said[-1] == "0"


def test_the_environment_is_ours_with_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "yes")
    monkeypatch.setenv("REMOVED", "yes")
    changed = commands.composed({"REMOVED": None, "ADDED": "1", "NEVER_THERE": None})
    assert changed["KEPT"] == "yes" and changed["ADDED"] == "1"
    assert "REMOVED" not in changed and "NEVER_THERE" not in changed


@pytest.mark.skipif(host.WINDOWS, reason="process groups are POSIX")
def test_an_interrupt_ends_the_program_and_what_it_started() -> None:
    """As a signal would bring it, while both still run."""
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    children: list[int] = []

    def interrupt(line: str) -> None:
        children.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        commands.run([PYTHON, "-c", code], todo="", on_line=interrupt)
    until(lambda: not psutil.pid_exists(children[0]) or _is_dead(children[0]))


def _is_dead(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True

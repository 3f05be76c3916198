"""From findings to commands, and what is done when a command fails."""

from __future__ import annotations

import sys

import pytest

from launcher import host
from launcher.doctor import Finding, mending, system
from launcher.errors import MissingTool

DEBIAN = system.System("Debian", system.MANAGERS[0])
OBJDUMP = Finding("objdump", "missing", "", needs=("objdump",))
FINE = Finding("Python", "ok", "3.12")


@pytest.fixture(autouse=True)
def as_root_on_debian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "this", lambda: DEBIAN)
    monkeypatch.setattr(host, "is_root", lambda: True)


class Recorder:
    """Takes the place of the package manager, and notes what it was told."""

    def __init__(self, code: int = 0) -> None:
        self.commands: list[system.Command] = []
        self.code = code

    def __call__(self, command: system.Command, say: mending.Say) -> int:
        self.commands.append(command)
        return self.code


def ignore(text: str) -> None:
    """Take a line of progress."""


def test_one_command_installs_everything_that_is_lacking() -> None:
    libraries = Finding("Qt", "missing", "", needs=("libEGL.so.1", "libnss3.so", "libsmime3.so"))
    _, install = mending.commands([FINE, OBJDUMP, libraries], DEBIAN)
    assert install[-3:] == ("binutils", "libegl1", "libnss3")


def test_what_is_optional_is_left_alone() -> None:
    gtk = Finding("GTK", "optional", "", needs=("WebKit2-4.1",), command=("pip", "install", "x"))
    assert mending.commands([FINE, gtk], DEBIAN) == ()
    assert mending.typed([gtk]) == ""


def test_a_command_of_a_finding_s_own_comes_after_the_packages() -> None:
    own = Finding("Qt", "missing", "", command=("pip", "install", "QtPy"))
    assert mending.commands([own, OBJDUMP], DEBIAN)[-1] == ("pip", "install", "QtPy")


def test_lists_are_refreshed_once_and_the_machine_is_looked_at_again() -> None:
    run, said = Recorder(), list[str]()
    left = mending.mend((OBJDUMP, FINE), say=said.append, run=run, again=lambda: (FINE,))
    assert left == (FINE,)
    assert [command[:2] for command in run.commands] == [
        ("apt-get", "update"),
        ("apt-get", "install"),
    ]
    assert said[1].endswith("binutils")


def test_what_shows_only_after_a_first_round_is_mended_in_a_second() -> None:
    hidden = Finding("Qt", "missing", "", needs=("libnspr4.so",))
    examinations = iter([(hidden,), (FINE,)])
    run = Recorder()
    left = mending.mend((OBJDUMP,), say=ignore, run=run, again=lambda: next(examinations))
    assert left == (FINE,)
    assert run.commands[-1][-1] == "libnspr4"


def test_a_remedy_that_does_not_help_is_not_tried_for_ever() -> None:
    run = Recorder()
    left = mending.mend((OBJDUMP,), say=ignore, run=run, again=lambda: (OBJDUMP,))
    assert left == (OBJDUMP,)
    assert len(run.commands) == 2


def test_nothing_is_run_where_nothing_is_lacking_or_known() -> None:
    unknown = Finding("Qt", "missing", "", needs=("libnobody.so.9",))
    run = Recorder()
    assert mending.mend((FINE, unknown), say=ignore, run=run) == (FINE, unknown)
    assert run.commands == []


def test_without_rights_the_whole_line_to_type_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "is_root", lambda: False)
    run = Recorder()
    with pytest.raises(MissingTool) as caught:
        mending.mend((OBJDUMP,), say=ignore, run=run)
    assert run.commands == []
    assert "sudo apt-get update" in caught.value.todo
    assert "&& sudo apt-get install" in caught.value.todo
    assert caught.value.todo.endswith("binutils")


def test_a_command_that_fails_stops_the_mending() -> None:
    run = Recorder(code=100)
    with pytest.raises(MissingTool, match="apt-get ended with 100"):
        mending.mend((OBJDUMP,), say=ignore, run=run)
    assert len(run.commands) == 1


def test_a_command_that_is_not_there_is_an_error_of_ours() -> None:
    own = Finding("x", "missing", "", command=("launcher-test-nothing",))
    with pytest.raises(MissingTool, match="could not be started"):
        mending.mend((own,), say=ignore)


def test_every_line_of_a_real_command_is_passed_on() -> None:
    said: list[str] = []
    program = "import sys; print('one'); print('two', file=sys.stderr); sys.exit(3)"
    assert mending.stream((sys.executable, "-c", program), said.append) == 3
    assert sorted(said) == ["one", "two"]

"""A program served for a while; the programs here are scripts that behave as told."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from launcher import host
from launcher.packager.serving import NotServing, served

ENVIRON = {"PATH": os.environ["PATH"]}


def script(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "program.py"
    path.write_text(f"import os, signal, sys, time\n{text}\n", encoding="utf-8")
    return [sys.executable, str(path)]


def test_the_entry_url_is_known_while_the_program_still_runs(tmp_path: Path) -> None:
    command = script(tmp_path, "print('http://127.0.0.1:1/x', flush=True)\ntime.sleep(600)")
    with served(command, cwd=tmp_path, environ=ENVIRON, deadline=60) as running:
        assert running.entry == "http://127.0.0.1:1/x"
        assert running.exit_code is None
    assert running.exit_code == (1 if host.WINDOWS else -signal.SIGTERM)


@pytest.mark.skipif(host.WINDOWS, reason="there a program is ended without a word")
def test_a_program_that_ends_in_order_has_its_own_exit_code(tmp_path: Path) -> None:
    text = (
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
        "print('http://127.0.0.1:1/', flush=True)\ntime.sleep(600)"
    )
    with served(script(tmp_path, text), cwd=tmp_path, environ=ENVIRON) as running:
        pass
    assert running.exit_code == 3


def test_a_program_that_ends_before_it_serves_is_quoted(tmp_path: Path) -> None:
    command = script(tmp_path, "sys.stderr.write('no such table: note')\nsys.exit(6)")
    with (
        pytest.raises(NotServing, match="exit code 6") as caught,
        served(command, cwd=tmp_path, environ=ENVIRON),
    ):
        pass
    assert caught.value.output == "no such table: note"


def test_a_program_that_stays_silent_is_ended(tmp_path: Path) -> None:
    command = script(tmp_path, "time.sleep(600)")
    with (
        pytest.raises(NotServing, match="did not serve within"),
        served(command, cwd=tmp_path, environ=ENVIRON, deadline=0.5),
    ):
        pass


def test_a_program_sees_the_given_environment_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_AUTHOR", "1")
    text = "print('|'.join(sorted(os.environ)), flush=True)\ntime.sleep(600)"
    with served(script(tmp_path, text), cwd=tmp_path, environ={**ENVIRON, "OWN": "1"}) as running:
        names = running.entry.split("|")
    assert "SECRET_OF_THE_AUTHOR" not in names
    assert {"LAUNCHER_HEADLESS", "OWN"} <= set(names)


def test_much_output_does_not_stop_the_program(tmp_path: Path) -> None:
    text = (
        "print('http://127.0.0.1:1/', flush=True)\n"
        "sys.stderr.write('x' * 1_000_000 + '\\n')\nsys.stdout.write('y' * 1_000_000)\n"
        "sys.stdout.flush()\nopen('written', 'w').close()\ntime.sleep(600)"
    )
    with served(script(tmp_path, text), cwd=tmp_path, environ=ENVIRON):
        from tests.support.waiting import until

        until((tmp_path / "written").exists)

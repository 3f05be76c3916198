"""From what is lacking to the commands that bring it, and to running them."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
from collections.abc import Callable, Iterable

from launcher.doctor import system
from launcher.doctor.examination import examine
from launcher.doctor.finding import Finding, lacking
from launcher.errors import MissingTool

# What a first round installs may show what else is lacking: no linker looks into an absent library.
ROUNDS = 3

Say = Callable[[str], None]
Run = Callable[[system.Command, Say], int]


def commands(
    findings: Iterable[Finding], here: system.System | None = None
) -> tuple[system.Command, ...]:
    """Return the commands that bring what is lacking, in order; none where none is known."""
    found = lacking(findings)
    here = here or system.this()
    names, _ = here.names(dict.fromkeys(need for finding in found for need in finding.needs))
    others = dict.fromkeys(finding.command for finding in found if finding.command)
    return (*here.commands(names), *others)


def typed(findings: Iterable[Finding]) -> str:
    """Return the commands that bring what is lacking as one line to type, empty where none is."""
    here = system.this()
    return here.typed(commands(findings, here))


def stream(command: system.Command, say: Say) -> int:
    """Run a command, pass on every line it prints, and return its exit code."""
    process = subprocess.Popen(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    with process, contextlib.suppress(BrokenPipeError):
        assert process.stdout is not None
        for line in process.stdout:
            say(line.rstrip())
    return process.returncode


def mend(
    findings: tuple[Finding, ...],
    *,
    say: Say,
    run: Run = stream,
    again: Callable[[], tuple[Finding, ...]] = examine,
) -> tuple[Finding, ...]:
    """Bring what is lacking as far as it is known how; return what is then found.

    :param say: gets every command before it runs, and every line that it prints
    :param again: examines the machine once more
    """
    for _ in range(ROUNDS):
        before = lacking(findings)
        if not commands(before):
            break
        _one_round(before, say, run)
        findings = again()
        if lacking(findings) == before:
            break
    return findings


def _one_round(findings: tuple[Finding, ...], say: Say, run: Run) -> None:
    here = system.this()
    planned = commands(findings, here)
    if here.needs_rights() and any(here.is_for_packages(command) for command in planned):
        raise MissingTool(
            "This machine lacks packages that only its administrator can install.",
            f"Run: {here.typed(planned)}",
        )
    if here.manager is not None and here.manager.refresh in planned:
        _must(here.manager.refresh, say, run, here)
        # With fresh lists, packages may turn out to be called otherwise.
        planned = tuple(one for one in commands(findings, here) if one != here.manager.refresh)
    for command in planned:
        _must(command, say, run, here)


def _must(command: system.Command, say: Say, run: Run, here: system.System) -> None:
    say(shlex.join(command))
    try:
        code = run(command, say)
    except OSError as problem:
        raise MissingTool(f"{command[0]} could not be started: {problem}.") from problem
    if code != 0:
        raise MissingTool(
            f"{command[0]} ended with {code}; its reason stands above.",
            f"When that is mended, run again: {here.typed([command])}",
        )

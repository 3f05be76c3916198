"""How the command line shows things: as text for people, or as one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from launcher.doctor import Finding, typed
from launcher.errors import LauncherError, SeveralTargets

INTERRUPTED = 130  # the exit code of what its user stopped


def megabytes(size: int) -> str:
    """Write a size in bytes as people read it."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"


def put_json(value: Any) -> None:
    """Write one JSON value as a line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def error_value(error: LauncherError) -> dict[str, Any]:
    """Return an error as it stands in JSON."""
    value: dict[str, Any] = {
        "message": error.message,
        "todo": error.todo,
        "exit_code": error.exit_code,
    }
    if isinstance(error, SeveralTargets):
        value["candidates"] = list(error.candidates)
    return value


def put_error(error: LauncherError) -> None:
    """Tell a person what happened and what to do."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(f"[bold red]Error:[/] {escape(error.message)}")
    if error.todo:
        console.print(f"[bold]What to do:[/] {escape(error.todo)}")


def put_check(report: dict[str, Any]) -> None:
    """Show what `launcher check` found."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"[bold]{escape(report['name'])}[/] {report['version']}  [dim]{escape(report['project'])}[/]"
    )
    table = Table.grid(padding=(0, 2))
    table.add_row(
        "App", f"{escape(report['target']['spec'])}  [dim]{escape(report['target']['why'])}[/]"
    )
    table.add_row(
        "Python", f"{report['python']['version']}  [dim]{escape(report['python']['why'])}[/]"
    )
    table.add_row(
        "Window", f"{report['webview']['kind']}  [dim]{escape(report['webview']['why'])}[/]"
    )
    table.add_row("Files", f"{report['files']['count']}, {megabytes(report['files']['bytes'])}")
    total = sum(one["bytes"] for one in report["distributions"])
    table.add_row("Site", f"{len(report['distributions'])} distributions, {megabytes(total)}")
    console.print(table)
    for one in sorted(report["distributions"], key=lambda one: -int(one["bytes"])):
        what = f"{escape(one['name'])} {one['version']}"
        console.print(f"    {megabytes(one['bytes']):>9}  {what}  [dim]{escape(one['why'])}[/]")
    if report["left_behind"]:
        console.print("Stays behind")
        for one in report["left_behind"]:
            console.print(f"    {escape(one['path'])}  [dim]{escape(one['why'])}[/]")
    for one in report["warnings"]:
        console.print(
            f"[yellow]![/] {escape(one['title'])}. {escape(one['detail'])} {escape(one['todo'])}"
        )
    put_trust(console, report["trust"])
    put_several(console, report["several_machines"])


def put_trust(console: Console, trust: dict[str, Any]) -> None:
    """Show what makes scanners and systems suspicious of a program, and the way out of each."""
    console.print(
        f"Trust [bold]{trust['score']} of 100[/]  [dim]{escape(trust['words'])} "
        f"{trust['best']} is the most that settings can do.[/]"
    )
    for one in trust["points"]:
        console.print(
            f"    {-one['costs']:>4}  {escape(one['title'])}. [dim]{escape(one['detail'])}[/]\n"
            f"          {escape(one['todo'])}"
        )


def put_several(console: Console, notices: Iterable[dict[str, str]]) -> None:
    """Show what keeps an app on one machine; of no concern to whoever makes a program for friends."""
    for number, one in enumerate(notices):
        if number == 0:
            console.print("To serve it from several machines")
        console.print(f"    {escape(one['title'])}. [dim]{escape(one['detail'])} {escape(one['todo'])}[/]")


def put_handout(done: dict[str, Any]) -> None:
    """Show what lies beside the artifacts for those whom they are sent to."""
    console = Console(highlight=False, soft_wrap=True)
    for one in done["warnings"]:
        console.print(
            f"[yellow]![/] {escape(one['title'])}. {escape(one['detail'])} {escape(one['todo'])}"
        )
    for one in done["files"]:
        console.print(f"    {one['platform']:<15} {escape(one['file'])}")
    for place in filter(None, (done["page"], done["sums"], done["signature"])):
        console.print(f"  {escape(place)}", style="bold")


def put_export(done: dict[str, Any]) -> None:
    """Show what an export made."""
    console = Console(highlight=False, soft_wrap=True)
    put_several(console, done["several_machines"])
    console.print("[bold green]Done[/]. The steps from here are in:")
    console.print(f"  {escape(done['directory'])}/README.md", style="bold")


MARKS = {"ok": "[green]✓[/]", "missing": "[red]✗[/]", "optional": "[dim]·[/]"}


def put_findings(findings: Iterable[Finding]) -> None:
    """Show what `launcher doctor` found, and the command that mends it."""
    console = Console(highlight=False, soft_wrap=True)
    known = tuple(findings)
    for finding in known:
        console.print(
            f"{MARKS[finding.state]} {escape(finding.title)}  [dim]{escape(finding.detail)}[/]"
        )
        if finding.state == "optional" and finding.packages:
            console.print(f"    [dim]for it: {escape(' '.join(finding.packages))}[/]")
    command = typed(known)
    if command:
        console.print(f"To mend it: [bold]{escape(command)}[/]")

"""Asking the launcher what it would package."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence

from .children import Children, ask_to_end, kill_group
from .projects import Project
from .report import Problem, Report, read_report

END_SECONDS = 5.0
DETAIL_LENGTH = 6_000


def check(
    command: Sequence[str], project: Project, *, children: Children, seconds: float
) -> Report | Problem:
    """Run `launcher check --json` on a project and read its answer."""
    if not project.folder.is_dir():
        todo = "Was it moved, renamed, or is its disk not connected? Open it again where it is now."
        return Problem(f"The folder {project.path} is not there.", todo)
    line = [*command, "check", project.path, "--json"]
    try:
        process = children.start(line, project.choice())
    except OSError as error:
        return Problem(f"{line[0]} could not be started: {error.strerror}.", missing=True)
    try:
        output, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        ask_to_end(process)
        try:
            process.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            kill_group(process)
            process.communicate()
        todo = "A very large folder or a slow disk takes long. Is this the folder of one project?"
        return Problem(f"The check was not done after {seconds:.0f} seconds.", todo)
    finally:
        children.forget(process)
    return _read(output, said, process.returncode)


def _read(output: str, said: str, code: int) -> Report | Problem:
    try:
        answer = json.loads(output)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        return read_report(answer)
    if "No module named launcher" in said:
        return Problem("The launcher is not installed.", missing=True)
    detail = (said or output)[-DETAIL_LENGTH:].strip()
    return Problem(
        f"The launcher ended with code {code} and no answer that Studio can read.",
        "What it said is below. Is it as new as Studio? `pip install --upgrade flask-launcher`",
        detail=detail,
    )

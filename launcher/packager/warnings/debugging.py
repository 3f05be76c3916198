"""Debugging that was left on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from launcher.packager.warnings.code import Setting
from launcher.packager.warnings.notice import Notice, Sighting, grouped
from launcher.packager.warnings.reading import Reading

FILES = (".env", ".flaskenv")
_SWITCH = re.compile(
    r"""^\s*(?:export\s+)?(?:FLASK_DEBUG\s*=\s*['"]?(?:1|true|yes|on)\b|FLASK_ENV\s*=\s*['"]?development\b)""",
    re.IGNORECASE,
)
_RUN = re.compile(r"(?:^|\.)(?:run|run_simple|DebuggedApplication|update|from_mapping|dict)$")


def look(reading: Reading, root: Path) -> Iterator[Notice]:
    """Look for debug mode in the code and in the files that Flask reads its settings from."""
    seen = [
        Sighting("", code.file, setting.line)
        for code in reading.code()
        for setting in code.settings
        if _is_on(setting)
    ]
    for name in FILES:
        seen += _switched(root / name, name)
    for _, places, _ in grouped(seen):
        yield Notice(
            "Debug mode is left on",
            f"{places}. The packaged app runs without Flask's debugger and reloader all the same.",
            "Take it out; launcher run --reload restarts the app on changes as well.",
        )


def _is_on(setting: Setting) -> bool:
    if not (isinstance(setting.value, ast.Constant) and setting.value.value is True):
        return False
    if setting.name in (".debug", "[DEBUG]"):
        return True
    # run(debug=True), config.update(DEBUG=True), config.update({"DEBUG": True})
    return setting.name in ("debug", "DEBUG", "use_debugger") and _RUN.search(setting.within) is not None


def _switched(file: Path, name: str) -> Iterator[Sighting]:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    except OSError:
        return
    for number, line in enumerate(lines, 1):
        if _SWITCH.match(line):
            yield Sighting("", name, number)

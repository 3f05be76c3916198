"""FLASK_APP in the files that Flask reads it from; nothing else in them is looked at."""

from __future__ import annotations

import re
from pathlib import Path

_FILES = (".env", ".flaskenv")  # the first one wins, as in Flask
_LARGEST = 1_000_000
_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?FLASK_APP[ \t]*=[ \t]*
        (?: '(?P<single>[^'\n]*)' | "(?P<double>[^"\n]*)" | (?P<plain>[^\n]*?) )
        [ \t]*(?:\#[^\n]*)?$""",
    re.MULTILINE | re.VERBOSE,
)


def flask_app(project: Path) -> tuple[str, str] | None:
    """Return FLASK_APP and the file that sets it, or None."""
    for name in _FILES:
        file = project / name
        try:
            if not file.is_file() or file.stat().st_size > _LARGEST:
                continue
            text = file.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
        except OSError:
            continue
        found = _LINE.findall(text)
        value = "".join(found[-1]).strip() if found else ""
        # A value made from other variables is not known before the app runs.
        if value and "$" not in value:
            return value, name
    return None

"""A secret key that is another one at every start."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from launcher.packager.warnings.code import Code
from launcher.packager.warnings.notice import Notice, Sighting, grouped
from launcher.packager.warnings.reading import Reading

_KEY = re.compile(r"\[?\.?(?:[A-Z_]*SECRET_KEY|secret_key)\]?")
_RANDOM = re.compile(
    r"(?:os\.urandom|urandom|(?:secrets\.)?token_(?:hex|bytes|urlsafe)|uuid\.uuid[14]|uuid[14]|"
    r"Fernet\.generate_key|get_random_bytes|random\.(?:random|randint|choice|choices|getrandbits|randbytes))"
)


def look(reading: Reading) -> Iterator[Notice]:
    """Look for keys that come from a source of chance."""
    for _, places, _ in grouped(seen(reading)):
        yield Notice(
            "The secret key is another one at every start",
            f"{places}. From source a restart logs everybody out; the program keeps one key for each user.",
            "Leave it out: an app without a key gets one of its own for each user, which stays.",
        )


def seen(reading: Reading) -> list[Sighting]:
    """Return the places at which a key is made by chance."""
    return [
        Sighting("", code.file, setting.line)
        for code in reading.code()
        for setting in code.settings
        if _KEY.fullmatch(setting.name) and _is_random(code, setting.value)
    ]


def _is_random(code: Code, value: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Call) and _RANDOM.search(code.full_name(node.func)) is not None
        for node in ast.walk(value)
    )

"""The key that was given to a server on purpose: in a file of its own, or in the environment."""

from __future__ import annotations

import os
from pathlib import Path

from launcher.errors import ConfigError
from launcher.hosting.order import Hosting

VARIABLE = "SECRET_KEY"


def given_key(order: Hosting) -> str:
    """Return the key, or nothing where none was given; raises ConfigError for a file that holds none."""
    if not order.secret_key_file:
        return os.environ.get(VARIABLE, "")
    try:
        key = Path(order.secret_key_file).read_text(encoding="utf-8").strip()
        why = "it is empty"
    except (OSError, UnicodeDecodeError) as error:
        key, why = "", str(error)
    if not key:
        raise ConfigError(
            f"There is no key in {order.secret_key_file}: {why}.",
            "Name a file that holds the key and nothing else, readable for the server's user alone.",
        )
    return key

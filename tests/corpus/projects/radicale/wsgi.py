"""Calendars for everybody, with the settings that lie beside this file."""

import os

os.environ.setdefault("RADICALE_CONFIG", "settings.ini")

from radicale import application as app  # noqa: F401  (reads its settings at import)

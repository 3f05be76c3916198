"""The environment that children get."""

from __future__ import annotations

import os
from pathlib import Path

from app.environment import clean_environment

BUNDLE = Path("/opt/studio/_internal")


def test_library_path_of_the_user_is_restored() -> None:
    """What the bootloader set goes, what the user had set comes back."""
    frozen = {"LD_LIBRARY_PATH": f"{BUNDLE}:/usr/mine", "LD_LIBRARY_PATH_ORIG": "/usr/mine"}
    assert clean_environment(frozen, BUNDLE) == {"LD_LIBRARY_PATH": "/usr/mine"}


def test_library_path_set_by_the_bootloader_alone_is_dropped() -> None:
    """Without a value of the user nothing is left of it."""
    assert clean_environment({"LD_LIBRARY_PATH": str(BUNDLE)}, BUNDLE) == {}
    assert clean_environment({"LD_LIBRARY_PATH": "/b", "LD_LIBRARY_PATH_ORIG": ""}) == {}


def test_library_path_of_an_unfrozen_studio_is_kept() -> None:
    """From source nobody but the user has set it."""
    assert clean_environment({"LD_LIBRARY_PATH": "/usr/mine"}) == {"LD_LIBRARY_PATH": "/usr/mine"}


def test_private_names_are_dropped() -> None:
    """Another frozen program would take them as its own; Flask would take Studio's choice."""
    private = {"_MEIPASS2": "/x", "_PYI_ARCHIVE_FILE": "/x", "FLASK_APP": "app", "WERKZEUG_X": "1"}
    assert clean_environment({**private, "PATH": "/bin"}) == {"PATH": "/bin"}


def test_paths_into_the_bundle_are_dropped() -> None:
    """Entries of the user in the same variable stay."""
    environ = {
        "QT_PLUGIN_PATH": f"{BUNDLE}/PySide6/plugins",
        "XDG_DATA_DIRS": os.pathsep.join([f"{BUNDLE}/share", "/usr/share"]),
    }
    assert clean_environment(environ, BUNDLE) == {"XDG_DATA_DIRS": "/usr/share"}

"""Keeping the launcher's own modules out of the user's code's sight."""

from __future__ import annotations

import sys

OURS = ("launcher", "waitress", "segno", "ifaddr")  # the last two draw and find what an app is shared by


def hide_ourselves() -> None:
    """Forget our modules' names, so that the user's code finds only modules of its own world.

    Code that runs already keeps what it imported; nothing of ours may import
    anything of ours after this, for what found it goes too.
    """
    sys.meta_path[:] = [one for one in sys.meta_path if not getattr(one, "brings_ours", False)]
    for name in list(sys.modules):
        if name.partition(".")[0] in OURS:
            del sys.modules[name]

"""Comments for a site on this machine, kept in the user's home."""

import os
from pathlib import Path

SETTINGS = """\
[general]
dbpath = {home}/comments.db
host = http://localhost/
[server]
[guard]
enabled = false
[admin]
enabled = true
password = x
"""

home = Path.home()
settings = home / "isso.cfg"
settings.write_text(SETTINGS.format(home=home), encoding="utf-8")
os.environ["ISSO_SETTINGS"] = str(settings)

from isso.run import application as app  # noqa: E402, F401  (reads its settings at import)

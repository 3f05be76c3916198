"""A browser for one database in the user's home, which sqlite_web wants as its argument."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

database = Path.home() / "probe.db"
with closing(sqlite3.connect(database)) as connection, connection:
    connection.execute("CREATE TABLE IF NOT EXISTS probetable (id INTEGER PRIMARY KEY, v TEXT)")

sys.argv = ["sqlite_web", str(database)]

from sqlite_web import sqlite_web  # noqa: E402  (reads its arguments)

sqlite_web.configure_app()
app = sqlite_web.app

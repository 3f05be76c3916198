"""An archive that closes its database when its server has ended."""

import sqlite3

from flask import Flask

app = Flask(__name__)
database = sqlite3.connect("archive.db", check_same_thread=False)
database.execute("CREATE TABLE IF NOT EXISTS letter (text TEXT)")


@app.route("/")
def index():
    (count,) = database.execute("SELECT count(*) FROM letter").fetchone()
    return f"{count} letters"


if __name__ == "__main__":
    try:
        app.run()
    finally:
        database.close()
        print("The archive is closed.")

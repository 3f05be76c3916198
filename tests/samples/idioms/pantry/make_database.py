"""Run once: fills the database that the app comes with."""

import sqlite3

connection = sqlite3.connect("pantry.db")
connection.execute("CREATE TABLE food (name TEXT, amount INTEGER)")
connection.executemany("INSERT INTO food VALUES (?, ?)", [("rice", 3), ("lentils", 2)])
connection.commit()
connection.close()

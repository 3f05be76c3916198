"""Notes in one file: templates, a stylesheet and a database beside it."""

import os
import sqlite3

from flask import Flask, redirect, render_template, request, url_for

basedir = os.path.abspath(os.path.dirname(__file__))
DATABASE = os.path.join(basedir, "notes.db")

app = Flask(__name__)


def connect():
    connection = sqlite3.connect(DATABASE)
    connection.execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT)")
    return connection


@app.route("/")
def index():
    return render_template("index.html")


@app.route("/notes", methods=["GET", "POST"])
def notes():
    connection = connect()
    try:
        if request.method == "POST":
            with connection:
                connection.execute("INSERT INTO note (text) VALUES (?)", [request.form["text"]])
            return redirect(url_for("notes"))
        found = connection.execute("SELECT text FROM note ORDER BY id").fetchall()
        return render_template("notes.html", notes=[text for (text,) in found])
    finally:
        connection.close()

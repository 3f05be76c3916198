"""The pages that servers are compared by: small, drawn from a template, large, and slow."""

from __future__ import annotations

import time
from pathlib import Path

from flask import Flask, Response, jsonify, render_template, send_from_directory

app = Flask(__name__)
NOTES = [{"title": f"Note {number}", "text": "Something that somebody wrote. " * 3} for number in range(40)]


@app.get("/")
@app.get("/json")
def small() -> Response:
    """Answer with a few bytes."""
    return jsonify(hello="world")


@app.get("/page")
def page() -> str:
    """Draw a page of forty notes."""
    return render_template("page.html", notes=NOTES)


@app.get("/file")
def file() -> Response:
    """Give the file as Flask gives static files, under a path that no proxy knows."""
    return send_from_directory(Path(app.static_folder or ""), "file.bin")


@app.get("/slow")
def slow() -> Response:
    """Take half a second, as one does who waits for a database or for another site."""
    time.sleep(0.5)
    return jsonify(hello="slow")

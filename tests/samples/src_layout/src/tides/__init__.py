"""Tides, kept under src/ as packaging guides advise."""

from flask import Flask, render_template

from tides.table import TIDES

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("index.html", tides=TIDES)

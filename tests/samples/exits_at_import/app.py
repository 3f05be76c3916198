"""An app that gives up while it is imported."""

import sys

from flask import Flask, render_template

app = Flask(__name__)

print("No settings file, giving up.", file=sys.stderr)
sys.exit(1)


@app.route("/")
def index():
    return render_template("index.html")

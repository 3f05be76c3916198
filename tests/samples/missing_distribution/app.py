"""An app that needs a distribution which is installed nowhere."""

from flask import Flask, render_template

import distribution_that_nobody_installed

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("index.html", answer=distribution_that_nobody_installed.answer())

"""An app that takes its time to be imported, as one does that loads a large model."""

import os
import time

from flask import Flask, render_template

time.sleep(float(os.environ.get("SLOW_SECONDS", "10")))

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("index.html")

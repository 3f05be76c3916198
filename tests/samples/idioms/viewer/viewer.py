"""Shows a text file, the one that is named on the command line."""

import os
import sys

from dotenv import load_dotenv
from flask import Flask, render_template

load_dotenv()
document = sys.argv[1]
title = os.environ["VIEWER_TITLE"]

app = Flask(__name__)


@app.route("/")
def index():
    with open(document, encoding="utf-8") as file:
        return render_template("index.html", title=title, text=file.read())


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", 5000)))
